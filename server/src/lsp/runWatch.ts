import { basename } from 'node:path';
import { runRow } from '../features/mirrorRunRows.ts';
import type { MirrorRunRow, RunNews } from '../protocol/runs.ts';
import { progressName } from '../runs/runFiles.ts';
import type { SeenRun } from '../runs/seenRun.ts';
import { mayHoldRuns } from './runFolders.ts';
import { type RunPlaces, SeenRuns } from './seenRuns.ts';

/** Milliseconds between two looks at a run that goes on. */
const lookEvery = 1_000;
/** Milliseconds between two looks while nothing runs and somebody sees the list. */
const restEvery = 3_000;
/** Milliseconds for which events are collected. */
const settleTime = 200;

/**
 * Follows the mirror runs of a workspace once somebody has asked for them: while one goes on, or somebody sees the list. Journals are
 * asked again and again, since watchers miss writes on network folders and in containers; of what comes and goes in the workspace the
 * client tells.
 */
export class RunWatch {
  readonly #runs = new SeenRuns();
  readonly #places: () => Omit<RunPlaces, 'others'>;
  readonly #tell: (news: RunNews) => void;
  #others: readonly string[] = [];
  #isAsked = false;
  #isShown = false;
  #isClosed = false;
  readonly #heard = new Set<string>();
  #isSettling = false;
  #timer: NodeJS.Timeout | undefined;
  /** One look after the other. */
  #work: Promise<unknown> = Promise.resolve();

  /** @param tell is told what has changed since the list was asked for */
  constructor(places: () => Omit<RunPlaces, 'others'>, tell: (news: RunNews) => void) {
    this.#places = places;
    this.#tell = tell;
  }

  get(folder: string): SeenRun | undefined {
    return this.#runs.get(folder);
  }

  /** The runs as they are now, the newest first. */
  async list(others: readonly string[], search: boolean): Promise<MirrorRunRow[]> {
    const isNew = !this.#isAsked || search || others.join() !== this.#others.join();
    this.#others = others;
    this.#isAsked = true;
    await this.#inTurn(async () => {
      if (isNew) await this.#runs.find({ ...this.#places(), others });
      await this.#runs.look();
    });
    this.#plan();
    return this.#runs.all.map(rowOf);
  }

  /** Whether somebody sees the list now. */
  shown(isShown: boolean): void {
    this.#isShown = isShown;
    if (isShown && this.#isAsked) void this.#look();
  }

  /** Something came or went at these paths. */
  heard(paths: readonly string[]): void {
    if (!this.#isAsked || this.#isClosed) return;
    // What a run itself writes again and again is looked at anyway.
    for (const path of paths) if (!isOfProgress(path) && mayHoldRuns(path)) this.#heard.add(path);
    // A stream of events must not put it off for ever.
    if (this.#heard.size > 0 && !this.#isSettling) {
      this.#isSettling = true;
      this.#plan(settleTime);
    }
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #plan(wait = this.#runs.isAnyAlive ? lookEvery : this.#isShown ? restEvery : undefined): void {
    clearTimeout(this.#timer);
    if (wait === undefined || this.#isClosed) return;
    this.#timer = setTimeout(() => void this.#look(), wait);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const { changed, isListNew } = await this.#inTurn(async () => {
      const heard = [...this.#heard];
      this.#heard.clear();
      this.#isSettling = false;
      await this.#runs.findAt(heard);
      return this.#runs.look();
    });
    if (this.#isClosed) return;
    if (changed.length > 0 || isListNew) this.#tell({ changed: changed.map(rowOf), isListNew });
    this.#plan();
  }

  #inTurn<Result>(task: () => Promise<Result>): Promise<Result> {
    const done = this.#work.then(task);
    this.#work = done.catch(() => {});
    return done;
  }
}

function isOfProgress(path: string): boolean {
  const name = basename(path);
  return name === progressName || name.startsWith('.operator-mirror-');
}

function rowOf(seen: SeenRun): MirrorRunRow {
  return runRow(seen, { now: new Date() });
}
