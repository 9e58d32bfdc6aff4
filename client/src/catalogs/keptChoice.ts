import type * as vscode from 'vscode';
import type { ChosenFrom, ChosenPackage } from '../../../server/src/protocol/choice.ts';

const key = 'operatorMirror.catalogChoice';

/** What is chosen of all catalogs, kept with the workspace. */
export class KeptChoice {
  readonly #store: vscode.Memento;

  constructor(store: vscode.Memento) {
    this.#store = store;
  }

  /** Catalogs of which something is chosen, in the order in which somebody began with them. */
  get all(): readonly ChosenFrom[] {
    return this.#store.get<readonly ChosenFrom[]>(key, []);
  }

  of(catalog: string, name: string): ChosenPackage | undefined {
    return this.all.find((one) => one.catalog === catalog)?.packages.find((one) => one.name === name);
  }

  /** Null takes the package out. */
  async set(catalog: string, name: string, chosen: ChosenPackage | null): Promise<void> {
    const before = this.all.find((one) => one.catalog === catalog) ?? { catalog, packages: [] };
    const place = before.packages.findIndex((one) => one.name === name);
    const packages =
      chosen === null
        ? before.packages.filter((one) => one.name !== name)
        : place === -1
          ? [...before.packages, chosen]
          : before.packages.with(place, chosen);
    await this.#put({ ...before, packages });
  }

  /** The image that stands for a catalog in a folder or a file. */
  async callIt(catalog: string, as: string): Promise<void> {
    const before = this.all.find((one) => one.catalog === catalog);
    if (before !== undefined) await this.#put({ ...before, as });
  }

  async clear(): Promise<void> {
    await this.#store.update(key, undefined);
  }

  async #put(chosen: ChosenFrom): Promise<void> {
    const { all } = this;
    const place = all.findIndex(({ catalog }) => catalog === chosen.catalog);
    const next = place === -1 ? [...all, chosen] : all.with(place, chosen);
    await this.#store.update(
      key,
      next.filter(({ packages }) => packages.length > 0),
    );
  }
}
