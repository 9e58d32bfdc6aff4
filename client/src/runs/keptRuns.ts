import * as vscode from 'vscode';

const placesName = 'mirrorRunPlaces';
const mostPlaces = 20;
const removedName = 'removedMirrorRuns';
const mostRemoved = 200;

/** What a workspace remembers of its mirror runs. */
export class KeptRuns {
  readonly #store: vscode.Memento;

  constructor(store: vscode.Memento) {
    this.#store = store;
  }

  /** The folders outside of the workspace that its runs went to, the last one first. */
  get places(): readonly string[] {
    return this.#store.get<readonly string[]>(placesName, []);
  }

  /** Remembers folders; those of the workspace are searched anyway. */
  async addPlaces(folders: readonly string[]): Promise<void> {
    const outside = folders.filter(
      (folder) => vscode.workspace.getWorkspaceFolder(vscode.Uri.file(folder)) === undefined,
    );
    const others = this.places.filter((place) => !outside.includes(place));
    if (outside.length > 0)
      await this.#store.update(placesName, [...outside, ...others].slice(0, mostPlaces));
  }

  /** Whether a run was taken out of the view; one that began since is another. */
  isRemoved(run: string, begun: string): boolean {
    return this.#removed[run] === begun;
  }

  async remove(run: string, begun: string): Promise<void> {
    const entries = Object.entries(this.#removed).slice(-mostRemoved);
    await this.#store.update(removedName, { ...Object.fromEntries(entries), [run]: begun });
  }

  get #removed(): Readonly<Record<string, string>> {
    return this.#store.get<Readonly<Record<string, string>>>(removedName, {});
  }
}
