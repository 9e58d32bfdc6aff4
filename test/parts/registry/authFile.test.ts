import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mergeRegistriesConf } from '../../../server/src/documents/pullRules.ts';
import { credentialIn, findEntry, parseAuthFile } from '../../../server/src/registry/authFile.ts';
import { authFilePlaces } from '../../../server/src/registry/authFiles.ts';
import { Credentials } from '../../../server/src/registry/credentials.ts';
import { failure, planted } from './harness.ts';

/** Where there is no registries.conf. */
const noPullRules = mergeRegistriesConf([]);

const encoded = (text: string) => Buffer.from(text).toString('base64');

function find(auths: Record<string, unknown>, host: string, repository = 'team/app') {
  const parsed = parseAuthFile(JSON.stringify({ auths }), 'containers');
  const found = parsed.ok ? credentialIn(findEntry(parsed.file, 'containers', host, repository)) : undefined;
  return found?.kind === 'password' ? `${found.username}:${found.password}` : found?.token;
}
const user = (name: string) => ({ auth: encoded(`${name}:p`) });

describe('a credential', () => {
  it('is found for exactly its host', () => {
    const auths = { 'quay.io': user('a'), 'localhost:5000': user('b') };
    expect(find(auths, 'quay.io')).toBe('a:p');
    expect(find(auths, 'localhost:5000')).toBe('b:p');
    for (const other of [
      'quay.io:443',
      'evil-quay.io',
      'quay.io.evil.com',
      'uay.io',
      'localhost',
      'localhost:500',
    ]) {
      expect(find(auths, other)).toBeUndefined();
    }
  });

  it('is that of the longest namespace', () => {
    const auths = { 'quay.io': user('host'), 'quay.io/team': user('team'), 'quay.io/team/app': user('app') };
    expect(find(auths, 'quay.io', 'team/app')).toBe('app:p');
    expect(find(auths, 'quay.io', 'team/app/deep')).toBe('app:p');
    expect(find(auths, 'quay.io', 'team/application')).toBe('team:p');
    expect(find(auths, 'quay.io', 'other/app')).toBe('host:p');
    expect(find(auths, 'quay.io', '')).toBe('host:p');
    expect(find({ 'quay.io/team': user('team') }, 'quay.io', 'other')).toBeUndefined();
  });

  it('of Docker Hub is found under all its names', () => {
    for (const key of [
      'docker.io',
      'index.docker.io',
      'https://index.docker.io/v1/',
      'registry-1.docker.io',
    ]) {
      expect(find({ [key]: user('hub') }, 'docker.io', 'library/busybox')).toBe('hub:p');
    }
    expect(find({ 'docker.io/library': user('ns') }, 'docker.io', 'library/busybox')).toBe('ns:p');
  });

  it('is found under an old-style URL, but only for its host', () => {
    expect(find({ 'https://quay.io/v1/': user('old') }, 'quay.io')).toBe('old:p');
    expect(find({ 'http://quay.io': user('old') }, 'quay.io')).toBe('old:p');
    expect(find({ 'https://quay.io/v1/': user('old') }, 'io')).toBeUndefined();
  });

  it('may have colons in its password, be plain, or be an identity token', () => {
    expect(find({ h: { auth: encoded('a:b:c') } }, 'h')).toBe('a:b:c');
    expect(find({ h: { auth: encoded('a:b\0\0') } }, 'h')).toBe('a:b');
    expect(find({ h: { username: 'a', password: 'b' } }, 'h')).toBe('a:b');
    expect(find({ h: { auth: encoded('a:'), identitytoken: 'tok' } }, 'h')).toBe('tok');
  });

  it('that is empty or broken is none', () => {
    for (const entry of [
      {},
      null,
      5,
      { auth: '' },
      { auth: encoded('nocolon') },
      { auth: 7 },
      { auth: encoded(':p') },
    ]) {
      expect(find({ h: entry }, 'h')).toBeUndefined();
    }
  });

  it('that stands under the longest key counts, also when it is none', () => {
    for (const none of [{}, null, { auth: encoded('nocolon') }])
      expect(find({ 'quay.io/team': none, 'quay.io': user('host') }, 'quay.io')).toBeUndefined();
  });

  it('is base64 as Go reads it', () => {
    expect(find({ h: { auth: `${encoded('anna:secret')}\r\n` } }, 'h')).toBe('anna:secret');
    for (const auth of ['%%%', 'YTpiYw', 'YT pi', 'YTpi-_', 'YTpi=', '=YTp']) {
      const parsed = parseAuthFile(JSON.stringify({ auths: { h: { auth } } }), 'containers');
      expect(parsed.ok && parsed.file.entries.get('h')?.kind).toBe('undecodable');
    }
  });

  it('in .dockercfg has no auths around it, and knows no namespaces', () => {
    const text = JSON.stringify({ 'https://quay.io/v1/': user('old'), 'other.io/team': user('ns') });
    const parsed = parseAuthFile(text, 'legacy');
    if (!parsed.ok) throw new Error('no file');
    expect(credentialIn(findEntry(parsed.file, 'legacy', 'quay.io', 'a/b'))).toMatchObject({
      username: 'old',
    });
  });

  it('names the helpers that hold others', () => {
    const parsed = parseAuthFile('{"credHelpers":{"gcr.io":"gcloud"}}', 'containers');
    expect(parsed).toMatchObject({ ok: true, file: { helpers: new Map([['gcr.io', 'gcloud']]) } });
  });
});

describe('the files with credentials', () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'credentials-'));
  });
  afterEach(() => rm(home, { recursive: true }));

  const write = async (path: string, content: unknown) => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  };
  const username = async (credentials: Credentials, host = 'quay.io') => {
    const found = await credentials.find(host, 'a/b');
    return found?.kind === 'password' ? found.username : undefined;
  };

  it('are asked in the order of containers-auth.json(5)', () => {
    const paths = (env: Record<string, string>, uid?: number) =>
      authFilePlaces({ environment: { home: '/h', env, uid } }).map(({ path }) => path);
    expect(paths({}, 1000)).toEqual([
      '/run/containers/1000/auth.json',
      '/h/.config/containers/auth.json',
      '/h/.docker/config.json',
      '/h/.dockercfg',
    ]);
    expect(
      paths({ XDG_RUNTIME_DIR: '/run/user/7', XDG_CONFIG_HOME: '/c', DOCKER_CONFIG: '/d' }, 1000),
    ).toEqual([
      '/run/user/7/containers/auth.json',
      '/c/containers/auth.json',
      '/d/config.json',
      '/h/.dockercfg',
    ]);
    expect(paths({ REGISTRY_AUTH_FILE: '/x' })).toEqual(['/x']);
    const explicit = authFilePlaces({
      authFile: '/y',
      environment: { home: '/h', env: { REGISTRY_AUTH_FILE: '/x' } },
    });
    expect(explicit.map(({ path }) => path)).toEqual(['/y']);
  });

  it('complete one another: the first that has the host counts', async () => {
    await write(join(home, '.config/containers/auth.json'), { auths: { 'quay.io': user('first') } });
    await write(join(home, '.docker/config.json'), {
      auths: { 'quay.io': user('second'), 'other.io': user('docker'), 'empty.io': {} },
    });
    await write(join(home, '.dockercfg'), { 'empty.io': user('legacy') });
    const credentials = new Credentials(
      { environment: { home, env: {} } },
      async () => noPullRules,
      Date.now,
    );
    expect(await username(credentials)).toBe('first');
    expect(await username(credentials, 'other.io')).toBe('docker');
    expect(await username(credentials, 'empty.io')).toBe('legacy');
    expect(await username(credentials, 'no.io')).toBeUndefined();
  });

  it('are read again after two seconds, and at once when told so', async () => {
    let now = 0;
    const path = join(home, '.docker/config.json');
    await write(path, { auths: { 'quay.io': user('old') } });
    const credentials = new Credentials(
      { environment: { home, env: {} } },
      async () => noPullRules,
      () => now,
    );
    expect(await username(credentials)).toBe('old');
    await write(path, { auths: { 'quay.io': user('new') } });
    expect(await username(credentials)).toBe('old');
    now = 2000;
    expect(await username(credentials)).toBe('new');
    await write(path, { auths: { 'quay.io': user('newest') } });
    credentials.refresh();
    expect(await username(credentials)).toBe('newest');
  });

  it('must be there when they are named, and must be JSON, and are never quoted', async () => {
    const environment = { home, env: {} };
    const missing = new Credentials(
      { authFile: join(home, 'no.json'), environment },
      async () => noPullRules,
      Date.now,
    );
    expect((await failure(missing.find('quay.io', ''))).line).toContain('--authfile');
    const path = join(home, 'broken.json');
    for (const text of ['{"auths":{"quay.io":{"auth":"c2VjcmV0OnNlY3JldA=="', '[1]', '{"auths":[]}']) {
      await write(path, text);
      const error = await failure(
        new Credentials({ authFile: path, environment }, async () => noPullRules, Date.now).find(
          'quay.io',
          '',
        ),
      );
      expect(error.code).toBe('authFile');
      expect(error.message).toContain(path);
      expect(JSON.stringify([error, error.line, String(error)])).not.toContain('c2VjcmV0');
    }
    await write(path, '');
    expect(
      await username(new Credentials({ authFile: path, environment }, async () => noPullRules, Date.now)),
    ).toBeUndefined();
  });

  describe('with a broken entry', () => {
    const secret = encoded(`${planted}-without-a-colon`);
    const make = () => {
      const reports: string[] = [];
      const report = (message: string) => reports.push(message);
      const options = { environment: { home, env: {} }, report };
      return { reports, credentials: new Credentials(options, async () => noPullRules, Date.now) };
    };
    const first = () => join(home, '.config/containers/auth.json');

    it.each([
      ['no colon', secret, 'its "auth" has no colon after the user'],
      ['no user', encoded(':p'), 'it names no user'],
    ])('of which somebody can be told go on with the next: %s', async (_what, auth, problem) => {
      await write(first(), { auths: { 'quay.io': { auth } } });
      await write(join(home, '.docker/config.json'), { auths: { 'quay.io': user('second') } });
      const { reports, credentials } = make();
      expect(await username(credentials, 'other.io')).toBeUndefined();
      expect(reports).toEqual([]);
      expect(await username(credentials)).toBe('second');
      expect(await username(credentials)).toBe('second');
      expect(reports).toEqual([
        `${first()}: the entry "quay.io" is no credential: ${problem}; log in again with \`operator-mirror login\`, or take it out`,
      ]);
    });

    it('that cannot be decoded are an error for who needs it', async () => {
      await write(first(), { auths: { 'quay.io': { auth: `${planted}!` }, 'other.io': user('other') } });
      await write(join(home, '.docker/config.json'), { auths: { 'quay.io': user('second') } });
      const { reports, credentials } = make();
      const error = await failure(credentials.find('quay.io', 'a/b'));
      expect(error.code).toBe('authFile');
      expect(error.message).toBe(`${first()}: the entry "quay.io" is no credential: its "auth" is no base64`);
      expect(await username(credentials, 'other.io')).toBe('other');
      expect(reports).toEqual([]);
    });

    it.each([5, [], { auth: 7 }, { identitytoken: {} }])(
      'of a wrong type are no files: %j',
      async (entry) => {
        await write(first(), { auths: { 'other.io': user(planted), 'quay.io': entry } });
        const { credentials } = make();
        expect((await failure(credentials.find('other.io', 'a/b'))).message).toBe(
          `${first()}: the entry "quay.io" is no credential`,
        );
      },
    );
  });
});
