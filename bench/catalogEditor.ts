import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CompletionRequest } from 'vscode-languageserver-protocol';
import { LspClient } from '../test/support/lspClient.ts';
import type { CatalogProgram } from './catalogProgram.ts';
import { mappingText } from './inputs.ts';
import { pullTypist, type Typing } from './keystrokes.ts';

/** How often a catalog is opened while somebody types. */
const openings = 3;

export interface CatalogEditorTimes {
  /** Milliseconds from a keystroke to the findings of a mapping.txt of 20,000 lines, while nothing else is done. */
  readonly idle: readonly number[];
  /** The same while the server opens a catalog for the first time. */
  readonly opening: readonly number[];
  /** The same while a process that has nothing to do with the server parses the catalog: what the machine alone makes of it. */
  readonly beside: readonly number[];
  /** Milliseconds until names of packages are proposed in an ImageSetConfiguration: the first time, and then. */
  readonly firstCompletion: readonly number[];
  readonly completions: readonly number[];
}

/** Types and completes over stdio, with a catalog in an OCI layout that nobody has opened before. */
export async function measureCatalogEditor(
  layout: string,
  files: string,
  program: CatalogProgram,
  folder: string,
): Promise<CatalogEditorTimes> {
  const times = {
    idle: [] as number[],
    opening: [] as number[],
    beside: [] as number[],
    firstCompletion: [] as number[],
    completions: [] as number[],
  };
  for (let number = 0; number < openings; number++) {
    const editor = await openEditor(layout, join(folder, `editor-${number}`));
    const { typist } = editor;
    for (let round = 0; round < 4; round++) await typist.round();
    for (let round = 0; round < 10; round++) times.idle.push(...(await typist.round()));
    times.beside.push(...(await typedBeside(program, files, () => typist.round())));
    await editor.openImageSet();
    while (!editor.hasCatalog()) {
      const round = await typist.round();
      // The last one is partly after it.
      if (!editor.hasCatalog()) times.opening.push(...round);
    }
    times.firstCompletion.push(await editor.complete());
    for (let round = 0; round < 20; round++) times.completions.push(await editor.complete());
    await editor.client.stop();
  }
  return times;
}

async function openEditor(layout: string, folder: string) {
  let isKnown = false;
  const client = await LspClient.start({
    initializationOptions: { storagePath: folder, workspaceTrusted: true },
    capabilities: {
      textDocument: { diagnostic: {} },
      workspace: { diagnostics: { refreshSupport: true } },
    },
  });
  client.connection.onRequest('workspace/diagnostic/refresh', () => {
    void look();
    return null;
  });
  const look = async () => {
    const found = await client.diagnostics(uri);
    isKnown ||= found.some(({ code }) => code === 'image-set/unknown-package');
  };
  const typist = await pullTypist(client, mapping);
  const text = `apiVersion: mirror.openshift.io/v2alpha1
kind: ImageSetConfiguration
mirror:
  operators:
  - catalog: oci://${layout}:v1
    packages:
    - name: no-such-operator
    - name: 
`;
  const uri = 'file:///bench/imageset/imageset-config.yaml';
  const place = { textDocument: { uri }, position: { line: 7, character: '    - name: '.length } };
  const complete = async () => {
    const start = performance.now();
    const answer = await client.connection.sendRequest(CompletionRequest.type, place);
    const time = performance.now() - start;
    const items = Array.isArray(answer) ? answer : (answer?.items ?? []);
    if (items.length < 100) throw new Error(`only ${items.length} packages are proposed`);
    return time;
  };
  return {
    client,
    typist,
    complete,
    hasCatalog: () => isKnown,
    async openImageSet() {
      await client.open(uri, 'yaml', text);
      await look();
    },
  };
}

const mapping: Typing = {
  uri: 'file:///bench/mapping.txt',
  language: 'oc-mapping',
  text: mappingText(20_000),
  line: 10_000,
  character: 20,
};

/** Types while another process parses the same texts. */
async function typedBeside(
  { command, options, env }: CatalogProgram,
  files: string,
  round: () => Promise<number[]>,
): Promise<number[]> {
  const other: ChildProcess = spawn(command, [...options, 'parse', files], { stdio: 'ignore', env });
  const ended = once(other, 'exit');
  const times: number[] = [];
  await delay(500);
  while (other.exitCode === null) times.push(...(await round()));
  await ended;
  return times;
}
