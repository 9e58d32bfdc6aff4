import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import { orAborted } from '../../base/abort.ts';
import { t } from '../../base/sentences.ts';
import { choose } from '../../catalog/choosing.ts';
import { type Catalog, type CatalogPackage, packageOf } from '../../catalog/model.ts';
import { type CatalogSearch, catalogSearch } from '../../catalog/search.ts';
import { parseReference } from '../../documents/imageReference.ts';
import { catalogTooltip, channelRows, imageRows, packageRow } from '../../features/catalogTree.ts';
import {
  bundlesOfSelections,
  chosenSum,
  type OpenChoice,
  selectionOfChoice,
} from '../../features/chosenSum.ts';
import { describeImageFacts } from '../../features/hover.ts';
import { addToImageSet, imageSetText, type NamedSelection } from '../../features/imageSetText.ts';
import { imagesOf } from '../../features/imageSizes.ts';
import type {
  CatalogContent,
  CatalogPlace,
  CatalogQuestion,
  FoundPackage,
  PackageRow,
} from '../../protocol/catalogs.ts';
import type { ChosenFrom, ChosenSum } from '../../protocol/choice.ts';
import type { Requests } from '../../protocol/requests.ts';
import { onAsked, tell } from '../peer.ts';
import type { Handler, Session } from '../session.ts';
import { catalogRows, nameOfCatalog, storeFolderOf } from '../shownCatalogs.ts';
import { keyOf } from '../uri.ts';
import { resolvePatience } from './patience.ts';

/** The view of catalogs: what is there, what is in it, and what somebody chooses of it. */
export const catalogHandler: Handler = {
  capabilities: () => ({}),
  register(session) {
    const { connection } = session;
    const view = new CatalogView(session);
    onAsked(connection, 'operatorMirror/catalogs', async ({ added }) => {
      await session.scanned();
      return view.catalogs(added);
    });
    onAsked(connection, 'operatorMirror/catalogContent', (question, signal) =>
      view.content(question, question.do, signal),
    );
    onAsked(connection, 'operatorMirror/catalogChannels', async ({ package: name, chosen, ...question }) => {
      const owner = await view.package(question, name);
      return owner === undefined ? null : channelRows(owner, chosen);
    });
    onAsked(connection, 'operatorMirror/catalogImages', async ({ package: name, bundle, ...question }) => {
      const owner = await view.package(question, name);
      const found = owner?.bundles.find((one) => one.name === bundle);
      return found === undefined ? [] : imageRows(found);
    });
    onAsked(connection, 'operatorMirror/catalogTooltip', (place, signal) => view.tooltip(place, signal));
    onAsked(connection, 'operatorMirror/searchCatalogs', ({ query, catalogs }, signal) =>
      view.search(query, catalogs, signal),
    );
    onAsked(
      connection,
      'operatorMirror/choose',
      async ({ package: name, channel, bundle, on, before, catalog }) => {
        const owner = await view.package({ catalog }, name);
        if (owner === undefined) return before ?? null;
        return choose(owner, before, { channel, bundle }, on) ?? null;
      },
    );
    onAsked(connection, 'operatorMirror/chosen', ({ chosen, ask }, signal) =>
      view.sum(chosen, ask === true, signal),
    );
    onAsked(connection, 'operatorMirror/imageSetText', async ({ chosen }) => imageSetText(named(chosen)));
    onAsked(connection, 'operatorMirror/imageSetEdits', async ({ uri, chosen }) => {
      const file = session.workspace.snapshot.files.get(keyOf(uri));
      return (file && addToImageSet(file, named(chosen))) ?? null;
    });
  },
};

/** How long files rest before somebody is told that they name other catalogs. */
const restMilliseconds = 500;
/** Milliseconds for which packages are looked at before others have a turn. */
const slice = 8;

class CatalogView {
  readonly #session: Session;
  readonly #rows = new WeakMap<Catalog, Promise<readonly PackageRow[]>>();
  readonly #searches = new WeakMap<Catalog, CatalogSearch>();
  /** What was answered last; undefined while nobody has asked. */
  #added: readonly string[] | undefined;
  #told = '';
  #timer: NodeJS.Timeout | undefined;
  #heard: unknown;

  constructor(session: Session) {
    this.#session = session;
    session.onChange(() => {
      if (this.#added !== undefined) this.#timer ??= setTimeout(() => this.#look(), restMilliseconds);
    });
  }

  catalogs(added: readonly string[]): Requests['operatorMirror/catalogs']['result'] {
    this.#added = added;
    this.#hearNews();
    const rows = catalogRows(this.#session, this.#added);
    this.#told = this.#key();
    return rows;
  }

  async content(
    { catalog }: CatalogQuestion,
    what: 'again' | 'stop' | undefined,
    signal: AbortSignal,
  ): Promise<CatalogContent> {
    const desk = this.#desk;
    const folder = storeFolderOf(this.#session);
    if (what === 'stop') {
      desk.forget(catalog);
      return { state: 'failed', reason: t('The opening was stopped'), help: 'again' };
    }
    if (what === 'again') await orAborted(desk.refresh(catalog, folder), signal);
    const { fact, code, progress, early, outage } = desk.ask(catalog, folder);
    if (fact.state === 'known') {
      const packages = await this.#rowsOf(fact.value);
      if (outage === undefined) return { state: 'open', packages };
      return {
        state: 'open',
        packages,
        notice: t('Shown as it was before, since nobody can tell: {0}', outage),
      };
    }
    if (fact.state === 'pending') {
      const packages = early.map(({ name }) => ({ name, title: '', version: '', badges: [] }));
      return { state: 'opening', ...(progress === undefined ? {} : { progress }), packages };
    }
    return { state: 'failed', reason: fact.reason, help: helpFor(code) };
  }

  async package({ catalog }: CatalogQuestion, name: string): Promise<CatalogPackage | undefined> {
    const found = await this.#catalog(catalog);
    return found && packageOf(found, name);
  }

  async tooltip(
    { catalog, package: name = '', channel, bundle, image }: CatalogQuestion & CatalogPlace,
    signal: AbortSignal,
  ): Promise<string | null> {
    if (image !== undefined) return this.#imageTooltip(image, signal);
    const owner = await this.package({ catalog }, name);
    return (owner && catalogTooltip(owner, { channel, bundle })) ?? null;
  }

  async search(query: string, catalogs: readonly string[], signal: AbortSignal): Promise<FoundPackage[]> {
    const found: FoundPackage[] = [];
    for (const catalog of catalogs) {
      const fact = this.#desk.peek(catalog)?.fact;
      if (fact?.state !== 'known') continue;
      const rows = new Map((await this.#rowsOf(fact.value)).map((row) => [row.name, row]));
      signal.throwIfAborted();
      let search = this.#searches.get(fact.value);
      if (search === undefined) {
        search = catalogSearch(fact.value);
        this.#searches.set(fact.value, search);
      }
      for (const { name } of search.find(query)) {
        const row = rows.get(name);
        if (row === undefined) continue;
        // Who searches has listed the packages, and with them their pictures.
        const { icon: _picture, ...words } = row;
        found.push({ ...words, catalog });
      }
    }
    return found;
  }

  async sum(chosen: readonly ChosenFrom[], ask: boolean, signal: AbortSignal): Promise<ChosenSum> {
    const choices: OpenChoice[] = [];
    for (const { catalog: id, packages } of chosen) {
      const catalog = await orAborted(this.#catalog(id), signal);
      if (catalog !== undefined) choices.push({ id, catalog, packages });
    }
    const selected = choices.map((choice) => ({ choice, selection: selectionOfChoice(choice) }));
    if (ask)
      await this.#askSizes(imagesOf(bundlesOfSelections(selected.map(({ selection }) => selection))), signal);
    return {
      ...chosenSum(selected, this.#session.settings.facts),
      nameless: chosen.flatMap((one) => (nameOf(one) === undefined ? [one.catalog] : [])),
    };
  }

  async #askSizes(images: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    const { settings } = this.#session;
    if (!settings.isOnline) throw new ResponseError(LSPErrorCodes.RequestFailed, settings.status().detail);
    await Promise.all(
      [...images].map(async (image) => {
        const parsed = parseReference(image);
        if (parsed.ok)
          await settings.facts.whenKnown(parsed.reference, Number.POSITIVE_INFINITY, undefined, signal);
      }),
    );
  }

  async #imageTooltip(image: string, signal: AbortSignal): Promise<string | null> {
    const parsed = parseReference(image);
    if (!parsed.ok) return null;
    const { settings, workspace } = this.#session;
    await settings.facts.whenKnown(parsed.reference, resolvePatience, undefined, signal);
    const { facts, current } = settings;
    const sources = { snapshot: workspace.snapshot, facts, now: Date.now(), settings: current };
    return describeImageFacts(parsed.reference, sources);
  }

  get #desk() {
    return this.#session.settings.facts.catalogs;
  }

  async #catalog(id: string): Promise<Catalog | undefined> {
    const { fact } = await this.#desk.whenOpen(id, storeFolderOf(this.#session));
    return fact.state === 'known' ? fact.value : undefined;
  }

  /** All packages have to be unpacked for it, which takes a while: typing does not wait for that. */
  #rowsOf(catalog: Catalog): Promise<readonly PackageRow[]> {
    let rows = this.#rows.get(catalog);
    if (rows === undefined) {
      rows = slowly(catalog.packages, packageRow);
      this.#rows.set(catalog, rows);
    }
    return rows;
  }

  /** Facts are made anew with other settings, and so is the desk. */
  #hearNews(): void {
    const desk = this.#desk;
    if (this.#heard === desk) return;
    this.#heard = desk;
    desk.onNews((catalog) => tell(this.#session.connection, 'operatorMirror/catalogNews', { catalog }));
  }

  #look(): void {
    this.#timer = undefined;
    if (this.#heard === this.#desk && this.#told === this.#key()) return;
    tell(this.#session.connection, 'operatorMirror/catalogsChanged', undefined);
  }

  /** All that decides what is listed. Typing moves lines, which is no reason to list all anew. */
  #key(): string {
    const rows = catalogRows(this.#session, this.#added ?? []);
    return JSON.stringify(
      rows.map(({ catalog, added, namedIn }) => [
        catalog,
        added,
        [...new Set(namedIn.map(({ uri }) => uri))],
      ]),
    );
  }
}

async function slowly<Item, Made>(items: readonly Item[], make: (item: Item) => Made): Promise<Made[]> {
  const made: Made[] = [];
  let last = performance.now();
  for (const item of items) {
    made.push(make(item));
    if (performance.now() - last < slice) continue;
    await new Promise((resolve) => setImmediate(resolve));
    last = performance.now();
  }
  return made;
}

function helpFor(code: string): Extract<CatalogContent, { state: 'failed' }>['help'] {
  if (code === 'untrusted') return 'trust';
  if (code === 'offline') return 'network';
  return code === 'unauthorized' || code === 'denied' ? 'login' : 'again';
}

function nameOf({ catalog, as }: ChosenFrom): string | undefined {
  return as ?? nameOfCatalog(catalog);
}

/** @throws ResponseError where a catalog has no name */
function named(chosen: readonly ChosenFrom[]): NamedSelection[] {
  return chosen.map((one) => {
    const catalog = nameOf(one);
    if (catalog === undefined) {
      const words = t(
        'An ImageSetConfiguration cannot name {0}: name the image that it was taken from',
        one.catalog,
      );
      throw new ResponseError(LSPErrorCodes.RequestFailed, words);
    }
    return { catalog, packages: one.packages };
  });
}
