import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type ApplyWorkspaceEditParams,
  ApplyWorkspaceEditRequest,
  type ApplyWorkspaceEditResult,
  type Command,
  DocumentLinkRequest,
  ExecuteCommandRequest,
  ResourceOperationKind,
  ShowMessageNotification,
  type TextDocumentEdit,
  type TextEdit,
} from 'vscode-languageserver-protocol';
import { splitLines } from '../../server/src/documents/lines.ts';
import { applyEdits } from '../../server/src/documents/textEdits.ts';
import type { ImageQuestion } from '../../server/src/protocol/files.ts';
import type { ForecastPage } from '../../server/src/protocol/forecast.ts';
import { commands } from '../../server/src/protocol/names.ts';
import type { TraceAnswer, TraceQuestion } from '../../server/src/protocol/trace.ts';
import { LspClient, type LspOptions } from '../support/lspClient.ts';
import { namedSet } from '../support/mirrorSets.ts';
import { RawServer } from '../support/rawServer.ts';

const examples = join(import.meta.dirname, '../../examples');
const hop = '1-efk-over-files/manifests-my-operator/my-operator-index-1636602048';
const policy = `${hop}/imageContentSourcePolicy.yaml`;
const keycloak = '2-keycloak-by-tag/manifests-my-operator/community-operator-index-1637720538';
const resolving = {
  textDocument: { diagnostic: {}, codeAction: { resolveSupport: { properties: ['edit'] } } },
};

const everything = { start: { line: 0, character: 0 }, end: { line: 999, character: 0 } };

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function start(options: LspOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'operator-mirror-lsp-'));
  cleanUps.push(() => rmSync(folder, { recursive: true }));
  cpSync(examples, folder, { recursive: true });
  const client = await LspClient.start({
    folder,
    environment: { HOME: folder, XDG_CACHE_HOME: folder },
    ...options,
  });
  cleanUps.push(() => client.stop());
  const open = async (path: string, language: string) => {
    const uri = pathToFileURL(join(folder, path)).href;
    const text = readFileSync(join(folder, path), 'utf8');
    await client.open(uri, language, text);
    return { uri, text };
  };
  return { client, folder, open };
}

it('pulls findings that know the first hop on disk, and their fixes make the file right', async () => {
  const { client, open } = await start({ capabilities: resolving });
  const { uri, text } = await open(policy, 'yaml');
  const found = await client.diagnostics(uri);
  expect(found.map(({ code, severity }) => `${code} ${severity}`)).toEqual(
    Array(4).fill('mirror-set/local-source 1'),
  );
  expect(found[0]?.codeDescription?.href).toMatch(/docs\/rules\/mirror-set\/local-source\.md$/);

  const [first] = found;
  if (first === undefined) throw new Error('nothing was found');
  const actions = await client.codeActions(uri, first.range);
  expect(actions.map(({ title, isPreferred }) => [title, isPreferred])).toEqual([
    ['Rewrite to registry.redhat.io/openshift-logging/fluentd-rhel8', true],
    ['Rewrite all 4 to their true sources', true],
  ]);
  const all = await client.resolve(actions[1] ?? { title: '' });
  const after = applyEdits(text, all.edit?.changes?.[uri] ?? []);
  expect(after).toBe(text.replaceAll('efk-mirror/my-operator/my-operator-index/', 'registry.redhat.io/'));
});

it('follows what is typed, character by character', async () => {
  const { client, open } = await start();
  const { uri, text } = await open(policy, 'yaml');
  const line = splitLines(text).findIndex((candidate) => candidate.includes('source:'));
  const at = (splitLines(text)[line] ?? '').indexOf('efk-mirror');
  const place = {
    start: { line, character: at },
    end: { line, character: at + 'efk-mirror/my-operator/my-operator-index'.length },
  };
  await client.change(uri, [{ range: place, text: 'registry.redhat.io' }]);
  expect(await client.diagnostics(uri)).toHaveLength(3);
  await client.change(uri, [
    { range: { start: { line, character: at }, end: { line, character: at } }, text: 'https://' },
  ]);
  const now = await client.diagnostics(uri);
  expect(now.map(({ code }) => code)).toContain('mirror-set/invalid-source');
});

it('offers the likely registries where no mapping.txt tells, for one and for all', async () => {
  const { client, folder, open } = await start();
  const mapping = join(folder, keycloak, 'mapping.txt');
  rmSync(mapping);
  await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
    changes: [{ uri: pathToFileURL(mapping).href, type: 3 }],
  });
  const { uri, text } = await open(`${keycloak}/imageContentSourcePolicy.yaml`, 'yaml');
  const [first] = await client.diagnostics(uri);
  if (first === undefined) throw new Error('nothing was found');
  const actions = await client.codeActions(uri, first.range);
  expect(actions.some(({ isPreferred }) => isPreferred)).toBe(false);
  const quay = actions.find(({ title }) => title === 'Rewrite all 2 to quay.io');
  // This client cannot resolve, so the edit is there at once.
  const after = applyEdits(text, quay?.edit?.changes?.[uri] ?? []);
  expect(after).toBe(text.replaceAll('community-operator/my-operator/community-operator-index/', 'quay.io/'));
  expect(await client.codeActions(uri, first.range, ['source.fixAll'])).toEqual([]);
});

it('offers what repairs a whole file once, whatever is selected', async () => {
  const { client, open } = await start({ capabilities: resolving });
  const { uri } = await open(policy, 'yaml');
  const titles = (await client.codeActions(uri, everything)).map(({ title }) => title);
  expect(titles.filter((title) => title === 'Rewrite all 4 to their true sources')).toHaveLength(1);
  expect(titles).toHaveLength(5);
});

it('lets no client wait for a registry that says nothing, and offers it only what is known', async () => {
  const silent = await RawServer.start(async () => {});
  cleanUps.push(() => silent.stop());
  // This client cannot resolve, so a fix that has still to ask is of no use to it.
  const { client } = await start();
  const uri = 'file:///nowhere/mapping.txt';
  const host = `127.0.0.1:${silent.port}`;
  await client.open(uri, 'oc-mapping', `${host}/edge/app:v1=${host}/mirror/edge-app:v1\n`);
  const [tagged] = await client.diagnostics(uri);
  expect(tagged?.code).toBe('mapping/tag-only');
  expect(await client.codeActions(uri, tagged?.range ?? everything)).toEqual([]);
});

it('fixes all that is certain in one action', async () => {
  const { client, open } = await start();
  const { uri, text } = await open(`${hop}/catalogSource.yaml`, 'yaml');
  const [action] = await client.codeActions(uri, everything, ['source.fixAll.operatorMirror']);
  expect(action?.kind).toBe('source.fixAll.operatorMirror');
  const after = applyEdits(text, action?.edit?.changes?.[uri] ?? []);
  expect(after).toBe(
    text.replace('name: my-operator/my-operator-index', 'name: my-operator-my-operator-index'),
  );
});

describe('Fix All in Folder', () => {
  const command = 'operatorMirror.fixAllInFolder';
  const documentChanges = { workspace: { workspaceEdit: { documentChanges: true } } };

  async function fixAllIn(
    path: string,
    options: LspOptions = {},
    answer: ApplyWorkspaceEditResult = { applied: true },
  ) {
    const { client, folder } = await start(options);
    const edits: ApplyWorkspaceEditParams[] = [];
    const messages: string[] = [];
    client.connection.onRequest(ApplyWorkspaceEditRequest.type, (params) => {
      edits.push(params);
      return answer;
    });
    client.connection.onNotification(ShowMessageNotification.type, ({ message }) => {
      messages.push(message);
    });
    const uri = pathToFileURL(join(folder, path)).href;
    await client.connection.sendRequest(ExecuteCommandRequest.type, { command, arguments: [uri] });
    await vi.waitFor(() => expect(messages).toHaveLength(1), 30_000);
    return { client, folder, edits, messages };
  }

  it('repairs every file of a folder in one edit, in a workspace that is not trusted too', async () => {
    const { folder, edits, messages } = await fixAllIn('1-efk-over-files', {
      capabilities: documentChanges,
      initializationOptions: { workspaceTrusted: false },
    });
    expect(messages).toEqual(['5 changes in 2 files']);
    expect(edits.map(({ label }) => label)).toEqual(['Fix all in 1-efk-over-files']);
    const changed = (edits[0]?.edit.documentChanges ?? []) as TextDocumentEdit[];
    const after = new Map(
      changed.map(({ textDocument: { uri, version }, edits: made }) => {
        expect(version).toBeNull();
        const text = readFileSync(fileURLToPath(uri), 'utf8');
        return [relative(folder, fileURLToPath(uri)), applyEdits(text, made as TextEdit[])];
      }),
    );
    const textOf = (path: string) => readFileSync(join(examples, path), 'utf8');
    expect(Object.fromEntries(after)).toEqual({
      [policy]: textOf(policy).replaceAll('efk-mirror/my-operator/my-operator-index/', 'registry.redhat.io/'),
      [`${hop}/catalogSource.yaml`]: textOf(`${hop}/catalogSource.yaml`).replace(
        'name: my-operator/my-operator-index',
        'name: my-operator-my-operator-index',
      ),
    });
  });

  it('takes a file for its folder, and says what a person must decide', async () => {
    const { edits, messages } = await fixAllIn(`${keycloak}/catalogSource.yaml`);
    expect(messages[0]).toMatch(/^2 changes in 2 files; [0-9]+ findings are left that a person must decide$/);
    expect(Object.keys(edits[0]?.edit.changes ?? {}).sort()).toEqual([
      expect.stringMatching(/\/community-operator-index-1637720538\/catalogSource\.yaml$/),
      expect.stringMatching(/\/community-operator-index-1637720538\/imageContentSourcePolicy\.yaml$/),
    ]);
  });

  it('says why an editor refused the edit', async () => {
    const answer = { applied: false, failureReason: 'the file is read-only' };
    const { messages } = await fixAllIn('1-efk-over-files', {}, answer);
    expect(messages).toEqual(['Nothing was fixed in 1-efk-over-files: the file is read-only']);
  });

  it('says that there is nothing to do', async () => {
    const { edits, messages } = await fixAllIn('nowhere');
    expect(messages).toEqual(['There is nothing to check in nowhere: no mapping.txt and no YAML of ours']);
    expect(edits).toEqual([]);
  });

  it('is not announced to a client that registers the command itself', async () => {
    const own = await start({ initializationOptions: { clientCommands: [command] } });
    const other = await start();
    expect(own.client.result?.capabilities.executeCommandProvider?.commands).not.toContain(command);
    expect(other.client.result?.capabilities.executeCommandProvider?.commands).toContain(command);
  });
});

it('pushes to clients that cannot pull, and never does both', async () => {
  const { client, open } = await start({ capabilities: {} });
  expect(client.result?.capabilities.diagnosticProvider).toBeUndefined();
  const { uri } = await open(policy, 'yaml');
  await vi.waitFor(() => expect(client.published.get(uri)?.diagnostics).toHaveLength(4), 30_000);

  const pulling = await start();
  const opened = await pulling.open(policy, 'yaml');
  expect(await pulling.client.diagnostics(opened.uri)).toHaveLength(4);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(pulling.client.published.size).toBe(0);
});

it('sees files on disk come and go', async () => {
  const { client, folder, open } = await start();
  const { uri } = await open(policy, 'yaml');
  const first = join(folder, '1-efk-over-files/manifests-my-operator-index-1636424076/mapping.txt');
  const changed = (type: number) =>
    client.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: pathToFileURL(first).href, type }],
    });
  const message = async () => (await client.diagnostics(uri))[0]?.message;
  expect(await message()).toContain('come from registry.redhat.io/openshift-logging/fluentd-rhel8');
  const other = readFileSync(first, 'utf8').replaceAll('registry.redhat.io', 'registry.example.com');
  writeFileSync(first, other);
  await changed(2);
  expect(await message()).toContain('come from registry.example.com/openshift-logging/fluentd-rhel8');
  rmSync(first);
  await changed(3);
  // Tags alone tell it now.
  expect(await message()).toContain('come from registry.redhat.io/openshift-logging/fluentd-rhel8');
  writeFileSync(first, other);
  await changed(1);
  expect(await message()).toContain('come from registry.example.com/openshift-logging/fluentd-rhel8');
});

it('knows the first hop of a file in a folder whose name only begins like the workspace’s', async () => {
  const { client, folder } = await start();
  const beside = `${folder}-2`;
  cpSync(join(examples, '1-efk-over-files'), beside, { recursive: true });
  cleanUps.push(() => rmSync(beside, { recursive: true }));
  const path = join(beside, policy.slice('1-efk-over-files/'.length));
  const uri = pathToFileURL(path).href;
  await client.open(uri, 'yaml', readFileSync(path, 'utf8'));
  const [first] = await client.diagnostics(uri);
  expect(first?.message).toContain('the images come from registry.redhat.io/openshift-logging/fluentd-rhel8');
});

it('leaves YAML of other kinds alone', async () => {
  const { client } = await start();
  const uri = 'untitled:pod.yaml';
  await client.open(uri, 'yaml', 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: not/valid\n  bad: [\n');
  expect(await client.diagnostics(uri)).toEqual([]);
});

it('hovers, completes and leads on where a template is plain', async () => {
  const { client, open } = await start({ initializationOptions: { network: 'off' } });
  await open(`${keycloak}/mapping.txt`, 'oc-mapping');
  const uri = 'untitled:templates/policy.yaml';
  const head = 'apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\n';
  const named = 'metadata:\n  name: {{ .Values.name }}\nspec:\n  imageDigestMirrors:\n';
  const plain = '  - source: quay.io/keycloak/keycloak-operator\n    mirrors:\n    - reg.example.com/a\n    ';
  await client.open(
    uri,
    'yaml',
    `${head}${named}${plain}\n{{- if .Values.more }}\n  - source: {{ .x }}\n{{- end }}\n`,
  );
  const at = (method: string, line: number, character: number) =>
    client.connection.sendRequest<unknown>(`textDocument/${method}`, {
      textDocument: { uri },
      position: { line, character },
      context: { includeDeclaration: true },
    });
  expect(JSON.stringify(await at('hover', 6, 20))).toContain('quay.io/keycloak/keycloak-operator');
  expect(JSON.stringify(await at('completion', 9, 4))).toContain('mirrorSourcePolicy');
  for (const method of ['hover', 'completion', 'definition', 'references', 'documentLink']) {
    for (const line of [3, 10, 11, 12]) await at(method, line, 14);
  }
  expect(await client.diagnostics(uri)).toEqual([]);
});

it('says where nodes pull an image from: in a hover on any YAML, to who asks, and above mirror sets', async () => {
  const { client, open } = await start({ initializationOptions: { network: 'off' } });
  const { uri: set } = await open(policy, 'yaml');
  const pod = 'untitled:pod.yaml';
  const image = 'quay.io/a/b:v1';
  await client.open(pod, 'yaml', `kind: Pod\nspec:\n  containers:\n  - image: ${image}\n`);
  const hover = await client.hover(pod, 3, 15);
  expect(JSON.stringify(hover?.contents)).toContain(
    'No mirror set has a source that holds for it, so nodes ask quay.io itself.',
  );
  expect(await client.diagnostics(pod)).toEqual([]);

  const ask = (question: TraceQuestion) =>
    client.connection.sendRequest<TraceAnswer | null>('operatorMirror/trace', question);
  const here = await ask({ uri: pod, position: { line: 3, character: 15 } });
  expect(here).toMatchObject({
    image,
    verdict: 'source',
    headline: 'no mirror serves it, the source is asked',
    places: [{ image, from: 'source', result: 'untested' }],
  });
  expect(await ask({ text: `Failed to pull image "${image}": rpc error` })).toEqual(here);
  expect(await ask({ uri: pod, position: { line: 0, character: 0 } })).toBeNull();

  const { uri: mapping } = await open(`${hop}/mapping.txt`, 'oc-mapping');
  const behindHop = await ask({ uri: mapping, position: { line: 0, character: 5 } });
  expect(behindHop?.image).toMatch(/^registry\.redhat\.io\//);
  const [near] = behindHop?.rules ?? [];
  expect(near).toMatchObject({ path: fileURLToPath(set), kind: 'ImageContentSourcePolicy', matched: false });
  expect(behindHop?.files).toContainEqual({ path: near?.path, uri: set });

  const name = (question: ImageQuestion) =>
    client.connection.sendRequest<string | null>('operatorMirror/namedImage', question);
  expect(await name({ uri: mapping, position: { line: 0, character: 5 } })).toBe(behindHop?.image);
  expect(await name({ text: `Failed to pull image "${image}": rpc error` })).toBe(image);
  expect(await name({ text: 'secret' })).toBeNull();

  // This client has no command that shows a page.
  expect(await lensesOf(client, set)).toEqual(policyLenses.map((title) => ({ title, command: '' })));
});

it('lets a client that can show the page of a forecast open it from the line above a set', async () => {
  const { client, open } = await start({ initializationOptions: { clientCommands: [commands.forecast] } });
  const { uri } = await open(policy, 'yaml');
  expect(await lensesOf(client, uri)).toEqual(
    policyLenses.map((title) => ({ title, command: commands.forecast, arguments: [uri] })),
  );
});

/** What stands above the set of a file:// hop for OpenShift 4.8. */
const policyLenses = [
  'Redirects nothing: 4 of 4 sources are left by a file:// hop',
  'Applying this as a new set drains no node, but OpenShift 4.8 may drain anyway: it does where registries.conf has another registry that is not for pulls by digest only (bug 2056442)',
];

async function lensesOf(client: LspClient, uri: string): Promise<Command[]> {
  const lenses = await client.connection.sendRequest<{ command: Command }[]>('textDocument/codeLens', {
    textDocument: { uri },
  });
  return lenses.map(({ command }) => command);
}

it('explains an open log, with the lines of mapping.txt that it is about', async () => {
  const related = { textDocument: { diagnostic: {}, publishDiagnostics: { relatedInformation: true } } };
  const { client, folder } = await start({ capabilities: related });
  const mapping = join(folder, `${keycloak}/mapping.txt`);
  const line = splitLines(readFileSync(mapping, 'utf8')).findIndex((text) => text.includes(':15.0.2='));
  const image =
    'file://community-operator/my-operator/community-operator-index/keycloak/keycloak-operator:15.0.2';
  const uri = pathToFileURL(join(folder, 'oc.log')).href;
  await client.open(
    uri,
    'log',
    `no digest mapping available for ${image}, skip writing to ImageContentSourcePolicy\n`,
  );
  const [found] = await client.diagnostics(uri);
  expect(found).toMatchObject({ code: 'oc/no-digest-mapping', severity: 2, source: 'operator-mirror' });
  expect(found?.relatedInformation?.[0]?.location).toMatchObject({
    uri: pathToFileURL(mapping).href,
    range: { start: { line } },
  });
  expect(JSON.stringify((await client.hover(uri, 0, 5))?.contents)).toContain('What to do');
  const links = await client.connection.sendRequest(DocumentLinkRequest.type, { textDocument: { uri } });
  expect(links?.map(({ target }) => target)).toEqual([`${pathToFileURL(mapping).href}#L${line + 1},1`]);

  // A tool writes it on.
  const end = { line: 1, character: 0 };
  await client.change(uri, [{ range: { start: end, end }, text: 'error: one or more errors occurred\n' }]);
  expect((await client.diagnostics(uri)).map(({ code }) => code)).toEqual([
    'oc/no-digest-mapping',
    'oc/failed-copy',
  ]);
});

it('finds nothing in text that is no log, and explains one that is in no file', async () => {
  const { client } = await start({ capabilities: {} });
  await client.open('untitled:notes.txt', 'plaintext', 'error: I forgot the milk\n');
  const ask = (text: string) => client.connection.sendRequest('operatorMirror/explainLog', { text });
  expect(await ask('warning: Image quay.io/a/b:v1 does not exist and will not be mirrored')).toMatch(
    /^# Incomplete: .*`oc\/missing-tag`/s,
  );
  expect(await ask('milk')).toBeNull();
  expect(client.published.get('untitled:notes.txt')?.diagnostics ?? []).toEqual([]);
});

it('says what applying a folder does, on top of what is on the cluster', async () => {
  const { client, open } = await start({ initializationOptions: { network: 'off' } });
  const { uri, text } = await open(policy, 'yaml');
  const ask = (current?: object) =>
    client.connection.sendRequest<ForecastPage | null>('operatorMirror/forecast', {
      uri,
      ...(current && { current }),
    });
  const first = await ask();
  expect(first?.sentences[0]).toBe(
    'Redirects nothing: 4 of 4 sources are left by a file:// hop, and no pull matches them.',
  );
  expect(first?.sentences).toContainEqual(expect.stringMatching(/^No node drains: /));
  const set = {
    kind: 'ImageContentSourcePolicy',
    name: 'my-operator-my-operator-index-0',
    file: fileURLToPath(uri),
  };
  expect(first).toMatchObject({ effect: 'reload', sets: [{ ...set, change: 'added' }] });
  expect(first?.files).toEqual([{ path: fileURLToPath(uri), uri }]);
  expect(first?.registriesConf).toContain('[[registry]]');
  expect((await ask({ path: 'saved.yaml', text }))?.sentences).toContain('Nothing changes on the nodes.');
  const conf = '[[registry]]\nlocation = "q.io"\n[[registry.mirror]]\nlocation = "m.local"\n';
  expect((await ask({ path: 'node.conf', text: conf }))?.effect).toBe('reload');
  await expect(ask({ path: 'node.conf', text: '[[registry]]\n' })).rejects.toThrow(
    /^node\.conf:1 tells nothing of the cluster: neither location nor prefix is set/,
  );
});

const tagged = `${keycloak}/mapping.txt`;
const byTag = 'quay.io/keycloak/keycloak-operator:15.0.2=localhost:5005/community/keycloak-operator:15.0.2\n';
const newCluster = { initializationOptions: { cluster: { version: '4.14' } } };

it('makes a mirror set for tags beside a mapping.txt, and edits other files against their version', async () => {
  const workspaceEdit = { documentChanges: true, resourceOperations: [ResourceOperationKind.Create] };
  const { client, folder } = await start({
    ...newCluster,
    capabilities: { ...resolving, workspace: { workspaceEdit } },
  });
  const uri = pathToFileURL(join(folder, tagged)).href;
  await client.open(uri, 'oc-mapping', byTag);
  const offered = async () => {
    const actions = await client.codeActions(uri, everything, ['quickfix']);
    const action = actions.find(({ title }) => /^(?:Create|Add) /.test(title));
    if (action === undefined) throw new Error(`not among ${actions.map(({ title }) => title)}`);
    return (await client.resolve(action)).edit?.documentChanges ?? [];
  };
  const [create, write, ...others] = await offered();
  const created = uri.replace('mapping.txt', 'imageTagMirrorSet.yaml');
  expect(create).toEqual({ kind: 'create', uri: created });
  if (write === undefined || !('edits' in write)) throw new Error('nothing is written into the new file');
  expect(write.textDocument).toEqual({ uri: created, version: null });
  expect(others).toEqual([]);
  const text = applyEdits('', write.edits as TextEdit[]);
  expect(text).toContain('kind: ImageTagMirrorSet');
  expect(text).toContain('source: quay.io/keycloak/keycloak-operator');

  // Open and not saved: what is edited is the text in the editor.
  const other = text.replace(/source: .*/, 'source: quay.io/other');
  await client.open(created, 'yaml', other);
  const [edit, ...more] = await offered();
  if (edit === undefined || !('edits' in edit)) throw new Error('nothing is edited');
  expect(edit.textDocument).toEqual({ uri: created, version: 1 });
  expect(more).toEqual([]);
  expect(applyEdits(other, edit.edits as TextEdit[])).toContain('source: quay.io/keycloak/keycloak-operator');
});

it('offers no new file to a client that cannot make one', async () => {
  const { client, folder } = await start({ ...newCluster, capabilities: resolving });
  const uri = pathToFileURL(join(folder, tagged)).href;
  await client.open(uri, 'oc-mapping', byTag);
  const actions = await client.codeActions(uri, everything, ['quickfix']);
  expect(actions.length).toBeGreaterThan(0);
  expect(actions.filter(({ title }) => title.startsWith('Create '))).toEqual([]);
});

it('lets a client look again when a file is opened that nobody has read yet', async () => {
  const { client, folder, open } = await start({
    capabilities: { textDocument: { diagnostic: {} }, workspace: { diagnostics: { refreshSupport: true } } },
    initializationOptions: { network: 'off' },
  });
  const { uri } = await open(tagged, 'oc-mapping');
  expect((await client.diagnostics(uri)).map(({ severity }) => severity)).toContain(2);
  let refreshes = 0;
  client.connection.onRequest('workspace/diagnostic/refresh', () => {
    refreshes++;
    return null;
  });
  const set = namedSet('ITMS', 'tags', 'quay.io/keycloak <- localhost:5005/community-operator/keycloak');
  await client.open(pathToFileURL(join(folder, keycloak, 'itms.yaml')).href, 'yaml', set);
  await vi.waitFor(() => expect(refreshes).toBe(1), { timeout: 30_000 });
});
