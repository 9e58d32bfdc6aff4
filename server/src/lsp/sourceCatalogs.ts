import type { Facts } from '../workspace/facts.ts';
import { openedCatalogs, wantedCatalogs } from '../workspace/wantedCatalogs.ts';
import type { WorkspaceState } from './workspaceState.ts';

/** Milliseconds after the last change: going through all files is nothing for a keystroke. */
const pause = 300;

/** Has the catalogs opened that tell where images come from, and gives them to the workspace once they are. */
export class SourceCatalogs {
  readonly #workspace: WorkspaceState;
  readonly #facts: () => Facts;
  readonly #onNews: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** @param onNews called when the workspace knows other catalogs than before */
  constructor(workspace: WorkspaceState, facts: () => Facts, onNews: () => void) {
    this.#workspace = workspace;
    this.#facts = facts;
    this.#onNews = onNews;
  }

  /** Files, settings or facts have changed. */
  changed(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), pause);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #look(): void {
    const { snapshot } = this.#workspace;
    const opened = openedCatalogs(wantedCatalogs(snapshot), this.#facts());
    const next = snapshot.withCatalogs(snapshot.catalogs.with(opened));
    if (next === snapshot) return;
    this.#workspace.snapshot = next;
    this.#onNews();
  }
}
