import { t } from '../base/sentences.ts';
import type { Catalog } from '../catalog/model.ts';
import { type OfflineReason, offlineText } from '../lookup/offline.ts';
import type { Fact } from '../workspace/facts.ts';
import { type Aging, agingOf } from './catalogAging.ts';
import type { EarlyPackage, OpenedInWorker, WorkerCatalogs } from './workerCatalogs.ts';

/** Catalogs that are remembered at a time: each has some megabytes. */
const mostCatalogs = 20;
/** Answers without a catalog, which are small: each edit in a name may ask for another image. */
const mostOthers = 1_000;
/**
 * Milliseconds for which a catalog is in use after somebody asked for it. Files are held to theirs again whenever one arrives: one
 * that takes the place of another that is in use would be followed by that one, and so on for ever.
 */
const inUse = 60_000;

/** What is known of a catalog now. */
export interface CatalogState {
  readonly fact: Fact<Catalog>;
  /** The code of the error where there is one, such as `unauthorized`; empty where the answer has none. */
  readonly code: string;
  /** While it is being opened: bytes of the image that were read, of all that it has. */
  readonly progress?: { readonly read: number; readonly of: number };
  /** While it is being opened: the packages that are known already, in the order in which they were found. */
  readonly early: readonly EarlyPackage[];
  /** Why somebody who had it looked at again learnt nothing: what is known is from before. Left out where that went well. */
  readonly outage?: string;
}

/** The catalogs that somebody has asked for, by their places: `docker://…`, `oci://…`, a folder or a file. */
export interface CatalogDesk {
  /** What is known of a catalog, without asking for it; undefined where nobody has. */
  peek(place: string): CatalogState | undefined;
  /** The same; the first question opens the catalog. */
  ask(place: string, storeFolder?: string): CatalogState;
  /** Settles when it is known or cannot be. Never rejects. */
  whenOpen(place: string, storeFolder?: string): Promise<CatalogState>;
  /** Ends what is being opened: the catalog is as if nobody had asked for it, and so it is after a failure. */
  forget(place: string): void;
  /** Looks whether the place has another catalog now, or has one at last. What is known stays until that is, or where nobody can tell. */
  refresh(place: string, storeFolder?: string): Promise<CatalogState>;
  /** Is told the place of each catalog of which something else is known; gives what ends that. */
  onNews(hear: (place: string) => void): () => void;
}

interface Kept {
  state: CatalogState;
  digest: string;
  /** When somebody last asked for it, in milliseconds since the epoch. */
  askedAt: number;
  /** True where a person asked for this very catalog, and no file only names it. */
  readonly isWanted: boolean;
  /** A catalog that moved is found after a while, and one that failed is asked for again. */
  readonly aging: Aging;
  work: Promise<void>;
  readonly cancel: AbortController;
}

/**
 * Remembers catalogs that a worker opens.
 * @param offline why no registry may be contacted; without trust the disk is left alone, too
 * @param now milliseconds since the epoch
 */
export function catalogDesk(
  catalogs: Pick<WorkerCatalogs, 'open'>,
  offline: () => OfflineReason | undefined,
  now: () => number = Date.now,
): CatalogDesk {
  const known = new Map<string, Kept>();
  const listeners = new Set<(place: string) => void>();
  const tellNews = (place: string) => {
    for (const hear of listeners) hear(place);
  };

  /** The one of some that nobody asked for the longest time. */
  const leastAsked = (all: readonly (readonly [string, Kept])[]) =>
    all.reduce<(typeof all)[number] | undefined>(
      (least, one) => (least === undefined || one[1].askedAt < least[1].askedAt ? one : least),
      undefined,
    );
  const others = (place: string, areCatalogs: boolean) =>
    [...known].filter(
      ([other, { state }]) => other !== place && (state.fact.state === 'known') === areCatalogs,
    );
  /** The catalog that gives way to one more; undefined where there is room, and false where all are in use. */
  const givesWay = (place: string, isWanted: boolean): string | undefined | false => {
    const all = others(place, true);
    if (all.length < mostCatalogs) return undefined;
    const least = leastAsked(all);
    return least !== undefined && (isWanted || now() - least[1].askedAt > inUse) && least[0];
  };

  /** @param unasked true where nobody has asked for it again: then an outage tells nothing new */
  const open = (
    place: string,
    storeFolder: string,
    isWanted: boolean,
    before?: Kept,
    unasked = false,
  ): Kept => {
    const cancel = new AbortController();
    const kept: Kept = {
      askedAt: now(),
      isWanted,
      state: before?.state ?? opening,
      digest: before?.digest ?? '',
      aging: agingOf(/@[a-z0-9]+:[0-9a-f]+$/.test(place)),
      work: Promise.resolve(),
      cancel,
    };
    const change = (state: CatalogState) => {
      if (known.get(place) !== kept) return;
      kept.state = state;
      tellNews(place);
    };
    const during = (news: Partial<CatalogState>) => {
      if (kept.state.fact.state === 'pending') change({ ...kept.state, ...news });
    };
    known.set(place, kept);
    kept.aging.begin();
    const small = others(place, false);
    if (small.length >= mostOthers) {
      const [gone, { cancel: ending }] = leastAsked(small) ?? [place, kept];
      known.delete(gone);
      ending.abort();
    }
    kept.work = catalogs
      .open(place, {
        storeFolder,
        signal: cancel.signal,
        onProgress: (read, of) => during({ progress: { read, of } }),
        onPackages: (packages) => during({ early: [...kept.state.early, ...packages] }),
      })
      .then(({ fact, code, digest }: OpenedInWorker) => {
        const earlier = kept.state.fact;
        const isOutage = earlier.state === 'known' && fact.state === 'failed';
        kept.aging.settle(now(), fact.state === 'known' || (unasked && isOutage));
        if (isOutage) {
          if (!unasked) change({ ...kept.state, outage: fact.reason });
          return;
        }
        if (unasked && fact.state === 'failed' && isSameFailure(earlier, fact.reason)) return;
        // The same catalog stays the same object, so that what was worked out of it stays, too.
        if (fact.state === 'known' && digest === kept.digest) {
          if (kept.state.outage !== undefined) change({ fact: earlier, code: '', early: [] });
          return;
        }
        const gone = fact.state === 'known' && givesWay(place, kept.isWanted);
        if (fact.state === 'known' && gone === false) {
          change(tooMany(place));
          return;
        }
        if (typeof gone === 'string') known.delete(gone);
        kept.digest = digest;
        change({ fact, code, early: [] });
      });
    return kept;
  };

  const untrusted = (place: string): CatalogState | undefined =>
    offline() === 'untrusted'
      ? { fact: { state: 'failed', reason: offlineText('untrusted', place) }, code: 'untrusted', early: [] }
      : undefined;

  return {
    peek: (place) => known.get(place)?.state,
    ask(place, storeFolder = '') {
      const refused = untrusted(place);
      if (refused !== undefined) return refused;
      let kept = known.get(place);
      const hasWaited = kept?.state.code === noRoom && givesWay(place, false) !== false;
      if (kept === undefined || hasWaited) kept = open(place, storeFolder, false);
      else if (kept.aging.isDue(now())) kept = open(place, storeFolder, kept.isWanted, kept, true);
      kept.askedAt = now();
      return kept.state;
    },
    async whenOpen(place, storeFolder = '') {
      const refused = untrusted(place);
      if (refused !== undefined) return refused;
      const before = known.get(place);
      const kept =
        before === undefined || before.state.code === noRoom ? open(place, storeFolder, true) : before;
      kept.askedAt = now();
      await kept.work;
      return kept.state.fact.state === 'pending' ? cancelled : kept.state;
    },
    forget(place) {
      const kept = known.get(place);
      if (kept === undefined) return;
      known.delete(place);
      kept.cancel.abort();
      tellNews(place);
    },
    async refresh(place, storeFolder = '') {
      const refused = untrusted(place);
      if (refused !== undefined) return refused;
      const before = known.get(place);
      before?.cancel.abort();
      const kept = open(place, storeFolder, true, before?.state.fact.state === 'known' ? before : undefined);
      tellNews(place);
      await kept.work;
      return kept.state.fact.state === 'pending' ? cancelled : kept.state;
    },
    onNews(hear) {
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
  };
}

/** The code of a catalog that was opened and is not kept. */
const noRoom = 'noRoom';

function tooMany(place: string): CatalogState {
  const reason = t(
    '{0} catalogs are in use already; {1} is opened again when one of them is not any more',
    mostCatalogs,
    place,
  );
  return { fact: { state: 'failed', reason }, code: noRoom, early: [] };
}

function isSameFailure(fact: Fact<Catalog>, reason: string): boolean {
  return fact.state === 'failed' && fact.reason === reason;
}

const opening: CatalogState = { fact: { state: 'pending' }, code: '', early: [] };
const cancelled: CatalogState = {
  fact: { state: 'failed', reason: t('The opening was cancelled') },
  code: 'cancelled',
  early: [],
};

/** Opens nothing: the desk of a server that has no facts yet. */
export const closedDesk: CatalogDesk = {
  peek: () => undefined,
  ask: () => opening,
  whenOpen: async () => cancelled,
  forget: () => {},
  refresh: async () => cancelled,
  onNews: () => () => {},
};
