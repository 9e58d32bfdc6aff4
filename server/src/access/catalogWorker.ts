import { parentPort, workerData } from 'node:worker_threads';
import { messageOf, UserError } from '../base/errors.ts';
import { speak } from '../base/sentences.ts';
import { packCatalog, packedAsOne } from '../database/packedCatalog.ts';
import type { Progress } from '../indexImages/indexImage.ts';
import { openCatalogs } from './catalogs.ts';
import type { CatalogAnswer, CatalogNews, CatalogQuestion, WorkerData } from './workerCatalogs.ts';

// What a worker thread of the server runs: it opens catalogs, so that reading layers and parsing texts delays no keystroke.

const { access, offline, folder, language } = workerData as WorkerData;
speak(language);
const opened = openCatalogs(access, offline, folder);

const running = new Map<number, AbortController>();

parentPort?.on('message', (question: CatalogQuestion) => {
  if ('cancel' in question) running.get(question.number)?.abort();
  else void answer(question);
});

async function answer({
  number,
  text,
  storeFolder,
}: Extract<CatalogQuestion, { text: string }>): Promise<void> {
  const cancel = new AbortController();
  running.set(number, cancel);
  const tell = (said: CatalogAnswer | CatalogNews, transferred: ArrayBuffer[] = []) =>
    parentPort?.postMessage({ number, ...said }, transferred);
  try {
    const { signal } = cancel;
    const catalogs = await opened;
    const { catalog, digest } = await catalogs.open({
      text,
      storeFolder,
      signal,
      progress: seldom((read, of) => tell({ read, of })),
      onPackages: (packages) => tell({ packages }),
    });
    // All of it is handed over in one piece, which costs the thread that takes it nothing.
    const { packed, buffer } = packedAsOne(packCatalog(catalog));
    tell({ state: 'known', packed, digest }, [buffer]);
  } catch (error) {
    const code = error instanceof UserError ? error.code : '';
    tell({ state: code === 'missing' ? 'missing' : 'failed', reason: messageOf(error), code });
  } finally {
    running.delete(number);
  }
}

/** Milliseconds between two words about how far something is. */
const pause = 100;

function seldom(report: Progress): Progress {
  let last = Number.NEGATIVE_INFINITY;
  return (read, of) => {
    const now = performance.now();
    if (now - last < pause && read < of) return;
    last = now;
    report(read, of);
  };
}
