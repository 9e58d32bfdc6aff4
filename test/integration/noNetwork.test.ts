import { execFileSync, spawnSync } from 'node:child_process';
import { constants, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serverCommands } from '../../server/src/protocol/names.ts';
import { addToStore, temporaryFolder } from '../support/fileStore.ts';
import { testImage } from '../support/images.ts';
import { LspClient } from '../support/lspClient.ts';

const root = join(import.meta.dirname, '../..');
const image = testImage();
const everything = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };

/** Where credentials, and what leads to them, are looked for; below the home folder of the test. */
const secretPlaces = [
  'named/auth.json',
  'named/environment.json',
  'named/registries.conf',
  'run/containers/auth.json',
  '.config/containers/auth.json',
  '.config/containers/registries.conf',
  '.docker/config.json',
  '.dockercfg',
];

let folder: string;
let home: string;
let registry: Server;
let host: string;
let connections: number;
const sockets = new Set<Socket>();

beforeEach(async () => {
  folder = temporaryFolder();
  home = temporaryFolder();
  connections = 0;
  registry = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => {});
    // A registry that wants a credential for everything.
    const head = ['HTTP/1.1 401 Unauthorized', 'www-authenticate: Basic realm="x"', 'content-length: 0'];
    socket.once('data', () => socket.end([...head, 'connection: close', '', ''].join('\r\n')));
  });
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(registry.address() as AddressInfo).port}`;
  addToStore(folder, 'mirror/app', 'v1', image);
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write(
    'mapping.txt',
    [
      `${host}/team/app:v1=${host}/mirror/app:v1`,
      `${host}/team/app@sha256:${'1'.repeat(64)}=localhost:${host.split(':')[1]}/mirror/other`,
      `file://mirror/app:v1=${host}/mirror/app:v2`,
      '',
    ].join('\n'),
  );
  write(
    'imageContentSourcePolicy.yaml',
    `apiVersion: operator.openshift.io/v1alpha1\nkind: ImageContentSourcePolicy\nmetadata:\n  name: x\nspec:\n  repositoryDigestMirrors:\n  - mirrors:\n    - ${host}/mirror/app\n    source: quay.io/team/app\n`,
  );
  write(
    'catalogSource.yaml',
    `apiVersion: operators.coreos.com/v1alpha1\nkind: CatalogSource\nmetadata:\n  name: x\n  namespace: openshift-marketplace\nspec:\n  sourceType: grpc\n  image: ${host}/mirror/index:v1\n`,
  );
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => registry.close(resolve));
  for (const path of [folder, home]) rmSync(path, { recursive: true, force: true });
});

const spyLog = () => join(home, 'spy.log');

function environment(): Record<string, string> {
  const proxy = `http://${host}`;
  return {
    HOME: home,
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_RUNTIME_DIR: join(home, 'run'),
    REGISTRY_AUTH_FILE: join(home, 'named/environment.json'),
    HTTP_PROXY: proxy,
    HTTPS_PROXY: proxy,
    NO_PROXY: '',
    NODE_OPTIONS: `--require ${join(root, 'test/support/spy.cjs')}`,
    OPERATOR_MIRROR_SPY: spyLog(),
  };
}

/** Pipes: who reads one waits for ever, and is found waiting. */
function plantPipes(): void {
  for (const place of secretPlaces) {
    mkdirSync(dirname(join(home, place)), { recursive: true });
    execFileSync('mkfifo', [join(home, place)]);
  }
}

/** Files of ours among those that the process opened, and everybody whom it called or started. */
function deeds(): { opened: string[]; called: string[] } {
  const lines = readFileSync(spyLog(), 'utf8').split('\n').filter(Boolean);
  const entries = lines.map((line) => JSON.parse(line) as [string, string]);
  return {
    opened: entries.filter(([what]) => what === 'open').map(([, path]) => path),
    called: entries.filter(([what]) => what !== 'open').map((entry) => entry.join(' ')),
  };
}

function expectNoContact(): void {
  expect(connections).toBe(0);
  const { opened, called } = deeds();
  expect(called).toEqual([]);
  expect(opened.filter((path) => secretPlaces.some((place) => path === join(home, place)))).toEqual([]);
  // The spy did see what was opened, the workspace's own files among it.
  expect(opened).toContain(join(folder, 'mapping.txt'));
  for (const place of secretPlaces) {
    const open = () => openSync(join(home, place), constants.O_WRONLY | constants.O_NONBLOCK);
    expect(open, `${place} is being read`).toThrow(/ENXIO/);
  }
}

/** Does everything that an editor can make the server do, and gives the hovers of the mapping. */
async function session(initializationOptions: Record<string, unknown>): Promise<string[]> {
  const client = await LspClient.start({
    folder,
    environment: environment(),
    initializationOptions: {
      registries: {
        authFile: join(home, 'named/auth.json'),
        configFile: join(home, 'named/registries.conf'),
        insecure: [host],
      },
      ...initializationOptions,
    },
    capabilities: {
      textDocument: { diagnostic: {}, codeAction: { resolveSupport: { properties: ['edit'] } } },
    },
  });
  const { connection } = client;
  connection.onRequest('window/showMessageRequest', () => null);
  connection.onRequest('workspace/applyEdit', () => ({ applied: true }));
  const hovers: string[] = [];
  for (const name of ['mapping.txt', 'imageContentSourcePolicy.yaml', 'catalogSource.yaml']) {
    const uri = pathToFileURL(join(folder, name)).href;
    const text = readFileSync(join(folder, name), 'utf8');
    await client.open(uri, name.endsWith('.txt') ? 'oc-mapping' : 'yaml', text);
    await client.diagnostics(uri);
    for (const [line, content] of text.split('\n').entries()) {
      for (const character of [3, 12, content.length - 3]) {
        const hover = await client.hoverWhenKnown(uri, line, Math.max(character, 0));
        if (name === 'mapping.txt' && character === 3) hovers.push(JSON.stringify(hover));
      }
    }
    const textDocument = { uri };
    await connection.sendRequest('textDocument/inlayHint', { textDocument, range: everything });
    await connection.sendRequest('textDocument/codeLens', { textDocument });
    for (const method of ['documentLink', 'documentSymbol', 'foldingRange'])
      await connection.sendRequest(`textDocument/${method}`, { textDocument });
    for (const [line, content] of text.split('\n').entries()) {
      for (const character of [0, 12, content.length]) {
        const at = { textDocument, position: { line, character: Math.min(character, content.length) } };
        const context = { includeDeclaration: true };
        for (const method of ['completion', 'definition', 'references', 'prepareRename'])
          await connection.sendRequest(`textDocument/${method}`, { ...at, context }).catch(() => {});
        await connection
          .sendRequest('textDocument/rename', { ...at, newName: `${host}/renamed` })
          .catch(() => {});
        await connection.sendRequest('operatorMirror/trace', { uri, position: at.position });
      }
    }
    await connection.sendRequest('operatorMirror/trace', {
      text: `Failed to pull image "${host}/team/app:v1"`,
      ask: true,
    });
    await connection.sendRequest('operatorMirror/forecast', { uri });
    const log = `$ oc adm catalog mirror a b\nwrote mirroring manifests to ${home}\nerror: unable to push ${host}/team/app: failed to upload blob: unauthorized\n`;
    await connection.sendRequest('operatorMirror/explainLog', { text: log });
    for (const action of await client.codeActions(uri, everything))
      await client.resolve(action).catch(() => {});
    for (const command of Object.values(serverCommands)) {
      await connection.sendRequest('workspace/executeCommand', { command, arguments: [uri] }).catch(() => {});
    }
    await client.diagnostics(uri);
  }
  // Whatever is done later than asked for is done by then.
  await new Promise((resolve) => setTimeout(resolve, 500));
  await client.stop();
  return hovers;
}

describe('the language server', () => {
  it.each([
    ['with the network off', { network: 'off' }, 'operatorMirror.network'],
    ['in a workspace without trust', { workspaceTrusted: false }, 'the workspace is not trusted'],
  ])('contacts nobody, reads no credential and starts nothing %s', async (_name, options, reason) => {
    plantPipes();
    const hovers = await session(options);
    expect(hovers[0]).toContain(reason);
    // What is on disk is shown all the same.
    expect(hovers[2]).toContain(image.manifest.digest);
    expectNoContact();
  });

  it('does all of that in a workspace with trust, so the spy sees it', async () => {
    mkdirSync(join(home, 'named'));
    const login = { auth: Buffer.from('anna:secret').toString('base64') };
    writeFileSync(join(home, 'named/auth.json'), JSON.stringify({ auths: { [host]: login } }));
    writeFileSync(join(home, 'named/registries.conf'), '');
    await session({ network: 'on' });
    expect(connections).toBeGreaterThan(0);
    const { opened, called } = deeds();
    expect(called.length).toBeGreaterThan(0);
    for (const name of ['auth.json', 'registries.conf']) expect(opened).toContain(join(home, 'named', name));
  });
});

describe('check', () => {
  it.each([[[]], [['--offline']], [['--fix']]])(
    'contacts nobody and reads no credential with %j',
    (options) => {
      plantPipes();
      const named = ['--authfile', join(home, 'named/auth.json'), '--insecure', host];
      const { status, stdout } = spawnSync(
        process.execPath,
        [join(root, 'dist/cli.js'), 'check', folder, '--format', 'json', ...named, ...options],
        { env: { ...process.env, ...environment() }, encoding: 'utf8' },
      );
      expect(status).toBe(1);
      expect(stdout).toContain('that v2/ has');
      expectNoContact();
    },
  );
});
