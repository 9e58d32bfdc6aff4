import { parentPort, workerData } from 'node:worker_threads';
import { messageOf, UserError } from '../base/errors.ts';
import { packCatalog } from '../database/packedCatalog.ts';
import { openCatalogs } from './catalogs.ts';
import type { CatalogAnswer, CatalogQuestion, WorkerOptions } from './workerCatalogs.ts';

// What a worker thread of the server runs: it opens catalogs, so that reading layers and parsing texts delays no keystroke.

const { access, offline, folder } = workerData as WorkerOptions;
const opened = openCatalogs(access, offline, folder);

parentPort?.on('message', ({ number, text }: CatalogQuestion) => {
  void answer(text).then((reply) => parentPort?.postMessage({ number, ...reply }));
});

async function answer(text: string): Promise<CatalogAnswer> {
  try {
    const catalogs = await opened;
    const { catalog } = await catalogs.open({ text, storeFolder: '', signal: new AbortController().signal });
    return { state: 'known', packed: packCatalog(catalog) };
  } catch (error) {
    const state = error instanceof UserError && error.code === 'missing' ? 'missing' : 'failed';
    return { state, reason: messageOf(error) };
  }
}
