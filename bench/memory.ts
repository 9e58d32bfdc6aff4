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
  const typist = await Typist.start(question);
  const run = { done: 0, parts: [] as MemoryPart[] };
  const typed = async () => {
    while (run.done < question.edits) {
      const part = await typist.part(Math.min(question.every, question.edits - run.done), () => run.done++);
      run.parts.push(part);
      question.told?.(part);
    }
    return 'typed' as const;
  };
  // What is still asked when the server ends is never answered.
  if ((await Promise.race([typed(), typist.ended])) === 'typed') await typist.stop();
  return run;
}

/** What the last part of a long run cost, and the second part of a new one, whose edits took turns: the machine was the same to both. */
export interface Ageing {
  readonly old: MemoryPart;
  readonly young: MemoryPart;
}

/**
 * Types as `measureMemory` until one part is left, which a second server that had one part by then does in turn with the first.
 * @returns undefined where a server ended before
 */
export async function measureAgeing(question: MemoryQuestion): Promise<Ageing | undefined> {
  const { edits, every, told } = question;
  const old = await Typist.start(question);
  const typed = async (): Promise<Ageing> => {
    for (let done = 0; done < edits - every; done += every) told?.(await old.part(every));
    const young = await Typist.start(question);
    await young.part(every);
    const [ofOld, ofYoung] = [old.clock(), young.clock()];
    for (let edit = 0; edit < every; edit++) {
      await ofOld.time(() => old.stroke());
      await ofYoung.time(() => young.stroke());
    }
    const ageing = { old: ofOld.end(), young: ofYoung.end() };
    await young.stop();
    return ageing;
  };
  const ended = await Promise.race([typed(), old.ended]);
  if (ended === 'ended') return undefined;
  await old.stop();
  return ended;
}

/** A server in a small heap, and somebody who types there. */
class Typist {
  readonly ended: Promise<'ended'>;
  readonly #client: LspClient;
  readonly #files: readonly OpenFile[] = [
    { uri: 'file:///memory/mapping.txt', lines: mappingText(mappingLines).split('\n') },
    { uri: 'file:///memory/imageContentSourcePolicy.yaml', lines: policyText(policyEntries).split('\n') },
  ];
  #edit = 0;

  private constructor(client: LspClient) {
    this.#client = client;
    this.ended = new Promise((resolve) => {
      client.connection.onClose(() => resolve('ended'));
    });
  }

  static async start({ heap, dist = join(root, 'dist') }: MemoryQuestion): Promise<Typist> {
    const client = await LspClient.start({
      command: [process.execPath, `--max-old-space-size=${heap}`, join(dist, 'server.js'), '--stdio'],
    });
    const typist = new Typist(client);
    await typist.#open();
    return typist;
  }

  async #open(): Promise<void> {
    for (const { uri, lines } of this.#files)
      await this.#client.open(uri, uri.endsWith('.yaml') ? 'yaml' : 'oc-mapping', lines.join('\n'));
    for (const { uri } of this.#files) await this.#client.diagnostics(uri);
  }

  /** So many keystrokes. */
  async part(edits: number, onEdit = () => {}): Promise<MemoryPart> {
    const clock = this.clock();
    for (let edit = 0; edit < edits; edit++) {
      await clock.time(() => this.stroke());
      onEdit();
    }
    return clock.end();
  }

  /** Counts what the server does from now on, and how long it is waited for. */
  clock() {
    const { pid } = this.#client;
    const used = processorSeconds(pid);
    let milliseconds = 0;
    return {
      async time(work: () => Promise<void>): Promise<void> {
        const start = performance.now();
        await work();
        milliseconds += performance.now() - start;
      },
      end(): MemoryPart {
        const now = processorSeconds(pid);
        return {
          seconds: milliseconds / 1_000,
          processor: now === undefined || used === undefined ? undefined : now - used,
          megabytes: residentMegabytes(pid),
        };
      },
    };
  }

  /**
   * One keystroke: a character is added, and taken away again by the next edit of the same file. The files take turns, and so do
   * the places in a line: the path of the source, its tag or digest, the path of the destination, the end.
   */
  async stroke(): Promise<void> {
    const edit = this.#edit++;
    const file = this.#files[edit % this.#files.length] as OpenFile;
    const turn = Math.floor(edit / this.#files.length);
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
    await this.#client.change(file.uri, [{ range: { start, end }, text: typed }]);
    for (const { uri } of this.#files) await this.#client.diagnostics(uri);
    if (edit % 5 === 0) await this.#client.hover(file.uri, line, 20);
  }

  async stop(): Promise<void> {
    await this.#client.stop();
  }
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
