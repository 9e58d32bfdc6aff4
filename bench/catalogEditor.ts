import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CompletionRequest } from 'vscode-languageserver-protocol';
import { LspClient } from '../test/support/lspClient.ts';
import type { CatalogProgram } from './catalogProgram.ts';
import { mappingText } from './inputs.ts';
import { inTurn } from './inTurn.ts';
import { pullTypist, type Typing } from './keystrokes.ts';

/** How often a catalog is opened while somebody types. */
const openings = 3;

/** What somebody waits for who types while a catalog is opened, in milliseconds. */
interface Session {
  /** From a keystroke to the findings of a mapping.txt of 20,000 lines, while nothing else is done. */
  readonly idle: readonly number[];
  /** The same while the server opens a catalog for the first time. */
  readonly opening: readonly number[];
  /** The same while a process that has nothing to do with the server parses the catalog: what the machine alone makes of it. */
  readonly beside: readonly number[];
  /** Until names of packages are proposed in an ImageSetConfiguration: the first time, and then. */
  readonly firstCompletion: number;
  readonly completions: readonly number[];
}

/** Types and completes over stdio, with a catalog in an OCI layout that nobody has opened before. */
export async function measureCatalogEditor(
  layout: string,
  files: string,
  program: CatalogProgram,
  folder: string,
): Promise<readonly Session[]> {
  const { session } = await inTurn(openings, {
    session: () => typed(layout, files, program, mkdtempSync(join(folder, 'editor-'))),
  });
  return session;
}

async function typed(
  layout: string,
  files: string,
  program: CatalogProgram,
  folder: string,
): Promise<Session> {
  const { typist, client, complete, openImageSet, hasCatalog } = await openEditor(layout, folder);
  const idle: number[] = [];
  const opening: number[] = [];
  const completions: number[] = [];
  for (let round = 0; round < 4; round++) await typist.round();
  for (let round = 0; round < 10; round++) idle.push(...(await typist.round()));
  const beside = await typedBeside(program, files, () => typist.round());
  await openImageSet();
  while (!hasCatalog()) {
    const round = await typist.round();
    // The last one is partly after it.
    if (!hasCatalog()) opening.push(...round);
  }
  const firstCompletion = await complete();
  for (let round = 0; round < 20; round++) completions.push(await complete());
  await client.stop();
  return { idle, opening, beside, firstCompletion, completions };
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
