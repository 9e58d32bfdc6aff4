import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LspClient } from '../test/support/lspClient.ts';
import { mappingText, policyText } from './inputs.ts';

const root = join(import.meta.dirname, '..');
const mappingLines = 3_000;
const policyEntries = 500;

export interface MemoryQuestion {
  /** Megabytes, as `--max-old-space-size` has them. */
  readonly heap: number;
  readonly edits: number;
  /** After how many edits each time and memory are read. */
  readonly every: number;
  /** The folder of the bundles; `dist` when left out. */
  readonly dist?: string;
  /** Hears of each part when it is done. */
  readonly told?: (part: MemoryPart) => void;
}

/** What a run of edits in a small heap came to. */
export interface MemoryRun {
  /** Edits that the server has answered; fewer than wanted where it ended before. */
  readonly done: number;
  readonly parts: readonly MemoryPart[];
}

/** So many edits as one part of the run has. */
export interface MemoryPart {
  readonly seconds: number;
  /** Seconds in which the server had a processor, where Linux tells: on a busy machine that says more than the clock. */
  readonly processor: number | undefined;
  /** Memory of the server's process at the end of the part, where Linux tells. */
  readonly megabytes: number | undefined;
}

interface OpenFile {
  readonly uri: string;
  readonly lines: string[];
}

/**
 * Somebody types in a mapping.txt of 3,000 lines and in the ICSP beside it, all over both and in each part of a line, and after
 * each keystroke the editor asks what it asks: the findings of both files, and now and then a hover. The server has a small heap.
 */
export async function measureMemory(question: MemoryQuestion): Promise<MemoryRun> {
  const { heap, dist = join(root, 'dist') } = question;
  const client = await LspClient.start({
    command: [process.execPath, `--max-old-space-size=${heap}`, join(dist, 'server.js'), '--stdio'],
  });
  const ended = new Promise<'ended'>((resolve) => {
    client.connection.onClose(() => resolve('ended'));
  });
  const run = { done: 0, parts: [] as MemoryPart[] };
  // What is still asked when the server ends is never answered.
  const end = await Promise.race([typeAll(client, question, run).then(() => 'typed' as const), ended]);
  if (end === 'typed') await client.stop();
  return run;
}

async function typeAll(
  client: LspClient,
  { edits, every, told }: MemoryQuestion,
  run: { done: number; readonly parts: MemoryPart[] },
): Promise<void> {
  const files: readonly OpenFile[] = [
    { uri: 'file:///memory/mapping.txt', lines: mappingText(mappingLines).split('\n') },
    { uri: 'file:///memory/imageContentSourcePolicy.yaml', lines: policyText(policyEntries).split('\n') },
  ];
  for (const { uri, lines } of files)
    await client.open(uri, uri.endsWith('.yaml') ? 'yaml' : 'oc-mapping', lines.join('\n'));
  for (const { uri } of files) await client.diagnostics(uri);
  let since = performance.now();
  let used = processorSeconds(client.pid);
  for (let edit = 0; edit < edits; edit++) {
    const [typed, line] = await stroke(client, files, edit);
    for (const { uri } of files) await client.diagnostics(uri);
    if (edit % 5 === 0) await client.hover(typed.uri, line, 20);
    run.done = edit + 1;
    if (run.done % every !== 0) continue;
    const now = performance.now();
    const processor = processorSeconds(client.pid);
    const part = {
      seconds: (now - since) / 1_000,
      processor: processor === undefined || used === undefined ? undefined : processor - used,
      megabytes: residentMegabytes(client.pid),
    };
    run.parts.push(part);
    told?.(part);
    since = now;
    used = processor;
  }
}

/**
 * One keystroke: a character is added, and taken away again by the next edit of the same file. The files take turns, and so do
 * the places in a line: the path of the source, its tag or digest, the path of the destination, the end.
 */
async function stroke(
  client: LspClient,
  files: readonly OpenFile[],
  edit: number,
): Promise<readonly [OpenFile, number]> {
  const file = files[edit % files.length] as OpenFile;
  const turn = Math.floor(edit / files.length);
  const place = Math.floor(turn / 2);
  const line = (place * 7_919) % (file.lines.length - 1);
  const text = file.lines[line] ?? '';
  const isAdded = turn % 2 === 0;
  const length = isAdded ? text.length : text.length - 1;
  const character = Math.floor((length * (1 + (place % 4))) / 4);
  const start = { line, character };
  const end = { line, character: isAdded ? character : character + 1 };
  const typed = isAdded ? 'x' : '';
  file.lines[line] = text.slice(0, character) + typed + text.slice(end.character);
  await client.change(file.uri, [{ range: { start, end }, text: typed }]);
  return [file, line];
}

/** How long a process has had a processor. */
function processorSeconds(pid: number): number | undefined {
  const text = readProcess(pid, 'stat');
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function residentMegabytes(pid: number): number | undefined {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readProcess(pid, 'status') ?? '')?.[1];
  return kilobytes === undefined ? undefined : Math.round(Number(kilobytes) / 1_024);
}

function readProcess(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}
