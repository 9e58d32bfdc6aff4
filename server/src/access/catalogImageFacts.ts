import { messageOf } from '../base/errors.ts';
import type { CatalogImages } from '../catalog/catalogImages.ts';
import { type OfflineReason, offlineText } from '../lookup/offline.ts';
import { StoreFolders } from '../stores/ocDirectoryFolder.ts';
import type { Fact, Facts } from '../workspace/facts.ts';
import { type Aging, agingOf } from './catalogAging.ts';
import { type CatalogName, openedAs } from './catalogName.ts';
import type { StorePlaces } from './localFacts.ts';
import type { ImagesInWorker, WorkerCatalogs } from './workerCatalogs.ts';

/** Catalogs whose images are remembered at a time: the names of the largest take three megabytes. */
const mostRemembered = 100;

/** What the images of catalogs are found with. */
export interface CatalogImageOptions {
  readonly catalogs: Pick<WorkerCatalogs, 'images'>;
  /** Where the `v2/` folders of `file://` catalogs are looked for. */
  readonly stores: StorePlaces;
  /** Why no registry may be contacted; without trust the disk is left alone, too. */
  readonly offline: () => OfflineReason | undefined;
  /** Told when something else is known than before. */
  readonly onArrived: () => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

interface Remembered {
  readonly name: CatalogName;
  fact: Fact<CatalogImages>;
  digest: string;
  readonly aging: Aging;
}

/** Answers `Facts.catalogImages`: the first question for a catalog opens it, and what may be another one by now is asked for again. */
export class CatalogImageFacts {
  readonly #options: CatalogImageOptions;
  readonly #folders: StoreFolders;
  readonly #known = new Map<string, Remembered>();

  constructor(options: CatalogImageOptions) {
    this.#options = options;
    this.#folders = new StoreFolders({ ...options.stores, now: options.now });
  }

  readonly ask: Facts['catalogImages'] = (image, from) => {
    const { offline, now } = this.#options;
    if (offline() === 'untrusted') return { state: 'failed', reason: offlineText('untrusted', image) };
    const name = openedAs(image, from);
    if (name === undefined) return { state: 'pending' };
    const remembered = this.#remembered(name);
    if (remembered.aging.isDue(now())) void this.#open(remembered);
    return remembered.fact;
  };

  /** Somebody knows that there is another catalog at a place, as `CatalogDesk` has it: it is asked for again. */
  forget(place: string): void {
    this.#known.get(place)?.aging.hasten();
  }

  /** Asks again for all that could not be opened, or was not there. */
  forgetFailures(): void {
    for (const { fact, aging } of this.#known.values()) if (fact.state !== 'known') aging.hasten();
  }

  #remembered(name: CatalogName): Remembered {
    const key = keyOf(name);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const [oldest] = this.#known.keys();
    if (this.#known.size >= mostRemembered && oldest !== undefined) this.#known.delete(oldest);
    const remembered: Remembered = {
      name,
      fact: { state: 'pending' },
      digest: '',
      aging: agingOf(name.isFixed),
    };
    this.#known.set(key, remembered);
    return remembered;
  }

  async #open(remembered: Remembered): Promise<void> {
    const { now, onArrived } = this.#options;
    const { aging, fact: before } = remembered;
    aging.begin();
    const opened = await this.#ask(remembered);
    const fact = opened?.fact ?? before;
    aging.settle(now(), fact.state === 'known');
    // Of one that is open, an outage tells nothing new.
    if (opened === undefined || (before.state === 'known' && fact.state === 'failed')) return;
    remembered.fact = fact;
    remembered.digest = opened.digest;
    const isSame = fact.state !== 'known' && before.state === fact.state;
    if (!isSame && this.#known.get(keyOf(remembered.name)) === remembered) onArrived();
  }

  async #ask({ name: { text, stored }, digest }: Remembered): Promise<ImagesInWorker> {
    try {
      const store = stored && (await this.#folders.find(stored.near, stored.repository));
      return await this.#options.catalogs.images(text, digest, { store });
    } catch (error) {
      return { fact: { state: 'failed', reason: messageOf(error) }, digest: '' };
    }
  }
}

/** Of `file://` the same name means another image beside a file elsewhere. */
function keyOf({ text, stored }: CatalogName): string {
  return stored === undefined ? text : `${text} ${stored.near}`;
}
