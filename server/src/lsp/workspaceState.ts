import type { Range } from '../base/range.ts';
import { LineEnds } from '../documents/lineEnds.ts';
import type { LineChange } from '../documents/lines.ts';
import type { FileContent } from '../documents/workspaceFile.ts';
import { updateYaml } from '../documents/yamlFile.ts';
import { type FileType, typeByName } from '../files/find.ts';
import { parseText } from '../files/load.ts';
import { editMapping } from '../workspace/mappingIndex.ts';
import { Snapshot } from '../workspace/snapshot.ts';
import { keyOf } from './uri.ts';

export interface ContentChange {
  /** Without a range the text is new as a whole. */
  readonly range?: Range;
  readonly text: string;
}

/** A file of ours on disk. */
export interface DiskFile {
  readonly uri: string;
  readonly content: FileContent;
}

/** A file as the client has it. */
interface OpenFile {
  /** As the client writes it. */
  readonly uri: string;
  readonly version: number;
  readonly ends: LineEnds;
}

/**
 * The files of the workspace: what is open in the editor over what is on disk, which `DiskFiles` reads. The one place
 * in the server where they change; everyone else reads `snapshot`.
 */
export class WorkspaceState {
  snapshot = new Snapshot();
  /** Open files by key, with the URI as the client writes it. */
  readonly #open = new Map<string, OpenFile>();
  /** Files on disk by key: a key is decoded, and cannot always be encoded again. */
  readonly #onDisk = new Map<string, string>();
  readonly #types = new Map<string, FileType>();

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
    this.#open.set(key, { uri, version, ends: LineEnds.of(text) });
    this.#put(key, parseText(text, type));
  }

  change(uri: string, version: number, changes: readonly ContentChange[]): void {
    const key = keyOf(uri);
    const type = this.#types.get(key);
    const before = this.#open.get(key);
    if (type === undefined || before === undefined) return;
    let { ends } = before;
    for (const { range, text } of changes) {
      const content = this.snapshot.files.get(key)?.content;
      if (range === undefined || content === undefined) {
        ends = LineEnds.of(text);
        this.#put(key, parseText(text, type));
      } else {
        const edited = ends.change((line) => lineAt(content, line), range, text);
        ends = edited.ends;
        this.#put(key, edit(content, edited.change));
      }
    }
    this.#open.set(key, { uri, version, ends });
  }

  /** The text of the editor counts no longer; what is on disk does, once `putFromDisk` says what that is. */
  close(uri: string): void {
    const key = keyOf(uri);
    this.#open.delete(key);
    this.#types.delete(key);
  }

  /**
   * Takes over what is on disk, by key; undefined for files that are gone or none of ours. For a file that is open the
   * text of the editor counts, also where it was opened while it was read. False when this changes nothing.
   */
  putFromDisk(changes: ReadonlyMap<string, DiskFile | undefined>): boolean {
    const contents = new Map<string, FileContent | undefined>();
    for (const [key, file] of changes) {
      if (this.#open.has(key) || (file === undefined && !this.snapshot.files.has(key))) continue;
      contents.set(key, file?.content);
      if (file === undefined) this.#onDisk.delete(key);
      else this.#onDisk.set(key, file.uri);
    }
    if (contents.size === 0) return false;
    this.snapshot = this.snapshot.withAll(contents);
    return true;
  }

  #put(key: string, content: FileContent): void {
    this.snapshot = this.snapshot.with(key, content);
  }
}

function lineAt(content: FileContent, line: number): string {
  return (content.type === 'mapping' ? content.mapping.lines.at(line)?.text : content.yaml.lines[line]) ?? '';
}

function edit(content: FileContent, change: LineChange): FileContent {
  return content.type === 'mapping'
    ? { type: 'mapping', mapping: editMapping(content.mapping, change) }
    : { type: 'yaml', yaml: updateYaml(content.yaml, change) };
}
