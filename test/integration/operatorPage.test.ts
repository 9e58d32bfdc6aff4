import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { packageDocuments } from '../support/channels.ts';
import { LspClient } from '../support/lspClient.ts';

let folder: string;
let client: LspClient | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'operator-mirror-operator-'));
  mkdirSync(join(folder, 'catalog'));
  const documents = packageDocuments('some-operator', [
    { version: '1.0.0' },
    { version: '1.1.0', replaces: '1.0.0' },
  ]);
  writeFileSync(
    join(folder, 'catalog/catalog.json'),
    documents.map((document) => JSON.stringify(document)).join('\n'),
  );
});
afterEach(async () => {
  await client?.stop();
  client = undefined;
  rmSync(folder, { recursive: true });
});

async function ask(request: string, question: object, workspaceTrusted = true) {
  client ??= await LspClient.start({
    folder,
    environment: { HOME: folder, XDG_CACHE_HOME: folder },
    initializationOptions: { workspaceTrusted },
  });
  const common = { catalog: join(folder, 'catalog'), package: 'some-operator' };
  return client.connection.sendRequest<Record<string, unknown>>(request, { ...common, ...question });
}

it('answers what a folder says of an operator, and how its versions become each other', {
  timeout: 40_000,
}, async () => {
  expect(await ask('operatorMirror/operator', {})).toMatchObject({
    package: 'some-operator',
    version: '1.1.0',
    graph: { channel: 'stable', rows: [{ label: '1.1.0', state: 'head', replaces: 1 }, { label: '1.0.0' }] },
  });
  const versions = ['some-operator.v1.0.0', 'some-operator.v1.1.0'];
  expect(await ask('operatorMirror/upgradePath', { channel: 'stable', versions })).toMatchObject({
    headline: 'One upgrade leads from 1.0.0 to 1.1.0.',
  });
});

it('compares two folders', { timeout: 40_000 }, async () => {
  mkdirSync(join(folder, 'new'));
  const documents = [
    ...packageDocuments('came', [{ version: '0.1.0' }]),
    ...packageDocuments('some-operator', [
      { version: '1.0.0' },
      { version: '1.1.0', replaces: '1.0.0' },
      { version: '1.2.0', replaces: '1.1.0' },
    ]),
  ];
  writeFileSync(join(folder, 'new/catalog.json'), documents.map((one) => JSON.stringify(one)).join('\n'));
  const [before, after] = [join(folder, 'catalog'), join(folder, 'new')];
  expect(await ask('operatorMirror/compareCatalogs', { before, after })).toMatchObject({
    headline: '1 package came, 1 package changed',
    added: [{ name: 'came' }],
    changed: [{ name: 'some-operator', versionBefore: '1.1.0', version: '1.2.0' }],
    same: 0,
  });
  expect(await ask('operatorMirror/compareCatalogs', { before, after: before })).toMatchObject({
    headline: 'Nothing differs',
    same: 1,
  });
});

it('says in one sentence why there is no answer', { timeout: 40_000 }, async () => {
  await expect(ask('operatorMirror/operator', { package: 'some-operater' })).rejects.toThrow(
    'The catalog has no package some-operater. Did you mean some-operator?',
  );
  const catalog = join(folder, 'none');
  await expect(ask('operatorMirror/operator', { catalog })).rejects.toThrow(/none/);
});

it('opens nothing without trust', { timeout: 40_000 }, async () => {
  await expect(ask('operatorMirror/operator', {}, false)).rejects.toThrow('the workspace is not trusted');
});
