import type * as vscode from 'vscode';

/** Milliseconds in which VS Code asks for what is below the lines that it has got. */
const peace = 100;

/**
 * When the roots of a tree may be listed anew: once everything that VS Code has asked for is there. Until the roots come, it knows no
 * line any more, and what it asks for below one is lost ("No tree item with id …").
 */
export class TreeListing {
  readonly #listAnew: () => Promise<void> | void;
  /** How many lines VS Code waits for. */
  #awaited = 0;
  #refreshing: Promise<void> | undefined;

  /** @param listAnew gets the roots ready, and has VS Code ask for them */
  constructor(listAnew: () => Promise<void> | void) {
    this.#listAnew = listAnew;
  }

  /** Answers VS Code, which waits meanwhile. */
  async answer<Lines>(task: () => Promise<Lines>): Promise<Lines> {
    this.#awaited++;
    try {
      return await task();
    } finally {
      this.#awaited--;
    }
  }

  /** Lists all anew, however often it is wanted meanwhile; settles when VS Code has been told. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refreshInPeace();
    return this.#refreshing;
  }

  async #refreshInPeace(): Promise<void> {
    do await new Promise((resolve) => setTimeout(resolve, peace));
    while (this.#awaited > 0);
    this.#refreshing = undefined;
    await this.#listAnew();
  }
}

/** How often a line is tried to be shown, a tenth of a second apart. */
const mostTries = 20;

/**
 * Shows a line of a tree, once VS Code has it: while it lists the roots anew it knows none of them, and refuses ("Data tree node not
 * found"). Where the line never comes, nobody is told: it is gone again.
 */
export async function revealLine<Line>(
  view: vscode.TreeView<Line>,
  line: Line,
  how: Parameters<vscode.TreeView<Line>['reveal']>[1],
): Promise<void> {
  for (let tries = 1; tries <= mostTries; tries++) {
    try {
      return await view.reveal(line, how);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, peace));
    }
  }
}
