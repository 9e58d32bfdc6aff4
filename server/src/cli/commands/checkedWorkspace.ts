import { stat } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { messageOf, UserError } from '../../base/errors.ts';
import { findConfiguration } from '../../files/configuration.ts';
import { contextFolder, type FoundFile, findContext, findFiles } from '../../files/find.ts';
import { isRecognised, parseText } from '../../files/load.ts';
import { applyEdits, readText, writeText } from '../../files/textFile.ts';
import type { AnalysisContext } from '../../rules/analysis.ts';
import { countFixed, fixFolder } from '../../rules/fixFolder.ts';
import { type Facts, noFacts } from '../../workspace/facts.ts';
import { defaultSettings, type Settings } from '../../workspace/settings.ts';
import { Snapshot, type WorkspaceFile } from '../../workspace/snapshot.ts';

interface LoadedFile {
  /** The path as it was given, or as it was found below a folder that was given. */
  readonly shownPath: string;
  readonly text: string;
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
  readonly #reported = new Map<string, LoadedFile>();
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
      workspace.incomplete = true;
      say(messageOf(error));
    };
    for (const path of paths) {
      for (const found of await findFiles(path, skip)) {
        if (found.path !== path) await workspace.#add(found, true).catch(skip);
        else if (!(await workspace.#add(found, true))) skip(noneOfOurs(path));
      }
    }
    for (const folder of await contextFolders(paths)) {
      // What only gives context is no input: without it, less is known.
      for (const found of await findContext(folder)) await workspace.#add(found, false).catch(() => {});
    }
    await workspace.#readSettings(say);
    return workspace;
  }

  /** The files to report on: their key, and their path as a person knows it. */
  get files(): readonly { readonly key: string; readonly path: string }[] {
    return [...this.#reported].map(([key, { shownPath }]) => ({ key, path: shownPath }));
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
   * @throws UserError when one cannot be written; those before it are
   */
  async fixAll(onFixed: (file: FixedFile) => void): Promise<void> {
    const fix = fixFolder(this.#snapshot, this.#reported.keys(), (key, snapshot) => ({
      ...this.contextOf(key),
      snapshot,
    }));
    for (const file of fix.files) {
      const { text = '', shownPath = file.path } = this.#reported.get(file.path) ?? {};
      await writeText(file.path, applyEdits(text, file.edits));
      onFixed({ path: shownPath, changes: countFixed([file]) });
    }
    this.#snapshot = fix.snapshot;
  }

  /** False for a file that is none of ours. */
  async #add(found: FoundFile, reported: boolean): Promise<boolean> {
    const key = resolve(found.path).replaceAll(sep, '/');
    if (this.#snapshot.files.has(key)) return true;
    const text = await readText(found.path);
    const content = parseText(text, found.type);
    if (!isRecognised(content)) return false;
    this.#snapshot = this.#snapshot.with(key, content);
    if (reported) this.#reported.set(key, { shownPath: found.path, text });
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
  return new UserError('noneOfOurs', `${path} is none of ours: no resource in it is one that is checked`, {
    nextStep: 'name a mapping.txt, a mirror set or a CatalogSource',
  });
}
