import type { LogDocument } from '../log/logDocument.ts';
import { nextCommandOf } from '../log/nextCommand.ts';
import { parseLog } from '../log/parseLog.ts';
import type { ToolEnd } from './runTool.ts';
import { shownCommand, type ToolCommand } from './toolCommand.ts';

/** Characters of a log that are kept to be read at the end: a run of 20,000 images prints a quarter of that. */
const mostKept = 192 * 1024 * 1024;

/** All that a tool printed, with the command in front, as people note it: `$ oc adm catalog mirror …`. */
export class ToolLog {
  readonly #command: ToolCommand;
  readonly #lines: string[];
  readonly #most: number;
  #length = 0;
  #isWhole = true;

  constructor(command: ToolCommand, most = mostKept) {
    this.#command = command;
    this.#most = most;
    this.#lines = [`$ ${shownCommand({ ...command, environment: {} })}`];
  }

  add(line: string): void {
    if (this.#length + line.length > this.#most) this.#isWhole = false;
    if (!this.#isWhole) return;
    this.#length += line.length + 1;
    this.#lines.push(line);
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** False where more was printed than is kept. Then nobody knows what the rest says. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** What it means. */
  read(): LogDocument {
    return parseLog(this.#lines);
  }

  /** What is to be run next: what `oc` says, and what follows from the command. */
  nextCommand(): string | undefined {
    return nextCommandOf(this.#lines) ?? following(this.#command);
  }

  /** The folders that it names as those of its manifests, the last one first. */
  manifestFolders({ runs }: LogDocument): readonly string[] {
    const ofMirror = this.#lines.flatMap((line) => resources.exec(line)?.[1] ?? []);
    return [...new Set([...runs.flatMap(({ manifests }) => manifests ?? []), ...ofMirror].reverse())];
  }
}

/** What oc-mirror says of each file that it writes for the cluster. */
const resources = /(?:^|\s)(\S{1,4000}\/cluster-resources)\/[^\s/]+ file created\s*$/;

/** opm builds the image and leaves it with podman. */
function following({ tool, words }: ToolCommand): string | undefined {
  const [first, second] = words;
  const tag = words[words.indexOf('-t') + 1] ?? '';
  const isBuilt = tool === 'opm' && first === 'index' && second === 'prune' && !words.includes('--generate');
  return isBuilt && words.includes('-t')
    ? shownCommand({ tool: 'podman', program: 'podman', words: ['push', tag], environment: {} })
    : undefined;
}

/** What came of a tool: its own exit code is believed only where it is an error. */
export function hasFailed({ exitCode }: ToolEnd, { verdict }: LogDocument, isWhole: boolean): boolean {
  return exitCode !== 0 || !isWhole || (verdict !== 'complete' && verdict !== 'unknown');
}
