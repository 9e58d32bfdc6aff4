import { t } from '../base/sentences.ts';
import type { Catalog } from '../catalog/model.ts';
import { type OfflineReason, offlineText } from '../lookup/offline.ts';
import type { Fact } from '../workspace/facts.ts';
import type { EarlyPackage, OpenedInWorker, WorkerCatalogs } from './workerCatalogs.ts';

/** Catalogs that are remembered at a time: each has some megabytes. */
const mostRemembered = 20;

/** What is known of a catalog now. */
export interface CatalogState {
  readonly fact: Fact<Catalog>;
  /** The code of the error where there is one, such as `unauthorized`; empty where the answer has none. */
  readonly code: string;
  /** While it is being opened: bytes of the image that were read, of all that it has. */
  readonly progress?: { readonly read: number; readonly of: number };
  /** While it is being opened: the packages that are known already, in the order in which they were found. */
  readonly early: readonly EarlyPackage[];
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
  /** Looks whether the place has another catalog now, or has one at last. What is known stays until that is. */
  refresh(place: string, storeFolder?: string): Promise<CatalogState>;
  /** Is told the place of each catalog of which something else is known; gives what ends that. */
  onNews(hear: (place: string) => void): () => void;
}

interface Kept {
  state: CatalogState;
  digest: string;
  work: Promise<void>;
  readonly cancel: AbortController;
}

/**
 * Remembers catalogs that a worker opens.
 * @param offline why no registry may be contacted; without trust the disk is left alone, too
 */
export function catalogDesk(catalogs: WorkerCatalogs, offline: () => OfflineReason | undefined): CatalogDesk {
  const known = new Map<string, Kept>();
  const listeners = new Set<(place: string) => void>();
  const tellNews = (place: string) => {
    for (const hear of listeners) hear(place);
  };

  const open = (place: string, storeFolder: string, before?: Kept): Kept => {
    const cancel = new AbortController();
    const kept: Kept = {
      state: before?.state ?? opening,
      digest: before?.digest ?? '',
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
    const [oldest] = known.keys();
    known.delete(place);
    if (known.size >= mostRemembered && oldest !== undefined) known.delete(oldest);
    known.set(place, kept);
    kept.work = catalogs
      .open(place, {
        storeFolder,
        signal: cancel.signal,
        onProgress: (read, of) => during({ progress: { read, of } }),
        onPackages: (packages) => during({ early: [...kept.state.early, ...packages] }),
      })
      .then(({ fact, code, digest }: OpenedInWorker) => {
        // The same catalog stays the same object, so that what was worked out of it stays, too.
        if (fact.state === 'known' && digest === kept.digest) return;
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
    ask: (place, storeFolder = '') =>
      untrusted(place) ?? (known.get(place) ?? open(place, storeFolder)).state,
    async whenOpen(place, storeFolder = '') {
      const refused = untrusted(place);
      if (refused !== undefined) return refused;
      const kept = known.get(place) ?? open(place, storeFolder);
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
      const kept = open(place, storeFolder, before?.state.fact.state === 'known' ? before : undefined);
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
