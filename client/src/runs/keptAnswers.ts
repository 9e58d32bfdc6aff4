import * as vscode from 'vscode';

const keptName = 'commandAnswers';
/** More of one question help nobody, and more questions there are not. */
const mostAnswers = 5;

type Kept = Readonly<Record<string, readonly string[]>>;

/** What somebody answered to the questions of commands in this workspace, and the questions themselves. */
export class KeptAnswers {
  readonly #store: vscode.Memento;

  /** `store` is that of the workspace. */
  constructor(store: vscode.Memento) {
    this.#store = store;
  }

  /** The answers to a question, the last one first. */
  of(question: string): readonly string[] {
    return this.#store.get<Kept>(keptName, {})[question] ?? [];
  }

  async keep(question: string, answer: string): Promise<void> {
    const kept = this.#store.get<Kept>(keptName, {});
    const others = this.of(question).filter((before) => before !== answer);
    await this.#store.update(keptName, { ...kept, [question]: [answer, ...others].slice(0, mostAnswers) });
  }

  /** Asks for a text, with the last answer to it. @returns undefined where somebody left */
  async text(
    question: string,
    options: vscode.InputBoxOptions & { readonly usual?: string },
  ): Promise<string | undefined> {
    const { usual = '', ...shown } = options;
    const value = this.of(question)[0] ?? usual;
    const text = (await vscode.window.showInputBox({ value, ignoreFocusOut: true, ...shown }))?.trim();
    if (text === undefined || text === '') return undefined;
    await this.keep(question, text);
    return text;
  }

  /**
   * Asks for one of some rows; the one that was taken last stands first.
   * @param shown the row before all others, such as that of the file that is shown
   */
  async pick<Item extends vscode.QuickPickItem & { readonly key: string }>(
    question: string,
    items: readonly Item[],
    options: vscode.QuickPickOptions,
    shown?: string,
  ): Promise<Item | undefined> {
    const before = this.of(question);
    const known = (key: string) => (before.includes(key) ? before.indexOf(key) : before.length);
    const place = ({ key }: Item) => (key === shown ? -1 : known(key));
    const sorted = items.toSorted((a, b) => place(a) - place(b));
    const chosen = await vscode.window.showQuickPick(sorted, {
      matchOnDescription: true,
      ignoreFocusOut: true,
      ...options,
    });
    if (chosen !== undefined) await this.keep(question, chosen.key);
    return chosen;
  }
}
