import { Worker } from 'node:worker_threads';
import { messageOf } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
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

/** A catalog that is to be opened, as `catalogPlace` takes its name. */
export interface CatalogQuestion {
  readonly number: number;
  readonly text: string;
}

export type CatalogAnswer =
  | { readonly state: 'known'; readonly packed: PackedCatalog }
  | { readonly state: 'missing' | 'failed'; readonly reason: string };

/** Opens catalogs in a worker thread, until it is closed. */
export interface WorkerCatalogs {
  /** Never rejects. */
  open(text: string): Promise<Exclude<Fact<Catalog>, { readonly state: 'pending' }>>;
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
  const workerData: WorkerOptions = { access: { ...others, environment: plain }, offline, folder };
  const waiting = new Map<number, (answer: CatalogAnswer) => void>();
  let worker: Worker | undefined;
  let asked = 0;

  const fail = (from: Worker, reason: string) => {
    if (worker !== from) return;
    worker = undefined;
    for (const settle of waiting.values()) settle({ state: 'failed', reason });
    waiting.clear();
  };

  const start = (): Worker => {
    const started = new Worker(program, { workerData });
    started.unref();
    started.on('message', ({ number, ...answer }: CatalogAnswer & { readonly number: number }) => {
      waiting.get(number)?.(answer);
      waiting.delete(number);
      if (waiting.size > 0 || worker !== started) return;
      worker = undefined;
      void started.terminate();
    });
    started.on('error', (error) => fail(started, messageOf(error)));
    started.on('exit', () => fail(started, t('the thread that opens catalogs has ended')));
    return started;
  };

  const ask = async (text: string): Promise<CatalogAnswer> => {
    const number = asked++;
    worker ??= start();
    const at = worker;
    return new Promise((resolve) => {
      waiting.set(number, resolve);
      at.postMessage({ number, text } satisfies CatalogQuestion);
    });
  };

  return {
    async open(text) {
      const answer = await ask(text).catch(
        (error: unknown): CatalogAnswer => ({ state: 'failed', reason: messageOf(error) }),
      );
      if (answer.state !== 'known') return answer;
      const catalog = unpackCatalog(answer.packed);
      if (catalog === undefined) return { state: 'failed', reason: t('{0} could not be read', text) };
      return { state: 'known', value: catalog, at: Date.now() };
    },
    async close() {
      const last = worker;
      worker = undefined;
      for (const settle of waiting.values())
        settle({ state: 'failed', reason: t('the settings have changed') });
      waiting.clear();
      await last?.terminate();
    },
  };
}
