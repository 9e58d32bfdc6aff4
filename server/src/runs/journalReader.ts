import { causeOf } from './failureGroups.ts';
import {
  type EndedRun,
  type FailedCopy,
  type JournalEntry,
  journalEntry,
  type OfferedCatalog,
  type PlannedRun,
  type StartedRun,
} from './journal.ts';

/** What a journal says of the last run in it, as far as it goes. */
export interface RunRecord extends StartedRun {
  /** Undefined until the run has a plan. */
  readonly planned: PlannedRun | undefined;
  /** Images that the run saw at their destinations and no run before. */
  readonly brought: number;
  /** Images that failed, all of them. */
  readonly failed: number;
  /** Failed images by what is the matter, in the order in which each cause was first met. */
  readonly causes: readonly FailureCause[];
  /** The catalogs that were brought, where the run came to its end. */
  readonly catalogs: readonly OfferedCatalog[];
  /** Undefined for a run that goes on, or was killed. */
  readonly end: RunEnd | undefined;
}

/** Images that failed for one reason. */
export interface FailureCause {
  /** What was said, without the names of the image where there are several. */
  readonly message: string;
  /** All of them. */
  readonly count: number;
  /** The first ones. */
  readonly images: readonly FailedCopy[];
}

export interface RunEnd extends EndedRun {
  /** True for a run that somebody stopped. */
  readonly isStopped: boolean;
  /** True where nothing is missing. */
  readonly isComplete: boolean;
}

/** Failed images that are kept of a run; of the others there is the number. */
const mostKept = 2_000;
/** Characters that are kept of what was said of one. */
const longestMessage = 1_000;
/** Characters of a line: longer ones say nothing. */
const longestLine = 4 * 1024 * 1024;

/**
 * Reads a journal while it grows: each piece is looked at once, in whichever pieces it comes. Lines that are none, and the last one
 * as long as its end is missing, say nothing.
 */
export class JournalReader {
  readonly #decoder = new TextDecoder();
  #rest = '';
  #isTooLong = false;
  #record: Recorded | undefined;

  /** The last run that the journal tells of so far; undefined where it tells of none. */
  get record(): RunRecord | undefined {
    return this.#record && recordOf(this.#record);
  }

  /** Reads on. The bytes are those behind the ones that were read before. */
  take(bytes: Uint8Array): void {
    const text = this.#decoder.decode(bytes, { stream: true });
    const lines = text.includes('\n') ? (this.#rest + text).split('\n') : [this.#rest + text];
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!this.#isTooLong) this.#takeLine(line);
      this.#isTooLong = false;
    }
    if (this.#rest.length <= longestLine) return;
    this.#rest = '';
    this.#isTooLong = true;
  }

  #takeLine(line: string): void {
    // Nearly all lines of a long journal are these, and all that counts of them is that they are there.
    if (line.startsWith('{"event":"image","') && line.endsWith('"}')) {
      if (this.#record !== undefined) this.#record.brought++;
      return;
    }
    if (line.startsWith('{"event":"signatures"')) return;
    const entry = journalEntry(line);
    if (entry !== undefined) this.#takeEntry(entry);
  }

  #takeEntry(entry: JournalEntry): void {
    if (entry.event === 'start') {
      const { event: _event, asked: _asked, ...started } = entry;
      this.#record = { started, planned: undefined, brought: 0, failed: 0, causes: new Map(), catalogs: [] };
      return;
    }
    const record = this.#record;
    if (record === undefined) return;
    switch (entry.event) {
      case 'planned':
        record.planned = entry;
        break;
      case 'image':
      case 'signatures':
      case 'catalog':
        break;
      case 'failed':
        addFailure(record, entry);
        break;
      case 'offered':
        record.catalogs.push(entry);
        break;
      case 'stopped':
        record.end = { ...entry, isStopped: true, isComplete: false };
        break;
      case 'end':
        record.end = { ...entry, isStopped: false, isComplete: entry.complete };
        break;
    }
  }
}

interface Recorded {
  readonly started: StartedRun;
  planned: PlannedRun | undefined;
  brought: number;
  failed: number;
  readonly causes: Map<string, { count: number; readonly images: FailedCopy[] }>;
  readonly catalogs: OfferedCatalog[];
  end?: RunEnd;
}

function addFailure(record: Recorded, failed: FailedCopy): void {
  const cause = causeOf({ image: failed, message: failed.message });
  const known = record.causes.get(cause) ?? { count: 0, images: [] };
  record.causes.set(cause, known);
  known.count++;
  // The first of each cause is always there: it tells the cause.
  if (record.failed < mostKept || known.count === 1) known.images.push(shortened(failed));
  record.failed++;
}

function shortened(failed: FailedCopy): FailedCopy {
  const { message, nextStep } = failed;
  return {
    ...failed,
    message: message.slice(0, longestMessage),
    nextStep: nextStep?.slice(0, longestMessage),
  };
}

function recordOf({ started, planned, brought, failed, causes, catalogs, end }: Recorded): RunRecord {
  const groups = [...causes].map(([words, { count, images }]): FailureCause => {
    const [first] = images;
    return { message: count === 1 && first !== undefined ? first.message : words, count, images };
  });
  return { ...started, planned, brought, failed, causes: groups, catalogs: [...catalogs], end };
}
