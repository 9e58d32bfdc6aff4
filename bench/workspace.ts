import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { LspClient } from '../test/support/lspClient.ts';
import { type BenchFile, runFiles } from './inputs.ts';
import { pullTypist, type Typing } from './keystrokes.ts';

/** 50 runs of 4 files each, with 2,000 mapping lines a run. */
const runs = 50;
const images = 1_000;
const repositories = 400;

export interface WorkspaceTimes {
  /** Milliseconds from starting the server to the right findings of a file that needs all others. */
  readonly opening: number;
  /** Milliseconds to read the same YAML files with the YAML library and do nothing with them. */
  readonly yamlAlone: number;
  /** Milliseconds from a keystroke to fresh findings, by the file that is typed in. */
  readonly keystrokes: ReadonlyMap<string, readonly number[]>;
  readonly lines: number;
  readonly files: number;
}

/** A workspace in which everything hangs together: opening it, and typing in one file of each kind. */
export async function measureWorkspace(folder: string): Promise<WorkspaceTimes> {
  const workspace = writeWorkspace(folder);
  const { root, files, policy } = workspace;
  const { client, time: opening } = await openWorkspace(folder, workspace);

  const before = performance.now();
  for (const { path } of files.filter(({ path }) => path.endsWith('.yaml')))
    parseAllDocuments(readFileSync(join(root, path), 'utf8'));
  const yamlAlone = performance.now() - before;

  const keystrokes = new Map<string, readonly number[]>();
  for (const [name, wanted, language] of typed) {
    const file = files.find(({ path }) => path.endsWith(name));
    if (file === undefined) throw new Error(`there is no ${name}`);
    const lines = file.text.split('\n');
    const line = lines.findLastIndex((text, at) => at <= lines.length / 2 + 5 && text.includes(wanted));
    const character = (lines[line]?.indexOf(wanted) ?? 0) + wanted.length;
    const place: Typing = {
      uri: pathToFileURL(join(root, file.path)).href,
      language,
      text: file.text,
      line,
      character,
    };
    // What is open already is not opened again.
    const typist = await pullTypist(client, place, file === policy);
    const times: number[] = [];
    for (let round = 0; round < 5; round++) times.push(...(await typist.round()));
    keystrokes.set(file.path.slice(file.path.indexOf('/') + 1), times);
  }
  await client.stop();
  const lines = files
    .filter(({ path }) => path.endsWith('mapping.txt'))
    .reduce((sum, { text }) => sum + text.split('\n').length - 1, 0);
  return { opening, yamlAlone, keystrokes, lines, files: files.length };
}

/** What was written for a workspace in which everything hangs together. */
export interface WrittenWorkspace {
  readonly root: string;
  readonly files: readonly BenchFile[];
  /** One of the files, whose findings need all others. */
  readonly policy: BenchFile;
}

export function writeWorkspace(folder: string): WrittenWorkspace {
  const root = join(folder, 'workspace');
  const files = Array.from({ length: runs }, (_, run) => runFiles(run, images, repositories)).flat();
  for (const { path, text } of files) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const policy = files.find(({ path }) => path.endsWith('imageContentSourcePolicy.yaml'));
  if (policy === undefined) throw new Error('there is no policy');
  return { root, files, policy };
}

/** Starts a server on the workspace: the milliseconds until it has the right findings of the policy. */
export async function openWorkspace(
  folder: string,
  { root, policy }: WrittenWorkspace,
  command?: readonly [string, ...string[]],
): Promise<{ readonly client: LspClient; readonly time: number }> {
  const start = performance.now();
  const client = await LspClient.start({
    folder: root,
    environment: { XDG_CACHE_HOME: folder },
    ...(command === undefined ? {} : { command }),
  });
  const uri = pathToFileURL(join(root, policy.path)).href;
  await client.open(uri, 'yaml', policy.text);
  // Until the workspace has been read, the findings say that it would tell where the images come from.
  for (let known = 0; known < repositories; ) {
    const found = await client.diagnostics(uri);
    known = found.filter(({ message }) =>
      String(message).includes('the images come from registry.redhat.io/'),
    ).length;
  }
  return { client, time: performance.now() - start };
}

/** Which files somebody types in, and behind which word. */
const typed = [
  ['first-hop/mapping.txt', 'file://', 'oc-mapping'],
  ['second-hop/mapping.txt', '/mirror-', 'oc-mapping'],
  ['imageContentSourcePolicy.yaml', 'source: ', 'yaml'],
  ['catalogSource.yaml', 'displayName: ', 'yaml'],
] as const;
