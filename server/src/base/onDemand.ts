/**
 * Something that is opened, and its code loaded, with the first who asks for it: for what most runs of a program never need.
 * Closing it costs nothing where nobody has asked.
 */
export class OnDemand<Value extends { close(): Promise<void> }> {
  readonly #open: () => Promise<Value>;
  #opened: Promise<Value> | undefined;

  constructor(open: () => Promise<Value>) {
    this.#open = open;
  }

  /** The one and only; rejects for everybody when it cannot be opened. */
  get(): Promise<Value> {
    this.#opened ??= this.#open();
    return this.#opened;
  }

  async close(): Promise<void> {
    await (await this.#opened)?.close();
  }
}
