import { stat } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { messageOf, UserError } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import { applyEdits } from '../../documents/textEdits.ts';
import type { WorkspaceFile } from '../../documents/workspaceFile.ts';
import { findConfiguration } from '../../files/configuration.ts';
import { contextFolder, type FoundFile, findContext, findFiles } from '../../files/find.ts';
import { isChecked, type LoadedFile, loadFile } from '../../files/load.ts';
import { writeText } from '../../files/textFile.ts';
import type { AnalysisContext } from '../../rules/analysis.ts';
import { countFixed, fixFolder } from '../../rules/fixFolder.ts';
import { type Facts, noFacts } from '../../workspace/facts.ts';
import type { KnownCatalogs } from '../../workspace/knownCatalogs.ts';
import { defaultSettings, type Settings } from '../../workspace/settings.ts';
import { Snapshot } from '../../workspace/snapshot.ts';

/** A file as it was read, and where. */
interface ReportedFile {
  /** Its path as it was given, or as it was found below a folder that was given. */
  readonly found: FoundFile;
  readonly loaded: LoadedFile;
}

/** What `--fix` did to one file. */
export interface FixedFile {
  readonly path: string;
  /** How many findings were repaired. */
  readonly changes: number;
}

/** The files of a `check`, as one whole, with what lies round them. */
export class CheckedWorkspace {
  #snapshot = new Snapshot();
  /** The files to report on, by their key in the snapshot; files that only give context are not among them. */
  readonly #reported = new Map<string, ReportedFile>();
  readonly #settingsByFolder = new Map<string, Settings>();
  facts: Facts = noFacts;
  /** Something that was named, or lies below what was named, could not be checked. */
  incomplete = false;

  private constructor() {}

  /**
   * Reads the files at the paths and below them.
   *
   * @param say told in one line what could not be read, what is none of ours, and what is wrong in settings
   * @throws UserError `unreadable` for a path at which there is nothing to read
   */
  static async load(paths: readonly string[], say: (line: string) => void): Promise<CheckedWorkspace> {
    const workspace = new CheckedWorkspace();
    const skip = (error: unknown) => {
      if (!(error instanceof UserError)) throw error;
      // What a link leads to elsewhere was not named, and nobody knows whether it is ours.
      workspace.incomplete ||= error.code !== 'outside';
      say(messageOf(error));
    };
    for (const path of paths) {
      for (const found of await findFiles(path, skip, paths)) {
        const isOurs = await workspace.#add(found, skip).catch((error: unknown) => {
          if (found.named && !(error instanceof UserError && error.code === 'not-utf8')) throw error;
          skip(error);
          return true;
        });
        if (found.named && !isOurs) skip(noneOfOurs(path));
      }
    }
    for (const folder of await contextFolders(paths)) {
      // What only gives context is no input: without it, less is known.
      for (const found of await findContext(folder)) await workspace.#add(found).catch(() => {});
    }
    await workspace.#readSettings(say);
    return workspace;
  }

  /** The files to report on: their key, and their path as a person knows it. */
  get files(): readonly { readonly key: string; readonly path: string }[] {
    return [...this.#reported].map(([key, { found }]) => ({ key, path: found.path }));
  }

  /** All files, those that only give context included. */
  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** From now on these catalogs tell where images come from. */
  useCatalogs(catalogs: KnownCatalogs): void {
    this.#snapshot = this.#snapshot.withCatalogs(catalogs);
  }

  contextOf(key: string): AnalysisContext {
    const settings = this.#settingsByFolder.get(dirname(key)) ?? defaultSettings;
    return { snapshot: this.#snapshot, settings, facts: this.facts };
  }

  file(key: string): WorkspaceFile {
    const file = this.#snapshot.files.get(key);
    if (file === undefined) throw new Error(`${key} is not in the snapshot`);
    return file;
  }

  /**
   * Applies every fix that is certain, and writes the files.
   *
   * @param onFixed told of each file once it is written
   * @param onLeftAlone told of a file that could not be written, or that somebody has changed since it was read
   */
  async fixAll(onFixed: (file: FixedFile) => void, onLeftAlone: (error: UserError) => void): Promise<void> {
    const fix = fixFolder(this.#snapshot, this.#reported.keys(), (key, snapshot) => ({
      ...this.contextOf(key),
      snapshot,
    }));
    let snapshot = fix.snapshot;
    for (const file of fix.files) {
      const reported = this.#reported.get(file.path);
      if (reported === undefined) continue;
      const { found, loaded } = reported;
      try {
        const text = applyEdits(loaded.text, file.edits);
        await writeText(file.path, { read: loaded.bytes, text, inside: found.inside });
        onFixed({ path: found.path, changes: countFixed([file]) });
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        this.incomplete = true;
        snapshot = snapshot.with(file.path, loaded.content);
        // What was said when it was read is not said again.
        if (error.code !== loaded.problem?.code) onLeftAlone(error);
      }
    }
    this.#snapshot = snapshot;
  }

  /**
   * False for a file that is none of ours.
   * @param say for a file to report on: told of what is wrong with it although it could be read
   */
  async #add(found: FoundFile, say?: (problem: UserError) => void): Promise<boolean> {
    const key = resolve(found.path).replaceAll(sep, '/');
    if (this.#snapshot.files.has(key)) return true;
    const loaded = await loadFile(found);
    if (loaded === undefined) return false;
    this.#snapshot = this.#snapshot.with(key, loaded.content);
    // A kustomization says which files are patches, and nothing is said of it.
    if (say === undefined || !isChecked(loaded.content)) return true;
    this.#reported.set(key, { found, loaded });
    if (loaded.problem !== undefined) say(loaded.problem);
    return true;
  }

  async #readSettings(say: (line: string) => void): Promise<void> {
    for (const key of this.#reported.keys()) {
      const folder = dirname(key);
      if (this.#settingsByFolder.has(folder)) continue;
      const { settings, problems, path } = await findConfiguration(folder);
      this.#settingsByFolder.set(folder, { ...defaultSettings, ...settings });
      for (const problem of problems) say(`${path}: ${problem}`);
    }
  }
}

/** A file on its own is understood with what lies round it; a folder is given whole. */
async function contextFolders(paths: readonly string[]): Promise<ReadonlySet<string>> {
  const folders = new Set<string>();
  for (const path of paths) {
    const folder = (await stat(path)).isFile() ? await contextFolder(path) : undefined;
    if (folder !== undefined) folders.add(folder);
  }
  return folders;
}

function noneOfOurs(path: string): UserError {
  return new UserError(
    'noneOfOurs',
    t('{0} is none of ours: no resource in it is one that is checked', path),
    {
      nextStep: t('name a mapping.txt, a mirror set or a CatalogSource'),
    },
  );
}
