import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, UserError } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import { DiskError, isAbsent } from '../../disk/diskError.ts';
import { type LineFile, openLineFile } from '../../disk/lineFile.ts';
import { type HeldLock, touchEvery, withLock } from '../../disk/lockFile.ts';
import { removeLeftTemporaries } from '../../disk/ownTemporary.ts';
import { putFile, putFileNow } from '../../disk/putFile.ts';
import { readFileWithin } from '../../disk/readFile.ts';
import { type JournalEntry, type JournalFacts, journalLine, readJournal } from '../../runs/journal.ts';
import {
  journalName,
  lockName,
  planName,
  progressName,
  resultName,
  runsFolder,
} from '../../runs/runFiles.ts';
import { progressText, type RunProgress } from '../../runs/runProgress.ts';
import { readResult, resultText } from '../manifests/resultFile.ts';
import type { MirrorPlan } from '../plan/mirrorPlan.ts';
import { planText, readPlan } from '../plan/planFile.ts';
import type { MirrorResult } from './mirrorResult.ts';

/** What tells the runs of one command from those of others. */
export interface RunIdentity {
  /** Of the plan: a word that people know the folder by. */
  readonly name: string;
  /** All that names the run: what is mirrored, and where to. */
  readonly parts: readonly string[];
}

/** The folder in which a command keeps what its next run goes on from, below `base`. */
export function runFolder(base: string, { name, parts }: RunIdentity): string {
  const key = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 8);
  return join(base, runsFolder, `${name.replaceAll(/[^A-Za-z0-9._-]+/g, '-')}-${key}`);
}

/** What earlier runs of a command left. */
export interface KeptRun extends JournalFacts {
  /** What the last run that came to its end proved. */
  readonly result: MirrorResult | undefined;
  /** The plan of the last one; undefined where there is none that can be read. */
  readonly plan: MirrorPlan | undefined;
}

// Enough for 200,000 images, each of them copied several times.
const longestJournal = 256 * 1024 * 1024;
const longestPlan = 256 * 1024 * 1024;

/**
 * What earlier runs left in a folder. What is too long to be read, or no file, proves nothing.
 * @throws UserError `unreadable` for what is there and may not be read
 */
export async function readRun(folder: string): Promise<KeptRun> {
  const facts = await readRunFacts(folder);
  const plan = await readKeptPlan(folder);
  const result = readResult(await readIn(folder, resultName, longestPlan));
  return { ...facts, plan, result: result.ok ? result.result : undefined };
}

/** What the journal of a folder says, for one who needs neither plan nor result: both are many times as large in memory. As `readRun`. */
export async function readRunFacts(folder: string): Promise<JournalFacts> {
  return readJournal(await readIn(folder, journalName, longestJournal));
}

/** The plan of the last run in a folder. As `readRun`. */
export async function readKeptPlan(folder: string): Promise<MirrorPlan | undefined> {
  const read = readPlan(await readIn(folder, planName, longestPlan));
  return read.ok ? read.plan : undefined;
}

/**
 * The folders of all runs below `base`, sorted.
 * @throws UserError `unreadable`
 */
export async function runFolders(base: string): Promise<string[]> {
  const folder = join(base, runsFolder);
  try {
    return (await readdir(folder)).sort().map((name) => join(folder, name));
  } catch (error) {
    if (isAbsent(error)) return [];
    throw new UserError('unreadable', t('{0} cannot be read: {1}', folder, messageOf(error)), {
      nextStep: t('change its permissions, or run this as the user who began'),
    });
  }
}

async function readIn(folder: string, name: string, most: number): Promise<string> {
  const path = join(folder, name);
  try {
    return (await readFileWithin(path, { most })).toString('utf8');
  } catch (error) {
    if (isAbsent(error) || error instanceof DiskError) return '';
    throw new UserError('unreadable', t('{0} cannot be read: {1}', path, messageOf(error)), {
      nextStep: t('change its permissions, or run this as the user who began'),
    });
  }
}

/** The state of a run while it runs, which nobody else may write. */
export interface HeldRun {
  /** Keeps the plan that is run now. */
  keepPlan(plan: MirrorPlan): Promise<void>;
  /** Keeps what a run proved, when it has come to its end. */
  keepResult(result: MirrorResult): Promise<void>;
  /** Keeps how far the run is, for whoever looks. Where that cannot be written, the run goes on. */
  keepProgress(progress: RunProgress): void;
  /** Adds to the journal; at once, so that a killed run has told what it did. */
  note(entry: JournalEntry): void;
}

/**
 * Runs what may be done by one process at a time with the state in a folder, which is made.
 * @throws UserError `locked` where another run is at work there, `unwritable`; what `task` throws
 */
export async function holdRun<Result>(
  folder: string,
  signal: AbortSignal,
  task: (run: HeldRun) => Promise<Result>,
): Promise<Result> {
  await writing(folder, () => mkdir(folder, { recursive: true }));
  const held = async (lock: HeldLock): Promise<Result> => {
    const alive = setInterval(lock.touch, touchEvery);
    try {
      return await withFiles();
    } finally {
      clearInterval(alive);
    }
  };
  const withFiles = async (): Promise<Result> => {
    await writing(folder, () => removeLeftTemporaries(folder));
    // How far the last run was says nothing of this one.
    await writing(folder, () => rm(join(folder, progressName), { force: true }));
    const file = await writing(folder, () => openLineFile(join(folder, journalName)));
    try {
      return await task(new Held(folder, file));
    } finally {
      file.close();
    }
  };
  try {
    return await withLock(join(folder, lockName), held, signal, 0);
  } catch (error) {
    if (!(error instanceof DiskError) || error.code !== 'locked') throw error;
    const { last } = await readRun(folder);
    throw new UserError(
      'locked',
      last === undefined
        ? t('another run of this command is at work in {0}', folder)
        : t(
            'another run of this command is at work in {0}: process {1}, since {2}',
            folder,
            last.process,
            last.time,
          ),
      { nextStep: t('wait for its end: this command then does what is left') },
    );
  }
}

class Held implements HeldRun {
  readonly #folder: string;
  readonly #journal: LineFile;
  #isBroken = false;

  constructor(folder: string, journal: LineFile) {
    this.#folder = folder;
    this.#journal = journal;
  }

  keepPlan(plan: MirrorPlan): Promise<void> {
    return writing(this.#folder, () => putFile(join(this.#folder, planName), planText(plan)));
  }

  keepResult(result: MirrorResult): Promise<void> {
    return writing(this.#folder, () => putFile(join(this.#folder, resultName), resultText(result)));
  }

  keepProgress(progress: RunProgress): void {
    try {
      putFileNow(join(this.#folder, progressName), progressText(progress));
    } catch {
      // Of a run that cannot say how far it is, the journal says what it did.
    }
  }

  note(entry: JournalEntry): void {
    if (this.#isBroken) return;
    try {
      this.#journal.append(journalLine(entry));
    } catch {
      // A full disk must not end a run that brings images elsewhere: the next run asks for what is not written here.
      this.#isBroken = true;
    }
  }
}

async function writing<Result>(folder: string, task: () => Promise<Result> | Result): Promise<Result> {
  try {
    return await task();
  } catch (error) {
    throw new UserError('unwritable', t('{0} cannot be written: {1}', folder, messageOf(error)), {
      nextStep: t('free some space or change its permissions; what a run did is kept there'),
      cause: error,
    });
  }
}
