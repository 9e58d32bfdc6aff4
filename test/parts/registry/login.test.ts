import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { loginKey } from '../../../server/src/access/login.ts';
import { run } from '../../../server/src/cli/main.ts';
import { basicAuth, FakeTokenService } from '../../support/fakeAuth.ts';
import { FakeRegistry, type FakeRegistryOptions } from '../../support/fakeRegistry.ts';

const users = { anna: 'pl4nted:secret' };

describe('login', () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'login-'));
  });
  afterEach(() => rm(home, { recursive: true }));

  const start = async (options: FakeRegistryOptions = { auth: basicAuth(users) }) => {
    const registry = await FakeRegistry.start(options);
    onTestFinished(() => registry.stop());
    return registry;
  };
  const put = async (path: string, content: unknown) => {
    await mkdir(dirname(join(home, path)), { recursive: true });
    await writeFile(join(home, path), typeof content === 'string' ? content : JSON.stringify(content));
    return join(home, path);
  };
  const json = async (path: string) => JSON.parse(await readFile(path, 'utf8'));

  /** Runs one command line; `typed` is what stands on standard input, `keys` what somebody types at a terminal. */
  const login = async (
    args: string[],
    input: { typed?: string; keys?: string; env?: Record<string, string>; signal?: AbortSignal } = {},
  ) => {
    const stdin = new PassThrough();
    const modes: boolean[] = [];
    if (input.typed !== undefined) stdin.end(input.typed);
    if (input.keys !== undefined) stdin.write(input.keys);
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const code = await run(['login', ...args], {
      stdout,
      stderr,
      stdin: Object.assign(stdin, {
        isTTY: input.keys !== undefined,
        setRawMode: (raw: boolean) => modes.push(raw),
      }),
      environment: input.env ?? { REGISTRY_AUTH_FILE: join(home, 'auth.json') },
      homeFolder: home,
      signal: input.signal ?? new AbortController().signal,
    });
    stdout.end();
    stderr.end();
    const outcome = { code, stdout: await textOf(stdout), stderr: await textOf(stderr), modes };
    expect(JSON.stringify(outcome)).not.toContain('pl4nted');
    return outcome;
  };
  const anna = { typed: 'pl4nted:secret\n' };
  const auth = Buffer.from('anna:pl4nted:secret').toString('base64');

  it('checks the password and writes it for nobody else to read', async () => {
    const { host } = await start();
    const { code, stdout, stderr } = await login([host, '--username', 'anna', '--password-stdin'], anna);
    const path = join(home, 'auth.json');
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: `logged in to ${host} as anna; the credential is in ${path}\n`,
      stderr: '',
    });
    expect(await json(path)).toEqual({ auths: { [host]: { auth } } });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(home)).toEqual(['auth.json']);
  });

  it('asks at the terminal, and shows nothing of the password', async () => {
    const { host } = await start();
    const keys = 'annx\u007fa\u001b[D\rpl4ntXX\u007f\u007fed:secret\r';
    const { code, stderr, modes } = await login([host], { keys });
    expect(code).toBe(0);
    expect(stderr).toBe('User: annx\b \ba\r\nPassword: \r\n');
    expect(modes).toEqual([true, false]);
    expect((await json(join(home, 'auth.json'))).auths[host]).toEqual({ auth });
  });

  it('asks for the password alone where the user is named', async () => {
    const { host } = await start();
    const { code, stderr } = await login([host, '-u', 'anna'], { keys: 'pl4nted:secret\r' });
    expect(code).toBe(0);
    expect(stderr).toBe('Password: \r\n');
  });

  it('ends when nobody answers', async () => {
    const { host } = await start();
    for (const keys of ['\u0003', 'an\u0003', '\u0004', 'anna\rpl4n\u0003']) {
      expect((await login([host], { keys })).stderr).toContain('nothing was entered');
    }
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('stopped')), 30);
    expect((await login([host], { keys: 'a', signal: controller.signal })).stderr).toContain('stopped');
    expect(await readdir(home)).toEqual([]);
  });

  it('says what is missing on the command line', async () => {
    const cases: [string[], Parameters<typeof login>[1], string][] = [
      [[], {}, 'no registry is given'],
      [['a b'], {}, 'a b is no registry'],
      [['a.io', 'b.io'], {}, 'a.io b.io is no registry'],
      [['a.io/X'], {}, 'a.io/X is no registry'],
      [['a.io'], { typed: '' }, 'there is no terminal to ask for the password'],
      [['a.io', '--password-stdin'], { typed: 'x' }, '--password-stdin needs a user'],
      [['a.io', '-u', 'a:b', '--password-stdin'], { typed: 'x' }, 'a user has no colon'],
      [['a.io', '-u', 'a', '--password-stdin'], { typed: '\n' }, 'user or password is empty'],
      [['a.io', '--offline'], {}, '--offline'],
    ];
    for (const [args, input, words] of cases) {
      const { code, stderr } = await login(args, input);
      expect(code).toBe(2);
      expect(stderr).toContain(words);
    }
  });

  it('writes nothing that the registry does not accept', async () => {
    const service = await FakeTokenService.start({ users });
    onTestFinished(() => service.stop());
    for (const options of [{ auth: basicAuth(users) }, { auth: service.gate }]) {
      const { host } = await start(options);
      const { code, stderr } = await login([host, '-u', 'anna', '--password-stdin'], { typed: 'wrong' });
      expect(code).toBe(2);
      expect(stderr).toContain(`${host} does not accept this user and password`);
    }
    const { code, stderr } = await login(
      ['gone.invalid', '-u', 'a', '--password-stdin', '--retry-times', '0'],
      anna,
    );
    expect(code).toBe(2);
    expect(stderr).toContain('gone.invalid');
    expect(await readdir(home)).toEqual([]);
  });

  it('works with a token service too', async () => {
    const service = await FakeTokenService.start({ users });
    onTestFinished(() => service.stop());
    const { host } = await start({ auth: service.gate });
    expect((await login([host, '-u', 'anna', '--password-stdin'], anna)).code).toBe(0);
    expect(service.requests[0]?.headers.authorization).toBe(`Basic ${auth}`);
  });

  it('says that nobody has checked the password where everybody is let in', async () => {
    const { host } = await start({});
    const { code, stderr } = await login([host, '-u', 'anna', '--password-stdin'], anna);
    expect(code).toBe(0);
    expect(stderr).toContain(`${host} lets everybody in`);
  });

  it('keeps all else that is in the file', async () => {
    const { host } = await start();
    const before = {
      auths: {
        'quay.io': { auth: 'eDp5', email: 'me@example.com' },
        [host]: { auth: 'b2xk', identitytoken: 'x' },
      },
      credHelpers: { 'gcr.io': 'gcloud' },
      HttpHeaders: { 'X-Meta': 'y' },
      currentContext: 'z',
    };
    const path = await put('auth.json', before);
    await chmod(path, 0o644);
    expect((await login([`${host}/team`, '-u', 'anna', '--password-stdin'], anna)).code).toBe(0);
    expect((await login([host, '-u', 'anna', '--password-stdin'], anna)).code).toBe(0);
    expect(await json(path)).toEqual({
      ...before,
      auths: { ...before.auths, [`${host}/team`]: { auth }, [host]: { auth } },
    });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('replaces what a link points to, and not the link', async () => {
    const { host } = await start();
    const target = await put('elsewhere/real.json', {});
    await symlink(target, join(home, 'auth.json'));
    expect((await login([host, '-u', 'anna', '--password-stdin'], anna)).code).toBe(0);
    expect((await json(target)).auths[host]).toEqual({ auth });
  });

  it("writes into the file that is named, else into podman's own", async () => {
    const { host } = await start();
    const named = join(home, 'deep/er/named.json');
    const args = [host, '-u', 'anna', '--password-stdin'];
    const env = { REGISTRY_AUTH_FILE: join(home, 'env.json'), XDG_RUNTIME_DIR: join(home, 'run') };
    await mkdir(env.XDG_RUNTIME_DIR);
    for (const [more, environment, path] of [
      [['--authfile', named], env, named],
      [[], env, env.REGISTRY_AUTH_FILE],
      [[], { XDG_RUNTIME_DIR: env.XDG_RUNTIME_DIR }, join(home, 'run/containers/auth.json')],
    ] as const) {
      const outcome = await login([...args, ...more], { ...anna, env: environment });
      expect(outcome.stdout).toContain(`the credential is in ${path}`);
      expect((await json(path)).auths[host]).toEqual({ auth });
    }
    const gone = await login(args, { ...anna, env: { XDG_RUNTIME_DIR: join(home, 'gone') } });
    expect(gone.stderr).toContain('which XDG_RUNTIME_DIR names, is not there');
  });

  it('does not touch what is no auth file, nor what a helper keeps', async () => {
    const { host } = await start();
    for (const text of ['{"auths":{"a.io":{"auth":"pl4nted"}', '[]', '{"auths":5}']) {
      const path = await put('auth.json', text);
      const { code, stderr } = await login([host, '-u', 'anna', '--password-stdin'], anna);
      expect(code).toBe(2);
      expect(stderr).toContain('this is no file with registry credentials');
      expect(await readFile(path, 'utf8')).toBe(text);
    }
    await put('auth.json', { credHelpers: { [host]: 'one' } });
    expect((await login([host, '-u', 'anna', '--password-stdin'], anna)).stderr).toContain(
      `docker-credential-one keeps the credential for ${host}`,
    );
    const folder = join(home, 'folder');
    await mkdir(folder);
    const { stderr } = await login([host, '-u', 'anna', '--password-stdin', '--authfile', folder], anna);
    expect(stderr).toContain('folder cannot be written (it is a folder)');
  });

  it('knows a registry by what people type', () => {
    expect(loginKey('quay.io')).toEqual({ key: 'quay.io', host: 'quay.io' });
    expect(loginKey('https://quay.io/')).toEqual({ key: 'quay.io', host: 'quay.io' });
    expect(loginKey('localhost:5000/team/app')).toEqual({
      key: 'localhost:5000/team/app',
      host: 'localhost:5000',
    });
    expect(loginKey('[::1]:5000')).toEqual({ key: '[::1]:5000', host: '[::1]:5000' });
    for (const hub of ['docker.io', 'index.docker.io', 'registry-1.docker.io/', 'https://index.docker.io'])
      expect(loginKey(hub)).toEqual({ key: 'docker.io', host: 'docker.io' });
    for (const bad of ['', 'a b', 'quay.io/Team', 'quay.io/a:v1', 'quay.io\r\nx: y', 'user@quay.io'])
      expect(loginKey(bad)).toBeUndefined();
  });
});
