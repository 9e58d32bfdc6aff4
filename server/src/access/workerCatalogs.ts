import { Worker } from 'node:worker_threads';
import { messageOf } from '../base/errors.ts';
import { type PackedTranslation, spoken, t } from '../base/sentences.ts';
import type { CatalogImages } from '../catalog/catalogImages.ts';
import type { Catalog } from '../catalog/model.ts';
import { type PackedCatalog, unpackCatalog } from '../database/packedCatalog.ts';
import type { Fact } from '../workspace/facts.ts';
import type { Access } from './access.ts';

/** What a worker is started with. */
export interface WorkerOptions {
  readonly access: Access;
  /** True where no registry may be contacted: what is kept and what is on the disk is all there is then. */
  readonly offline: boolean;
  /** Where catalogs are kept; beside the facts of the command line when left out. */
  readonly folder: string | undefined;
}

/** The same, as the thread gets it. */
export interface WorkerData extends WorkerOptions {
  /** The language of the person: a thread has none of its own. */
  readonly translation: Pick<PackedTranslation, 'language' | 'packed'> | undefined;
}

/** A catalog that is to be opened, as `catalogPlace` takes its name; or one that nobody wants any more. */
export type CatalogQuestion =
  | {
      readonly number: number;
      readonly text: string;
      readonly storeFolder: string;
      readonly store: string | undefined;
      readonly wish: CatalogWish;
      /** The digest of what is known under this name: it need not be told again. */
      readonly known: string | undefined;
    }
  | { readonly number: number; readonly cancel: true };

/** What somebody wants to have of a catalog: all of it, or the images that it names. */
export type CatalogWish = 'catalog' | 'images';

export type CatalogAnswer =
  | { readonly state: 'known'; readonly packed: PackedCatalog; readonly digest: string }
  | { readonly state: 'images'; readonly images: CatalogImages; readonly digest: string }
  | { readonly state: 'same' }
  | { readonly state: 'missing' | 'failed'; readonly reason: string; readonly code: string };

/** A package of which nothing but this is known yet. */
export interface EarlyPackage {
  readonly name: string;
  readonly defaultChannel: string;
}

/** What a worker tells before it has the answer. */
export type CatalogNews =
  | { readonly read: number; readonly of: number }
  | { readonly packages: readonly EarlyPackage[] };

/** How a catalog is to be opened, and who is told what of it is known by and by. */
export interface OpeningOptions {
  /** The folder that holds the `v2/` of a `file://` image. */
  readonly storeFolder?: string;
  /** As `CatalogRequest` has it. */
  readonly store?: string | undefined;
  readonly signal?: AbortSignal;
  readonly onProgress?: (read: number, of: number) => void;
  readonly onPackages?: (packages: readonly EarlyPackage[]) => void;
}

export interface OpenedInWorker {
  readonly fact: Exclude<Fact<Catalog>, { readonly state: 'pending' }>;
  /** Of the error; empty where there is none. */
  readonly code: string;
  /** Of what the catalog was read from; empty where it was not read. */
  readonly digest: string;
}

/** What a catalog names; undefined where it is the one that was known, so that nothing is new. */
export type ImagesInWorker =
  | { readonly fact: Exclude<Fact<CatalogImages>, { readonly state: 'pending' }>; readonly digest: string }
  | undefined;

/** Opens catalogs in a worker thread, until it is closed. */
export interface WorkerCatalogs {
  /** Never rejects. */
  open(text: string, options?: OpeningOptions): Promise<OpenedInWorker>;
  /**
   * The images that a catalog names: nothing else of it comes over. Never rejects.
   * @param known the digest of the catalog of which they are known; empty where none is
   */
  images(text: string, known: string, options?: OpeningOptions): Promise<ImagesInWorker>;
  close(): Promise<void>;
}

/**
 * Opens catalogs beside the thread that answers keystrokes: of a catalog only its bytes come over, and a package is read from them
 * when somebody asks for it. The thread is there while something is being opened.
 * @param program the bundle of `catalogWorker.ts`
 */
export function workerCatalogs(program: string, { access, offline, folder }: WorkerOptions): WorkerCatalogs {
  const { report: _report, environment, ...others } = access;
  // The environment of a process is no plain object, and what is none cannot be handed over.
  const plain = { ...environment, env: { ...environment.env } };
  const options: WorkerOptions = { access: { ...others, environment: plain }, offline, folder };
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let asked = 0;

  const fail = (from: Worker, reason: string) => {
    if (worker !== from) return;
    worker = undefined;
    for (const { settle } of waiting.values()) settle({ state: 'failed', reason, code: '' });
    waiting.clear();
  };

  const start = (): Worker => {
    const workerData: WorkerData = { ...options, translation: packedTranslation() };
    const started = new Worker(program, { workerData });
    started.unref();
    started.on(
      'message',
      ({ number, ...said }: (CatalogAnswer | CatalogNews) & { readonly number: number }) => {
        if (!('state' in said)) {
          waiting.get(number)?.hear(said);
          return;
        }
        waiting.get(number)?.settle(said);
        waiting.delete(number);
        if (waiting.size > 0 || worker !== started) return;
        worker = undefined;
        void started.terminate();
      },
    );
    started.on('error', (error) => fail(started, messageOf(error)));
    started.on('exit', () => fail(started, t('the thread that opens catalogs has ended')));
    return started;
  };

  const ask = async (
    text: string,
    options: OpeningOptions,
    wish: CatalogWish,
    known?: string,
  ): Promise<CatalogAnswer> => {
    const { storeFolder = '', store, signal, onProgress, onPackages } = options;
    signal?.throwIfAborted();
    const number = asked++;
    worker ??= start();
    const at = worker;
    const send = (question: CatalogQuestion) => at.postMessage(question);
    const cancel = () => waiting.has(number) && send({ number, cancel: true });
    signal?.addEventListener('abort', cancel, { once: true });
    const answer = new Promise<CatalogAnswer>((settle) => {
      const hear = (news: CatalogNews) => {
        if ('packages' in news) onPackages?.(news.packages);
        else onProgress?.(news.read, news.of);
      };
      waiting.set(number, { settle, hear });
      send({ number, text, storeFolder, store, wish, known });
    });
    // Whoever remembers the signal would remember the thread with it.
    return answer.finally(() => signal?.removeEventListener('abort', cancel));
  };

  return {
    async open(text, options = {}) {
      const answer = await ask(text, options, 'catalog').catch(failed);
      if (answer.state === 'missing' || answer.state === 'failed') {
        const { state, reason, code } = answer;
        return { fact: { state, reason }, code, digest: '' };
      }
      if (answer.state !== 'known') throw new Error('the worker answered another question');
      const catalog = unpackCatalog(answer.packed);
      if (catalog === undefined) {
        const reason = t('{0} could not be read', text);
        return { fact: { state: 'failed', reason }, code: '', digest: '' };
      }
      return { fact: { state: 'known', value: catalog, at: Date.now() }, code: '', digest: answer.digest };
    },
    async images(text, known, options = {}) {
      const answer = await ask(text, options, 'images', known).catch(failed);
      if (answer.state === 'missing' || answer.state === 'failed')
        return { fact: { state: answer.state, reason: answer.reason }, digest: '' };
      if (answer.state !== 'images') return undefined;
      return { fact: { state: 'known', value: answer.images, at: Date.now() }, digest: answer.digest };
    },
    async close() {
      const last = worker;
      worker = undefined;
      for (const { settle } of waiting.values())
        settle({ state: 'failed', reason: t('the settings have changed'), code: '' });
      waiting.clear();
      await last?.terminate();
    },
  };
}

function failed(error: unknown): Extract<CatalogAnswer, { readonly code: string }> {
  return { state: 'failed', reason: messageOf(error), code: '' };
}

/** Who waits for an answer. */
interface Waiting {
  settle(answer: CatalogAnswer): void;
  hear(news: CatalogNews): void;
}

function packedTranslation(): WorkerData['translation'] {
  const { language, packed } = spoken();
  return language === undefined || packed === undefined ? undefined : { language, packed };
}
