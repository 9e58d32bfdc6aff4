import type { Facts } from '../workspace/facts.ts';
import { openedCatalogs, wantedCatalogs } from '../workspace/wantedCatalogs.ts';
import type { WorkspaceState } from './workspaceState.ts';

/** Milliseconds after the last change: going through all files is nothing for a keystroke. */
const pause = 300;

/** Milliseconds that a timer may be late. Where it is more, the server is busy answering somebody. */
const punctual = 50;

/** Has the catalogs opened that tell where images come from, and gives them to the workspace once they are. */
export class SourceCatalogs {
  readonly #workspace: WorkspaceState;
  readonly #facts: () => Facts;
  readonly #onNews: () => void;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param onNews called when the workspace knows other catalogs than before
   * @param now the time in milliseconds
   */
  constructor(workspace: WorkspaceState, facts: () => Facts, onNews: () => void, now: () => number) {
    this.#workspace = workspace;
    this.#facts = facts;
    this.#onNews = onNews;
    this.#now = now;
  }

  /** Files, settings or facts have changed. */
  changed(): void {
    this.#wait((lateness) => {
      // The first answers after a workspace was read take longer than the pause: who opened it has just got them, and asks on.
      if (lateness > punctual) this.#wait(() => this.#look());
      else this.#look();
    });
  }

  #wait(then: (lateness: number) => void): void {
    const due = this.#now() + pause;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => then(this.#now() - due), pause);
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
