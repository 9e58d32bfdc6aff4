import { stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { GrowingFile } from '../disk/growingFile.ts';
import { isLocked } from '../disk/lockFile.ts';
import { isBelow } from '../disk/openFile.ts';
import { readFileWithin } from '../disk/readFile.ts';
import { JournalReader } from '../runs/journalReader.ts';
import { journalName, lockName, progressName, runsFolder } from '../runs/runFiles.ts';
import { type RunProgress, readProgress } from '../runs/runProgress.ts';
import type { SeenRun } from '../runs/seenRun.ts';
import { basesBelow, runsIn } from './runFolders.ts';

/** Runs that are followed: the newest ones. */
const mostRuns = 100;
/** Bytes that are read of a journal: enough for 200,000 images, each of them brought several times. */
const longestJournal = 256 * 1024 * 1024;
const longestProgress = 4 * 1024;

/** Paths that are looked at one by one: of more, all is searched anew. */
const mostPaths = 50;

/** Where runs may be. */
export interface RunPlaces {
  /** Folders of the workspace: they are searched. */
  readonly folders: readonly string[];
  /** Other folders that runs of this workspace went to. */
  readonly others: readonly string[];
  /** False where nothing outside the folders of the workspace may be read. */
  readonly isTrusted: boolean;
}

/** What has changed since it was looked at before. */
export interface RunNews {
  readonly changed: readonly SeenRun[];
  /** True where runs came or went. */
  readonly isListNew: boolean;
}

/** The mirror runs of a workspace, as their journals tell of them: each journal is read once, and then what is added to it. */
export class SeenRuns {
  readonly #runs = new Map<string, FollowedRun>();
  #places: RunPlaces = { folders: [], others: [], isTrusted: false };
  readonly #bases = new Set<string>();

  /** The runs, the newest first. */
  get all(): readonly SeenRun[] {
    return [...this.#runs.values()]
      .flatMap(({ seen }) => seen ?? [])
      .sort((one, other) => (one.record.time < other.record.time ? 1 : -1));
  }

  get(folder: string): SeenRun | undefined {
    return this.#runs.get(folder)?.seen;
  }

  /** True while a process is at work in one of them. */
  get isAnyAlive(): boolean {
    return this.all.some(({ isAlive, record }) => isAlive && record.end === undefined);
  }

  /** Searches the places anew. */
  async find(places: RunPlaces): Promise<void> {
    this.#places = places;
    this.#bases.clear();
    for (const folder of places.folders) {
      for (const base of await basesBelow(folder)) this.#bases.add(base);
    }
    for (const place of places.isTrusted ? places.others : []) this.#bases.add(resolve(place));
  }

  /**
   * Looks for runs where something came or went: at these paths, and below those of folders. A watcher may tell of a new folder and of
   * nothing in it.
   */
  async findAt(paths: readonly string[]): Promise<void> {
    if (paths.length > mostPaths) return this.find(this.#places);
    for (const path of paths) {
      const { folders } = this.#places;
      if (!folders.some((folder) => folder === path || isBelow(path, folder))) continue;
      const parts = path.split(sep);
      const at = parts.lastIndexOf(runsFolder);
      if (at > 0) this.#bases.add(parts.slice(0, at).join(sep));
      else for (const base of await basesBelow(path)) this.#bases.add(base);
    }
  }

  /** Looks at all of them again. */
  async look(): Promise<RunNews> {
    const found = new Set((await Promise.all([...this.#bases].map(runsIn))).flat());
    let isListNew = false;
    for (const folder of this.#runs.keys()) {
      if (found.has(folder)) continue;
      this.#runs.delete(folder);
      isListNew = true;
    }
    const inside = this.#places.isTrusted ? undefined : this.#places.folders;
    const changed: SeenRun[] = [];
    for (const folder of found) {
      const known = this.#runs.get(folder);
      const run = known ?? new FollowedRun(folder, inside);
      const wasThere = run.seen !== undefined;
      if (await run.look((path) => this.#isHere(path)))
        changed.push(...(run.seen === undefined ? [] : [run.seen]));
      if (known === undefined) this.#runs.set(folder, run);
      if (wasThere !== (run.seen !== undefined)) isListNew = true;
    }
    this.#leaveOldest();
    return { changed, isListNew };
  }

  #leaveOldest(): void {
    for (const { folder } of this.all.slice(mostRuns)) this.#runs.delete(folder);
  }

  async #isHere(path: string): Promise<boolean> {
    const { isTrusted, folders } = this.#places;
    if (!isTrusted && !folders.some((folder) => folder === path || isBelow(path, folder))) return false;
    return stat(path).then(
      (info) => info.isDirectory(),
      () => false,
    );
  }
}

/** One run, with what was read of it. */
class FollowedRun {
  readonly #folder: string;
  readonly #journal: GrowingFile;
  readonly #inside: readonly string[] | undefined;
  #reader = new JournalReader();
  #progress: RunProgress | undefined;
  #progressText = '';
  /** Undefined where no journal can be read, or no run is in it. */
  seen: SeenRun | undefined;

  constructor(folder: string, inside: readonly string[] | undefined) {
    this.#folder = folder;
    this.#inside = inside;
    this.#journal = new GrowingFile(join(folder, journalName), inside);
  }

  /** True where it is seen otherwise than before. */
  async look(isHere: (path: string) => Promise<boolean>): Promise<boolean> {
    const lock = join(this.#folder, lockName);
    const wasAlive = isLocked(lock);
    const hasProgress = await this.#readProgress();
    const hasMore = await this.#readJournal();
    // It may begin or end at this very moment: then it is looked at once more.
    const isAlive = wasAlive || isLocked(lock);
    const before = this.seen;
    if (before !== undefined && !hasMore && !hasProgress && before.isAlive === isAlive) return false;
    const { record } = this.#reader;
    const manifests = record?.end?.manifests;
    this.seen = record && {
      folder: this.#folder,
      record,
      progress: this.#progress,
      isAlive,
      isFolderHere: record.folder !== undefined && (await isHere(record.folder)),
      areManifestsHere: manifests !== undefined && (await isHere(manifests)),
    };
    return this.seen !== undefined || before !== undefined;
  }

  async #readJournal(): Promise<boolean> {
    const restart = () => {
      this.#reader = new JournalReader();
    };
    try {
      return await this.#journal.read(longestJournal, (piece) => this.#reader.take(piece), restart);
    } catch {
      // It is gone, or no file: then there is no run.
      const wasThere = this.#reader.record !== undefined;
      restart();
      return wasThere;
    }
  }

  async #readProgress(): Promise<boolean> {
    const path = join(this.#folder, progressName);
    const rules = { most: longestProgress, inside: this.#inside };
    const text = await readFileWithin(path, rules).then(String, () => '');
    if (text === this.#progressText) return false;
    this.#progressText = text;
    this.#progress = readProgress(text);
    return true;
  }
}
