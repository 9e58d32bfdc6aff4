import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../server/src/cli/main.ts';
import { makeCertificates, type TestCertificates } from '../support/certificates.ts';
import { knows, putCredentialHelper } from '../support/credentialHelper.ts';
import { basicAuth, FakeTokenService } from '../support/fakeAuth.ts';
import { FakeRegistry } from '../support/fakeRegistry.ts';
import { type Exchange, FakeServer, type Reply } from '../support/fakeServer.ts';
import { multiArchImage, testImage } from '../support/images.ts';
import { LspClient } from '../support/lspClient.ts';
import { ProxyServer } from '../support/proxyServer.ts';

const root = join(import.meta.dirname, '../..');
const image = testImage();
const list = multiArchImage({ seed: 'secrets' });

/** Every secret of these runs; none of them may turn up where somebody reads. */
const secrets = {
  authFile: 'pl4nted-authfile-u7Yq',
  wrong: 'pl4nted-wrong-k2Lw',
  identity: 'pl4nted-identity-m5Nb',
  token: 'pl4nted-token-p9Rt',
  proxy: 'pl4nted-proxy-s3Xv',
  helper: 'pl4nted-helper-z8Cd',
  broken: 'pl4nted-helper-broken-f4Gh',
  typed: 'pl4nted-typed-j6Kl',
  editor: 'pl4nted-editor-d4Ty',
  storage: 'pl4nted-signature-q1We',
} as const;

/** The forms in which a secret may leak: as it is, in a header, in a URL. */
const forms = Object.values(secrets).flatMap((secret) => {
  const encoded = ['anna', 'px', '<token>'].map((user) =>
    Buffer.from(`${user}:${secret}`).toString('base64'),
  );
  return [secret, ...encoded, Buffer.from(secret).toString('base64').replace(/=+$/, '')];
});

/** All that was said and written, by where it was. */
const said = new Map<string, string>();
let count = 0;
const note = (where: string, text: string) => said.set(`${++count} ${where}`, text);

describe('no secret is shown or kept', () => {
  let directory: string;
  let certificates: TestCertificates;
  let hosts: Record<
    'basic' | 'token' | 'echo' | 'redirect' | 'identity' | 'helped' | 'broken' | 'wrong' | 'editor',
    string
  >;
  let proxy: ProxyServer;
  const stops: (() => Promise<unknown>)[] = [];
  const received: Exchange[][] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'secrets-'));
    certificates = await makeCertificates(directory, ['DNS:echo.corp.invalid', 'DNS:basic.corp.invalid']);
    const users = { anna: secrets.authFile };
    const registry = async (auth: Parameters<typeof basicAuth>[0] | 'token', tls?: TestCertificates) => {
      const gate = auth === 'token' ? service.gate : basicAuth(auth);
      const started = await FakeRegistry.start({ auth: gate, ...(tls === undefined ? {} : { tls }) });
      stops.push(() => started.stop());
      started.add('team/app', 'v1', image);
      started.add('team/app', 'list', list);
      return started;
    };
    const server = async (handler: (exchange: Exchange) => Reply, tls?: TestCertificates) => {
      const started = await FakeServer.start(handler, tls);
      stops.push(() => started.stop());
      received.push(started.requests);
      return started;
    };
    const service = await FakeTokenService.start({
      users,
      identityTokens: { anna: secrets.identity },
      issue: () => secrets.token,
      grants: (user) => (user === undefined ? [] : ['pull', 'push']),
    });
    stops.push(() => service.stop());

    /** Sends back what it gets, in every place that somebody might print. */
    const echo = (exchange: Exchange): Reply => {
      const { authorization } = exchange.headers;
      if (authorization === undefined)
        return { status: 401, headers: { 'www-authenticate': 'Basic realm="echo"' }, body: '' };
      const decoded = Buffer.from(authorization.slice(6), 'base64').toString();
      const statuses = [400, 401, 403, 404, 429, 500, 301];
      const status = statuses[received.length && exchange.path.length % statuses.length] ?? 400;
      return {
        status,
        headers: {
          'x-echo': authorization,
          location: `ftp://${decoded}@x/?${decoded}`,
          'retry-after': '3600',
        },
        body: JSON.stringify({
          errors: [{ code: decoded, message: `${authorization} ${decoded}`, detail: decoded }],
        }),
      };
    };
    const storage = await server(() => ({ status: 403, body: `<Error>${secrets.storage}</Error>` }));
    const redirect = await server((exchange) =>
      exchange.path === '/v2/'
        ? { status: 200, body: '{}' }
        : { status: 307, headers: { location: `${storage.url}/x?X-Amz-Signature=${secrets.storage}` } },
    );
    const [basic, token, identity, helped, broken, wrong, editor] = await Promise.all([
      registry(users),
      registry('token'),
      registry('token'),
      registry({ anna: secrets.helper }),
      registry({ anna: 'x' }),
      registry({ anna: 'other' }),
      registry({ anna: secrets.editor }),
    ]);
    const tlsBasic = await registry(users, certificates);
    const tlsEcho = await server(echo, certificates);
    proxy = await ProxyServer.start({
      credential: `px:${secrets.proxy}`,
      places: { 'basic.corp.invalid:443': tlsBasic.host, 'echo.corp.invalid:443': tlsEcho.host },
    });
    stops.push(() => proxy.stop());
    hosts = {
      basic: basic.host,
      token: token.host,
      identity: identity.host,
      helped: helped.host,
      broken: broken.host,
      wrong: wrong.host,
      editor: editor.host,
      echo: (await server(echo)).host,
      redirect: redirect.host,
    };

    await putCredentialHelper(directory, 'good', knows('anna', secrets.helper));
    await putCredentialHelper(
      directory,
      'bad',
      `echo '${secrets.broken}'; echo '${secrets.broken}' >&2; exit 1`,
    );
    const auth = (password: string) => ({ auth: Buffer.from(`anna:${password}`).toString('base64') });
    await writeFile(
      join(directory, 'auth.json'),
      JSON.stringify({
        auths: {
          [hosts.basic]: auth(secrets.authFile),
          [hosts.token]: auth(secrets.authFile),
          [hosts.echo]: auth(secrets.authFile),
          [hosts.redirect]: auth(secrets.authFile),
          'basic.corp.invalid': auth(secrets.authFile),
          'echo.corp.invalid': auth(secrets.authFile),
          [hosts.identity]: { ...auth(''), identitytoken: secrets.identity },
          [hosts.wrong]: auth(secrets.wrong),
        },
        credHelpers: { [hosts.helped]: 'good', [hosts.broken]: 'bad' },
      }),
    );
    await writeFile(join(directory, 'broken.json'), `{"auths":{"a":{"auth":"${secrets.authFile}"}`);
  });
  afterAll(async () => {
    for (const stop of stops) await stop();
    await rm(directory, { recursive: true });
  });

  const environment = (proxyUrl = proxy.url) => ({
    PATH: `${directory}:/usr/bin:/bin`,
    HOME: join(directory, 'home'),
    XDG_CACHE_HOME: join(directory, 'cache'),
    REGISTRY_AUTH_FILE: join(directory, 'auth.json'),
    SSL_CERT_FILE: certificates.caFile,
    HTTPS_PROXY: proxyUrl,
    HTTP_PROXY: proxyUrl,
  });

  async function cli(
    args: string[],
    options: { typed?: string; keys?: string; env?: Record<string, string> } = {},
  ) {
    const [stdout, stderr, stdin] = [new PassThrough(), new PassThrough(), new PassThrough()];
    let [out, err] = ['', ''];
    stdout.on('data', (chunk) => {
      out += chunk;
    });
    stderr.on('data', (chunk) => {
      err += chunk;
    });
    if (options.typed !== undefined) stdin.end(options.typed);
    if (options.keys !== undefined) stdin.write(options.keys);
    const code = await run(args, {
      stdout,
      stderr,
      stdin: Object.assign(stdin, { isTTY: options.keys !== undefined }),
      environment: options.env ?? environment(),
      homeFolder: join(directory, 'home'),
      credentials: [{ registry: hosts.editor, username: 'anna', password: secrets.editor }],
      signal: new AbortController().signal,
    });
    await new Promise((resolve) => setImmediate(resolve));
    note(`${args.join(' ')}: stdout`, out);
    note(`${args.join(' ')}: stderr`, err);
    return { code, out, err };
  }

  const names = () => [
    ...Object.values(hosts).flatMap((host) => ['v1', 'list', 'none'].map((tag) => `${host}/team/app:${tag}`)),
    'basic.corp.invalid/team/app:v1',
    'echo.corp.invalid/team/app:v1',
    'gone.corp.invalid/team/app:v1',
  ];

  it('by inspect', async () => {
    const codes = new Map<string, number>();
    for (const name of names()) {
      for (const format of ['json', 'text']) {
        codes.set(name, (await cli(['inspect', name, '--format', format, '--retry-times', '0'])).code);
      }
    }
    // The secrets were really used: these were let in with them.
    for (const host of [
      hosts.basic,
      hosts.token,
      hosts.identity,
      hosts.helped,
      hosts.editor,
      'basic.corp.invalid',
    ]) {
      expect([host, codes.get(`${host}/team/app:v1`)]).toEqual([host, 0]);
    }
    for (const host of [hosts.wrong, hosts.broken, hosts.echo, 'echo.corp.invalid']) {
      expect([host, codes.get(`${host}/team/app:v1`)]).not.toEqual([host, 0]);
    }
    expect(proxy.headers.some((headers) => headers['proxy-authorization'] !== undefined)).toBe(true);
  });

  it('by files that are damaged, and proxies that refuse', async () => {
    await cli(['inspect', `${hosts.basic}/team/app:v1`, '--authfile', join(directory, 'broken.json')]);
    await cli(['inspect', `${hosts.basic}/team/app:v1`, '--ca-file', join(directory, 'broken.json')]);
    await cli(['inspect', `${hosts.basic}/team/app:v1`, '--registries-conf', join(directory, 'broken.json')]);
    for (const url of [
      `http://px:${secrets.wrong}@${proxy.host}`,
      `socks5://px:${secrets.proxy}@${proxy.host}`,
      `http://px:${secrets.proxy}@bad host`,
      `http://px:${secrets.proxy}@gone.invalid:1`,
    ]) {
      const env = environment(url);
      const { code } = await cli(['inspect', 'basic.corp.invalid/team/app:v1', '--retry-times', '0'], {
        env,
      });
      expect(code).toBe(2);
    }
  });

  it('by copy', async () => {
    const mapping = join(directory, 'mapping.txt');
    const lines = names().map((name, index) => `${name}=${hosts.basic}/copy/app-${index}:v1`);
    lines.push(`${hosts.basic}/team/app:v1=${hosts.echo}/copy/app:v1`);
    lines.push(`${hosts.basic}/team/app:list=${hosts.token}/copy/app:v1`);
    await writeFile(mapping, `${lines.join('\n')}\n`);
    for (const more of [
      ['--format', 'json', '--progress', 'jsonl'],
      ['--format', 'text', '--progress', 'none'],
    ]) {
      const { code, out } = await cli(['copy', '-f', mapping, '--retry-times', '0', ...more]);
      expect(code).toBe(1);
      expect(out).not.toBe('');
    }
  });

  it('by check --online', async () => {
    const folder = join(directory, 'work');
    await mkdir(folder, { recursive: true });
    const lines = names().map((name, index) => `${name}=${hosts.basic}/copy/app-${index}:v1`);
    await writeFile(join(folder, 'mapping.txt'), `${lines.join('\n')}\n`);
    for (const format of ['json', 'sarif', 'text']) {
      const { out } = await cli(['check', folder, '--online', '--format', format]);
      expect(out).toContain('mapping.txt');
    }
  });

  it('by login', async () => {
    const target = join(directory, 'login.json');
    const args = (host: string) => ['login', host, '--authfile', target, '--retry-times', '0'];
    for (const host of [hosts.wrong, hosts.echo, hosts.token, 'echo.corp.invalid', 'gone.corp.invalid']) {
      await cli([...args(host), '-u', 'anna', '--password-stdin'], { typed: `${secrets.typed}\n` });
      await cli([...args(host), '-u', 'anna'], { keys: `${secrets.typed}\r` });
    }
    const good = await cli([...args(hosts.basic), '-u', 'anna'], { keys: `${secrets.authFile}\r` });
    expect(good.code).toBe(0);
    expect(await readFile(target, 'utf8')).toContain(
      Buffer.from(`anna:${secrets.authFile}`).toString('base64'),
    );
    await rm(target);
  });

  it('by the language server', async () => {
    const folder = join(directory, 'editor');
    await mkdir(folder, { recursive: true });
    const text = names()
      .map((name, index) => `${name}=${hosts.basic}/copy/app-${index}:v1`)
      .join('\n');
    const path = join(folder, 'mapping.txt');
    await writeFile(path, text);
    const log = join(directory, 'server.log');
    const client = await LspClient.start({
      folder,
      command: ['/bin/sh', '-c', `exec '${process.execPath}' '${root}/dist/server.js' --stdio 2>> '${log}'`],
      environment: environment(),
      initializationOptions: { registries: { insecure: [] }, storagePath: join(directory, 'storage') },
    });
    const messages: unknown[] = [];
    for (const method of ['window/logMessage', 'window/showMessage', 'operatorMirror/status', '$/logTrace']) {
      client.connection.onNotification(method, (params: unknown) => {
        messages.push([method, params]);
      });
    }
    await client.connection.sendNotification('operatorMirror/credentials', [
      { registry: hosts.editor, username: 'anna', password: secrets.editor },
    ]);
    const uri = pathToFileURL(path).href;
    await client.open(uri, 'oc-mapping', text);
    const shown: unknown[] = [];
    for (let round = 0; round < 2; round++) {
      for (const line of names().keys()) shown.push(await client.hover(uri, line, 3));
    }
    shown.push(await client.diagnostics(uri));
    await client.stop();
    const hovers = JSON.stringify(shown);
    expect(hovers).toContain(image.manifest.digest);
    expect(hovers).toContain('does not accept the credential');
    note('hovers and findings', hovers);
    note('messages of the server', JSON.stringify(messages));
    note('stderr of the server', await readFile(log, 'utf8'));
  });

  it('nor is one in anything that was said or written', async () => {
    const kept = ['cache', 'storage', 'home', 'work', 'editor'].map((name) => join(directory, name));
    for (const folder of kept) {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
      for (const entry of entries.filter((candidate) => candidate.isFile())) {
        const path = join(entry.parentPath, entry.name);
        note(path, (await readFile(path)).toString('latin1'));
      }
    }
    expect(said.size).toBeGreaterThan(100);
    expect([...said.keys()].some((where) => where.endsWith('facts.db'))).toBe(true);
    for (const [where, text] of said) {
      for (const secret of forms)
        expect(text.includes(secret), `${where}: ${text.slice(0, 2000)}`).toBe(false);
    }
  });
});
