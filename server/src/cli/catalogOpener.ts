import type { Access } from '../access/access.ts';
import { openedAs } from '../access/catalogName.ts';
import type { Catalogs } from '../access/catalogs.ts';
import { anyStore } from '../access/localFacts.ts';
import { messageOf, UserError } from '../base/errors.ts';
import { OnDemand } from '../base/onDemand.ts';
import type { Catalog } from '../catalog/model.ts';
import { StoreFolders } from '../stores/ocDirectoryFolder.ts';

/** A catalog that a file names, or why it could not be opened. */
export type Opened =
  | { readonly catalog: Catalog }
  /** `isMissing`: its place was asked and does not have it. */
  | { readonly reason: string; readonly isMissing: boolean };

/** Opens catalogs that files name, each once, until it is closed. */
export class CatalogOpener {
  readonly #signal: AbortSignal;
  readonly #folders = new StoreFolders({ ...anyStore, now: Date.now });
  readonly #opened = new Map<string, Promise<Opened>>();
  /** What reads catalogs takes its time to load, and most files have no store beside them. */
  readonly #catalogs: OnDemand<Catalogs>;

  /** @param online false where no registry may be asked */
  constructor(access: () => Promise<Access>, online: boolean, signal: AbortSignal) {
    this.#signal = signal;
    this.#catalogs = new OnDemand(async () => {
      const { openCatalogs } = await import('../access/catalogs.ts');
      return openCatalogs(await access(), !online);
    });
  }

  /**
   * @param from the file that names it
   * @returns undefined for a name that nobody opens
   * @throws the signal's reason once that fires
   */
  async open(image: string, from: string): Promise<Opened | undefined> {
    const name = openedAs(image, from);
    if (name === undefined) return undefined;
    const { text, stored } = name;
    const key = `${text} ${stored?.near ?? ''}`;
    const opened = this.#opened.get(key) ?? this.#open(text, stored);
    this.#opened.set(key, opened);
    const result = await opened;
    this.#signal.throwIfAborted();
    return result;
  }

  close(): Promise<void> {
    return this.#catalogs.close();
  }

  async #open(
    text: string,
    stored: { readonly near: string; readonly repository: string } | undefined,
  ): Promise<Opened> {
    try {
      const store = stored && (await this.#folders.find(stored.near, stored.repository));
      return await (await this.#catalogs.get()).open({ text, store, signal: this.#signal });
    } catch (error) {
      const isMissing = error instanceof UserError && error.code === 'missing';
      return { reason: messageOf(error), isMissing };
    }
  }
}
