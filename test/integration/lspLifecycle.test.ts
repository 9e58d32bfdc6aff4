import { afterEach, describe, expect, it } from 'vitest';
import { BareServer } from '../support/bareServer.ts';
import { temporaryFolder } from '../support/fileStore.ts';
import { RawServer } from '../support/rawServer.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function start(): BareServer {
  const home = temporaryFolder();
  const server = new BareServer({ HOME: home, XDG_CACHE_HOME: home });
  cleanUps.push(() => server.kill());
  return server;
}

const uri = 'file:///nowhere/mapping.txt';
const hover = ['textDocument/hover', { textDocument: { uri }, position: { line: 0, character: 3 } }] as const;
const plain = { processId: null, rootUri: null, capabilities: {} };

async function initialized(params: object = plain): Promise<BareServer> {
  const server = start();
  expect(await server.ask('initialize', params)).toMatchObject({ result: { capabilities: {} } });
  server.notify('initialized', {});
  return server;
}

function open(server: BareServer, text: string): void {
  server.notify('textDocument/didOpen', {
    textDocument: { uri, languageId: 'oc-mapping', version: 1, text },
  });
}

it('answers nothing before it is initialized, and nothing after it is shut down', async () => {
  const server = start();
  open(server, 'quay.io/early/app:v1=reg.example.com/early/app:v1\n');
  expect(await server.ask(...hover)).toMatchObject({ error: { code: -32002 } });
  expect(await server.ask('shutdown')).toMatchObject({ error: { code: -32002 } });
  expect(await server.ask('initialize', plain)).toMatchObject({ result: {} });
  // What was opened too early was not heard.
  expect(await server.ask(...hover)).toMatchObject({ result: null });
  expect(await server.ask('initialize', plain)).toMatchObject({ error: { code: -32600 } });
  expect(await server.ask('no/such')).toMatchObject({ error: { code: -32601 } });
  expect(await server.ask('shutdown')).toMatchObject({ result: null });
  expect(await server.ask(...hover)).toMatchObject({ error: { code: -32600 } });
  expect(await server.ask('no/such')).toMatchObject({ error: { code: -32600 } });
  server.notify('exit');
  expect(await server.exited()).toBe(0);
});

it('says in its exit code that nobody shut it down', async () => {
  const early = start();
  early.notify('exit');
  expect(await early.exited()).toBe(1);
  const running = await initialized();
  running.notify('exit');
  expect(await running.exited()).toBe(1);
});

describe('rubbish', () => {
  it('as the parameters of initialize is refused', async () => {
    const server = start();
    for (const params of [undefined, null, [], [1], 5, 'x']) {
      expect(await server.ask('initialize', params)).toMatchObject({ error: { code: -32602 } });
      expect(await server.ask(...hover)).toMatchObject({ error: { code: -32002 } });
    }
    expect(await server.ask('initialize', plain)).toMatchObject({ result: {} });
  });

  it.each<[string, object]>([
    ['nothing', {}],
    [
      'nulls',
      {
        processId: null,
        rootUri: null,
        capabilities: null,
        workspaceFolders: null,
        initializationOptions: null,
      },
    ],
    [
      'wrong types',
      { processId: 'a', rootUri: 7, capabilities: 5, workspaceFolders: { a: 1 }, initializationOptions: 'x' },
    ],
    ['a process that cannot be', { ...plain, processId: -5 }],
    [
      'roots that are no files',
      {
        ...plain,
        rootUri: 'http://example.com/a',
        workspaceFolders: [null, { uri: 5 }, {}, { uri: 'untitled:a' }, { uri: 'file:///%zz' }],
      },
    ],
    [
      'capabilities of wrong types',
      { ...plain, capabilities: { workspace: 7, textDocument: [], general: null, window: 'x' } },
    ],
    ['a storage path that is none', { ...plain, initializationOptions: { storagePath: 5 } }],
    [
      'options of wrong types',
      {
        ...plain,
        initializationOptions: {
          workspaceTrusted: 'no',
          clientCommands: 7,
          rules: 5,
          registries: [],
          network: {},
          cluster: 'x',
        },
      },
    ],
  ])('in initialize counts as left out: %s', async (_what, params) => {
    const server = await initialized(params);
    open(server, 'quay.io/ns/app:v1=reg.example.com/ns/app@sha256:1\n');
    expect(await server.ask('textDocument/diagnostic', { textDocument: { uri } })).toMatchObject({
      result: { kind: 'full' },
    });
    expect(await server.ask('shutdown')).toMatchObject({ result: null });
  });

  it('in everything else ends nothing', async () => {
    const server = await initialized();
    open(server, 'quay.io/ns/app:v1=reg.example.com/ns/app:v1\n');
    const odd = [
      null,
      undefined,
      5,
      'x',
      [],
      {},
      { textDocument: null },
      { textDocument: { uri: 5, text: 7 } },
      { changes: [null, { uri: 5 }] },
    ];
    for (const method of [
      'textDocument/didOpen',
      'textDocument/didChange',
      'textDocument/didClose',
      'workspace/didChangeWatchedFiles',
      'workspace/didChangeConfiguration',
      'workspace/didChangeWorkspaceFolders',
      'operatorMirror/credentials',
      '$/cancelRequest',
      '$/setTrace',
    ]) {
      for (const params of odd) server.notify(method, params);
    }
    server.write('Content-Length: 5\r\n\r\n{"a":');
    server.write('Content-Length: 4\r\n\r\nnull');
    server.write('Content-Length: 2\r\n\r\n[]');
    expect(await server.ask(...hover)).toMatchObject({ result: { contents: {} } });
  });
});

describe('a header that does not tell how long its message is', () => {
  it.each(['Content-Length: abc', 'Content-Length:', 'Content-Type: application/json', 'hello', ''])(
    'ends the server, which says so: %j',
    async (header) => {
      const server = await initialized();
      server.write(`${header}\r\n\r\n[]Content-Length: 2\r\n\r\n[]`);
      expect(await server.exited()).toBe(1);
      expect(server.errors).toMatch(
        /^The language server cannot read what its client sent: .*; start the server anew\n$/,
      );
    },
  );
});

describe('a place that no text has', () => {
  const mirrorSet = [
    'apiVersion: operator.openshift.io/v1alpha1',
    'kind: ImageContentSourcePolicy',
    'metadata:',
    '  name: a',
    'spec:',
    '  repositoryDigestMirrors:',
    '  - source: quay.io/ns/app',
    '    mirrors:',
    '    - reg.example.com/ns/app',
    '',
  ].join('\n');
  const texts = [
    ['mapping.txt', 'oc-mapping', 'quay.io/ns/app:v1=reg.example.com/ns/app:v1\n'],
    ['icsp.yaml', 'yaml', mirrorSet],
    ['template.yaml', 'yaml', `${mirrorSet}{{- range .Values.sources }}\n  - source: {{ . }}\n{{- end }}\n`],
    ['pod.yaml', 'yaml', 'kind: Pod\nspec:\n  containers:\n  - image: quay.io/ns/app:v1\n'],
    ['run.log', 'log', 'error: unable to push quay.io/ns/app:v1: unauthorized\n'],
  ] as const;
  const methods = [
    ...['hover', 'completion', 'definition', 'references', 'prepareRename', 'rename'],
    ...['codeAction', 'inlayHint', 'foldingRange', 'documentLink', 'codeLens', 'documentSymbol'],
  ].map((name) => `textDocument/${name}`);

  it.each<[string, unknown, unknown]>([
    ['far below the text', { line: 1e9, character: 1e9 }, { line: 1e9, character: 1e9 }],
    ['from far above it to far below it', { line: -1e9, character: -1e9 }, { line: 1e15, character: 1e15 }],
    ['backwards', { line: 1e15, character: 1e15 }, { line: -1e9, character: -1e9 }],
    ['between lines', { line: 0.5, character: 1e9 }, { line: 1.5, character: -1 }],
    ['words', { line: 'a', character: '1e9' }, { line: [], character: {} }],
    ['no numbers', { line: null, character: null }, {}],
    ['nothing', null, undefined],
    ['no object', 5, 'x'],
  ])('makes nothing wait: %s', async (_what, start, end) => {
    const server = await initialized();
    for (const [name, languageId, text] of texts) {
      const textDocument = { uri: `file:///nowhere/${name}`, languageId, version: 1, text };
      server.notify('textDocument/didOpen', { textDocument });
    }
    for (const [name] of texts) {
      const textDocument = { uri: `file:///nowhere/${name}` };
      const place = { position: start, range: { start, end } };
      const rest = { newName: 'reg.example.com/other', context: { diagnostics: [] } };
      for (const method of [...methods, 'operatorMirror/namedImage', 'operatorMirror/trace']) {
        const answer = await server.ask(method, { textDocument, uri: textDocument.uri, ...place, ...rest });
        expect([undefined, -32602, -32803], `${method} in ${name}: ${JSON.stringify(answer)}`).toContain(
          answer.error?.code,
        );
      }
    }
    expect(await server.ask(...hover)).toMatchObject({ result: { contents: {} } });
  });

  it('behind the end of a line is its end, and below the text is nothing', async () => {
    // What a registry has said meanwhile would be another hover.
    const server = await initialized({ ...plain, initializationOptions: { network: 'off' } });
    open(server, 'quay.io/ns/app:v1=reg.example.com/ns/app:v1\n');
    const at = (position: object) => server.ask('textDocument/hover', { textDocument: { uri }, position });
    const atEnd = await at({ line: 0, character: 43 });
    expect(atEnd).toMatchObject({ result: { contents: {} } });
    expect((await at({ line: 0, character: 1e9 })).result).toEqual(atEnd.result);
    expect(await at({ line: 2, character: 0 })).toMatchObject({ result: null });
    expect(await at({ line: 1e9, character: 3 })).toMatchObject({ result: null });
  });
});

describe('a request that its client cancels', () => {
  it.each([
    ['textDocument/hover', hover[1]],
    ['textDocument/completion', { textDocument: { uri }, position: { line: 1, character: 99 } }],
    [
      'textDocument/codeAction',
      {
        textDocument: { uri },
        range: { start: { line: 0, character: 0 }, end: { line: 0, character: 9 } },
        context: { diagnostics: [] },
      },
    ],
  ] as const)('is given up, though its registry says nothing: %s', async (method, params) => {
    const registry = await RawServer.start(async () => {});
    cleanUps.push(() => registry.stop());
    const server = await initialized();
    open(server, `${registry.host}/ns/app:v1=reg.example.com/ns/app:v1\n${registry.host}/ns/other:`);
    const answer = server.ask(method, params, (id) => server.notify('$/cancelRequest', { id }));
    expect(await answer).toMatchObject({ error: { code: -32800 } });
    expect(await server.ask(...hover)).toMatchObject({ result: { contents: {} } });
  });

  it('is given up while a chosen fix waits for its digest', async () => {
    const registry = await RawServer.start(async () => {});
    cleanUps.push(() => registry.stop());
    const capabilities = { textDocument: { codeAction: { resolveSupport: { properties: ['edit'] } } } };
    const server = await initialized({ ...plain, capabilities });
    open(server, `${registry.host}/ns/app:v1=reg.example.com/ns/app:v1\n`);
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 9 } };
    const offered = await server.ask('textDocument/codeAction', {
      textDocument: { uri },
      range,
      context: { diagnostics: [] },
    });
    const [pin] = (offered.result as { title: string }[]).filter(({ title }) => /^Pin/.test(title));
    expect(pin).toBeDefined();
    let asked = 0;
    const resolved = server.ask('codeAction/resolve', pin, (id) => {
      asked = id;
    });
    // It waits by now: what was asked behind it is answered.
    await server.ask('textDocument/foldingRange', { textDocument: { uri } });
    server.notify('$/cancelRequest', { id: asked });
    expect(await resolved).toMatchObject({ error: { code: -32800 } });
  });
});
