import { lstat } from 'node:fs/promises';
import { messageOf, UserError } from '../base/errors.ts';
import { Limiter } from '../base/limiter.ts';
import { Lru } from '../base/lru.ts';
import { isBelow } from '../disk/openFile.ts';
import {
  contextFolder,
  type FoundFile,
  findContext,
  findFiles,
  isPassedOver,
  typeByName,
} from '../files/find.ts';
import { loadContent } from '../files/load.ts';
import { keyOf, pathOf, uriOf } from './uri.ts';
import type { DiskFile, WorkspaceState } from './workspaceState.ts';

/** Files that are read before the snapshot is made anew: each time costs a copy of its list. */
const filesAtOnce = 200;
/** Folders that stay read although no file in them is open any more: somebody opens and closes a few in turn. */
const mostContexts = 16;
/** Paths of which it is remembered what was said of them. */
const mostSaid = 1_000;

/** Something that a client says has happened on disk, to a file or a folder. */
export interface DiskEvent {
  readonly uri: string;
  /** True for what is new: a folder brings its files along then. */
  readonly created?: boolean;
}

/**
 * The files on disk that belong to the workspace: those in its folders, and those round open files that are in none of
 * them. Keeps the snapshot up with folders and files that come, change and go.
 *
 * In a workspace without trust no file outside its folders is read, wherever links lead; trust lets links be followed to
 * files anywhere, as the user would, and reads what lies round open files.
 */
export class DiskFiles {
  readonly #state: WorkspaceState;
  readonly #onChange: () => void;
  readonly #report: (message: string) => void;
  /** What was last said of what cannot be read, by path: nobody wants to hear it at every change. */
  readonly #said = new Lru<string>(mostSaid);
  readonly #reads = new Limiter(16);
  #folders: readonly string[] = [];
  /** Folders that were read because of a file in them; the one in which something was opened last comes last. */
  readonly #contexts = new Set<string>();
  #trusted = false;
  /** One after the other, so that what was read later counts. */
  #work: Promise<void> = Promise.resolve();

  /**
   * @param onChange called when files that are not open came, changed or went
   * @param report told in words for a person which files and folders cannot be read
   */
  constructor(state: WorkspaceState, onChange: () => void, report: (message: string) => void) {
    this.#state = state;
    this.#onChange = onChange;
    this.#report = report;
  }

  /** The folders of the workspace, as paths. */
  get folders(): readonly string[] {
    return this.#folders;
  }

  /** What the workspace is at first; nothing is read yet. */
  start(folders: readonly string[], trusted: boolean): void {
    this.#folders = folders;
    this.#trusted = trusted;
  }

  /** Reads the files of all folders. Files that cannot be read are left out. */
  readAll(): Promise<void> {
    return this.#inOrder(async () => {
      for (const folder of this.#folders) await this.#readFolder(folder);
    });
  }

  /** From now on files outside the folders may be read: those that links lead to, and those round open files. */
  async trust(): Promise<void> {
    if (this.#trusted) return;
    this.#trusted = true;
    await this.readAll();
    await Promise.all([...this.#state.openKeys()].map((key) => this.addContextOf(this.#state.uri(key))));
  }

  /** Folders of the workspace come and go, and their files with them: all but those that are open or in another folder. */
  async changeFolders(added: readonly string[], removed: readonly string[]): Promise<void> {
    this.#folders = [
      ...this.#folders.filter((folder) => !removed.includes(folder) && !added.includes(folder)),
      ...added,
    ];
    this.#leave(removed.map((folder) => keyOf(uriOf(folder))));
    await this.#inOrder(async () => {
      for (const folder of added) await this.#readFolder(folder);
    });
  }

  /** Reads what lies round a file that is in no folder of the workspace. */
  async addContextOf(uri: string): Promise<void> {
    const path = pathOf(uri);
    if (path === undefined || !this.#trusted) return;
    const holder = this.#holderOf(path);
    if (holder !== undefined) {
      this.#isUsed(holder);
      return;
    }
    const folder = await contextFolder(path);
    if (folder === undefined || this.#contexts.has(folder)) return;
    this.#contexts.add(folder);
    this.#leaveContexts();
    await this.#inOrder(async () => this.#read(await findContext(folder, (error) => this.#say(error))));
  }

  #isUsed(context: string): void {
    if (this.#contexts.delete(context)) this.#contexts.add(context);
  }

  /** A day of looking into folders here and there must not end with all of them in memory. */
  #leaveContexts(): void {
    const open = [...this.#state.openKeys()].flatMap((key) => pathOf(this.#state.uri(key)) ?? []);
    for (const folder of [...this.#contexts].slice(0, -1)) {
      if (this.#contexts.size <= mostContexts) return;
      if (open.some((path) => isBelow(path, folder))) continue;
      this.#contexts.delete(folder);
      this.#leave([keyOf(uriOf(folder))]);
    }
  }

  /** A file is open no longer: what is on disk counts again. */
  closed(uri: string): Promise<void> {
    return this.changed([{ uri }]);
  }

  /** Files or folders were made, changed, removed or renamed, whichever of them a client tells of. */
  changed(events: readonly DiskEvent[]): Promise<void> {
    return this.#inOrder(async () => {
      const byKey = new Map(events.map((event) => [keyOf(event.uri).replace(/\/$/, ''), event]));
      const folders = this.#foldersAmong(byKey.keys());
      const gone: string[] = [];
      const found: FoundFile[] = [];
      for (const [key, { uri, created }] of byKey) {
        const path = pathOf(uri);
        if (path === undefined) {
          gone.push(key);
          continue;
        }
        const isNewFolder = created === true && (await isFolder(path));
        const below = folders.get(key);
        // A folder that is gone, or a name that was one and is a file by now.
        if (below !== undefined && !isNewFolder && !(await isFolder(path))) gone.push(...below);
        const holder = this.#holderOf(path);
        const type = typeByName(path);
        if (holder === undefined || isPassedOver(path, holder) || isNewFolder) gone.push(key);
        if (holder === undefined || isPassedOver(path, holder)) continue;
        if (isNewFolder) found.push(...(await this.#find(path)));
        else if (type !== undefined) found.push({ path, type, named: false, inside: undefined });
        else gone.push(key);
      }
      this.#put(new Map(gone.map((key) => [key, undefined])));
      await this.#read(found);
    });
  }

  #inOrder(task: () => Promise<void>): Promise<void> {
    const done = this.#work.then(task);
    this.#work = done.catch(() => {});
    return done;
  }

  async #readFolder(folder: string): Promise<void> {
    if (!this.#folders.includes(folder)) return;
    await this.#read(await this.#find(folder));
  }

  #find(folder: string): Promise<readonly FoundFile[]> {
    const say = (error: unknown) => this.#say(error);
    return findFiles(folder, say).catch((error: unknown) => {
      say(error);
      return [];
    });
  }

  /** What is gone by now is no news, and what a link leads to outside the folders was left out on purpose. */
  #say(error: unknown, path = ''): void {
    const { code } = (error as { cause?: { code?: unknown } }).cause ?? {};
    if (code === 'ENOENT' || (error instanceof UserError && error.code === 'outside')) return;
    const message = messageOf(error);
    if (this.#said.get(path || message) === message) return;
    this.#said.set(path || message, message);
    this.#report(message);
  }

  async #read(found: readonly FoundFile[]): Promise<void> {
    for (let at = 0; at < found.length; at += filesAtOnce) {
      const changes = new Map<string, DiskFile | undefined>();
      const part = found.slice(at, at + filesAtOnce);
      await Promise.all(
        part.map((file) =>
          this.#reads.run(async () => {
            const inside = this.#trusted ? undefined : this.#folders;
            const content = await loadContent({ ...file, inside }).then(
              (read) => {
                this.#said.delete(file.path);
                return read;
              },
              (error: unknown) => this.#say(error, file.path),
            );
            const uri = uriOf(file.path);
            // Its folder may have gone while it was read.
            const isHeld = this.#holderOf(file.path) !== undefined;
            changes.set(keyOf(uri), content === undefined || !isHeld ? undefined : { uri, content });
          }),
        ),
      );
      this.#put(changes);
    }
  }

  /** Files of folders that nobody has in the workspace any more. */
  #leave(keys: readonly string[]): void {
    const gone = [...this.#state.snapshot.files.keys()].filter((key) => {
      const path = pathOf(this.#state.uri(key));
      const isIn = keys.some((folder) => key.startsWith(`${folder.replace(/\/$/, '')}/`));
      return isIn && (path === undefined || this.#holderOf(path) === undefined);
    });
    this.#put(new Map(gone.map((key) => [key, undefined])));
  }

  #put(changes: ReadonlyMap<string, DiskFile | undefined>): void {
    if (this.#state.putFromDisk(changes)) this.#onChange();
  }

  /** The folder of the workspace, or the context, that holds a path. */
  #holderOf(path: string): string | undefined {
    const holds = (folder: string) => isBelow(path, folder);
    return this.#folders.find(holds) ?? [...this.#contexts].find(holds);
  }

  /** Of some keys those that are folders with files in the snapshot, with the keys of these. */
  #foldersAmong(keys: Iterable<string>): ReadonlyMap<string, readonly string[]> {
    const { files } = this.#state.snapshot;
    const folders = new Map(
      [...keys].filter((key) => !files.has(key)).map((key): [string, string[]] => [key, []]),
    );
    if (folders.size > 0) {
      for (const key of files.keys()) {
        for (let end = key.lastIndexOf('/'); end > 0; end = key.lastIndexOf('/', end - 1))
          folders.get(key.slice(0, end))?.push(key);
      }
    }
    return new Map([...folders].filter(([, below]) => below.length > 0));
  }
}

/** False for a link to one: links to folders are not followed. */
function isFolder(path: string): Promise<boolean> {
  return lstat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
}
