import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/**
 * Keeps V8's young generation as small as it begins. It would grow up to thirty times while a large file is read, although
 * nearly all that is made then stays: nothing is gained but memory that is touched once, which costs a command a quarter of
 * its time where the system is slow to give it. Call it before anything is read.
 */
export function keepYoungGenerationSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** Lets it grow again, as it does by itself: for who makes much that is soon garbage, such as answers to each keystroke. */
export function letYoungGenerationGrow(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
}

const mebibyte = 1024 * 1024;
/** Bytes after which the young generation of a long run grows no more. V8 by itself goes on to several times as much. */
const enough = 16 * mebibyte;

/** Images after which memory counts more than a fifth of the processor's time. */
const manyImages = 5_000;

/**
 * For a run that copies images: thousands of requests and their streams are soon garbage. To be called when it is known how many there
 * are, and before the first is copied.
 */
export function growForImages(count: number): void {
  if (count > manyImages) growSparingly();
  else letYoungGenerationGrow();
}

/**
 * Lets the heap grow by so many percent of what is alive, where V8 waits for three times as much with all the memory of a machine before
 * it. For what may read and write files that name tens of thousands of images; to be called before they are read.
 */
export function growHeapByLittle(): void {
  setFlagsFromString('--heap-growing-percent=50');
}

/**
 * Lets the young generation grow so far that what is soon garbage dies in it, and the rest of the heap by little at a time: for a run
 * that takes long and should take little memory, such as a copy of 20,000 images. It costs a fifth of the
 * processor's time.
 */
function growSparingly(): void {
  growHeapByLittle();
  const watcher = new PerformanceObserver(() => {
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    if ((young?.space_size ?? 0) < enough) return;
    keepYoungGenerationSmall();
    watcher.disconnect();
  });
  const begin = () => {
    letYoungGenerationGrow();
    watcher.observe({ entryTypes: ['gc'] });
  };
  // What is read first stays: while it is, the young generation would grow to its most before anybody could see it.
  setTimeout(begin, 500).unref();
}
