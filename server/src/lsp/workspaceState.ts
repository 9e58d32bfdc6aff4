import { join, sep } from 'node:path';
import { Limiter } from '../base/limiter.ts';
import type { Range } from '../base/range.ts';
import { type LineChange, toLineChange } from '../documents/lines.ts';
import { updateYaml } from '../documents/yamlFile.ts';
import {
  contextFolder,
  type FileType,
  type FoundFile,
  findContext,
  findFiles,
  typeByName,
} from '../files/find.ts';
import { loadContent, parseText } from '../files/load.ts';
import { linesOf } from '../rules/analysis.ts';
import { editMapping } from '../workspace/mappingIndex.ts';
import { type FileContent, Snapshot } from '../workspace/snapshot.ts';
import { keyOf, pathOf, uriOf } from './uri.ts';

export interface ContentChange {
  /** Without a range the text is new as a whole. */
  readonly range?: Range;
  readonly text: string;
}

/**
 * The files of the workspace: what is open in the editor over what is on disk. The one place in the server
 * where they change; everyone else reads `snapshot`.
 */
export class WorkspaceState {
  snapshot = new Snapshot();
  /** Open files by key, with the URI as the client writes it. */
  readonly #open = new Map<string, { readonly uri: string; readonly version: number }>();
  /** Files on disk by key: a key is decoded, and cannot always be encoded again. */
  readonly #onDisk = new Map<string, string>();
  readonly #types = new Map<string, FileType>();
  /** Folders that were read, so that none is read twice. */
  readonly #folders = new Set<string>();
  readonly #reads = new Limiter(16);
  readonly #onDiskChange: () => void;

  /** `onDiskChange` is called when files that are not open came, changed or went. */
  constructor(onDiskChange: () => void) {
    this.#onDiskChange = onDiskChange;
  }

  version(key: string): number | undefined {
    return this.#open.get(key)?.version;
  }

  /** The address of a file of the snapshot, as the client writes it where it is open. */
  uri(key: string): string {
    return this.#open.get(key)?.uri ?? this.#onDisk.get(key) ?? key;
  }

  openKeys(): Iterable<string> {
    return this.#open.keys();
  }

  open(uri: string, languageIsMapping: boolean, version: number, text: string): void {
    const key = keyOf(uri);
    const type = languageIsMapping || typeByName(key) === 'mapping' ? 'mapping' : 'yaml';
    this.#types.set(key, type);
    this.#open.set(key, { uri, version });
    this.#put(key, parseText(text, type));
  }

  change(uri: string, version: number, changes: readonly ContentChange[]): void {
    const key = keyOf(uri);
    const type = this.#types.get(key);
    if (type === undefined) return;
    this.#open.set(key, { uri, version });
    for (const { range, text } of changes) {
      const file = this.snapshot.files.get(key);
      if (range === undefined || file === undefined) this.#put(key, parseText(text, type));
      else this.#put(key, edit(file.content, toLineChange(linesOf(file), range, text)));
    }
  }

  /** What is on disk counts again. */
  async close(uri: string): Promise<void> {
    const key = keyOf(uri);
    this.#open.delete(key);
    this.#types.delete(key);
    await this.diskChanged(uri);
  }

  /** Reads the files of a folder of the workspace. Files that cannot be read are left out. */
  addFolder(folder: string): Promise<void> {
    return this.#addFiles(folder, findFiles);
  }

  async #addFiles(folder: string, find: (folder: string) => Promise<FoundFile[]>): Promise<void> {
    if (this.#folders.has(folder)) return;
    this.#folders.add(folder);
    const found = await find(folder).catch(() => []);
    await Promise.all(found.map((file) => this.#reads.run(() => this.#read(file))));
    this.#onDiskChange();
  }

  /** Reads what lies round a file that is in no folder of the workspace. */
  async addContextOf(uri: string): Promise<void> {
    const path = pathOf(uri);
    if (path === undefined) return;
    for (const folder of this.#folders) if (path.startsWith(join(folder, sep))) return;
    const folder = await contextFolder(path);
    if (folder !== undefined) await this.#addFiles(folder, findContext);
  }

  async diskChanged(uri: string): Promise<void> {
    const key = keyOf(uri);
    if (this.#open.has(key)) return;
    const path = pathOf(uri);
    const type = path === undefined ? undefined : typeByName(path);
    if (
      path === undefined ||
      type === undefined ||
      !(await this.#read({ path, type, named: false, inside: undefined }))
    ) {
      if (!this.#open.has(key)) this.snapshot = this.snapshot.without(key);
    }
    this.#onDiskChange();
  }

  /** True when the file is ours and now in the snapshot. */
  async #read(file: FoundFile): Promise<boolean> {
    const uri = uriOf(file.path);
    const key = keyOf(uri);
    this.#onDisk.set(key, uri);
    const content = await loadContent(file).catch(() => undefined);
    // It may have been opened while it was read; then the editor's text counts.
    if (this.#open.has(key)) return true;
    if (content === undefined) return false;
    this.#put(key, content);
    return true;
  }

  #put(key: string, content: FileContent): void {
    this.snapshot = this.snapshot.with(key, content);
  }
}

function edit(content: FileContent, change: LineChange): FileContent {
  return content.type === 'mapping'
    ? { type: 'mapping', mapping: editMapping(content.mapping, change) }
    : { type: 'yaml', yaml: updateYaml(content.yaml, change) };
}
