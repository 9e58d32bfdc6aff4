import { parentPort, workerData } from 'node:worker_threads';
import { messageOf, UserError } from '../base/errors.ts';
import { Limiter } from '../base/limiter.ts';
import { PackedTranslation, speak } from '../base/sentences.ts';
import { catalogImages } from '../catalog/catalogImages.ts';
import { packCatalog, packedAsOne } from '../database/packedCatalog.ts';
import type { Progress } from '../indexImages/catalogFolder.ts';
import { openCatalogs } from './catalogs.ts';
import { goLast } from './goLast.ts';
import type { CatalogAnswer, CatalogNews, CatalogQuestion, WorkerData } from './workerCatalogs.ts';

// What a worker thread of the server runs: it opens catalogs, so that reading layers and parsing texts delays no keystroke.

const { access, offline, folder, translation } = workerData as WorkerData;
if (translation !== undefined) speak(new PackedTranslation(translation.language, translation.packed));
goLast();
const opened = openCatalogs(access, offline, folder);

/** Each may take hundreds of megabytes while it is read; a registry that is slow holds up one. */
const atATime = new Limiter(2);
const running = new Map<number, AbortController>();

parentPort?.on('message', (question: CatalogQuestion) => {
  if ('cancel' in question) running.get(question.number)?.abort();
  else void answer(question);
});

async function answer(question: Extract<CatalogQuestion, { text: string }>): Promise<void> {
  const { number, text, storeFolder, store, wish, known } = question;
  const cancel = new AbortController();
  running.set(number, cancel);
  const tell = (said: CatalogAnswer | CatalogNews, transferred: ArrayBuffer[] = []) =>
    parentPort?.postMessage({ number, ...said }, transferred);
  try {
    const { signal } = cancel;
    const catalogs = await opened;
    const open = () =>
      catalogs.open({
        text,
        storeFolder,
        store,
        signal,
        progress: seldom((read, of) => tell({ read, of })),
        onPackages: (packages) => tell({ packages }),
      });
    await unlessLost(async () => {
      const { catalog, digest } = await atATime.run(open, signal);
      if (digest === known) {
        tell({ state: 'same' });
      } else if (wish === 'images') {
        // Thousands of bundles are unpacked for what is a list of names: not there where somebody types.
        tell({ state: 'images', images: catalogImages(catalog), digest });
      } else {
        // All of it is handed over in one piece, which costs the thread that takes it nothing.
        const { packed, buffer } = packedAsOne(packCatalog(catalog));
        tell({ state: 'known', packed, digest }, [buffer]);
      }
    });
  } catch (error) {
    const code = error instanceof UserError ? error.code : '';
    tell({ state: code === 'missing' ? 'missing' : 'failed', reason: messageOf(error), code });
  } finally {
    running.delete(number);
  }
}

/** Does it once more where what was kept of a catalog turns out to be lost: then it is forgotten, and read anew. */
async function unlessLost(task: () => Promise<void>): Promise<void> {
  try {
    await task();
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'lostCatalog') throw error;
    await task();
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
