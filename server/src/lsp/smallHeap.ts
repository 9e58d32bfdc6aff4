import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from 'node:v8';

const megabyte = 1024 * 1024;
/** Above that V8 has room enough, whatever it does. */
const roomy = 512 * megabyte;
/** Both halves of the young generation: for what one keystroke needs and nobody needs afterwards. */
const young = 16 * megabyte;
/** What V8 begins with, and comes back to. */
const smallest = 2 * megabyte;
/** Milliseconds until it is looked after again: V8 makes it smaller when little happens. */
const pause = 10_000;

/** True for a heap as of `--max-old-space-size=96` or of a small machine. */
export function isSmallHeap(): boolean {
  return getHeapStatistics().heap_size_limit < roomy;
}

/**
 * Lets a server work in a small heap; in a large one it does nothing. V8 lets its young generation grow to 64 MB while a large
 * file is read, and from then on keeps as much free for it in the old one. Where half of what is left is less than that, it
 * collects all garbage at each keystroke, although two thirds of the heap are empty. So where the heap is small, the young
 * generation is given a size, and never grows by itself.
 */
export function fitSmallHeap(): void {
  if (!isSmallHeap()) return;
  forgetWhatCodeWasMadeFor();
  sizeYoungGeneration();
  setInterval(sizeYoungGeneration, pause).unref();
}

/**
 * Code of V8's middle tier holds the very objects that it was made for, for as long as it is good: that was a quarter of the heap,
 * texts and findings of files as they were hours ago. The tiers below and above do the work nearly as fast.
 */
function forgetWhatCodeWasMadeFor(): void {
  setFlagsFromString('--no-maglev');
}

/** It grows when more has outlived a collection than it can hold, so a little does that here. */
function sizeYoungGeneration(): void {
  const before = youngGeneration();
  if (before <= young / 2) {
    setFlagsFromString(`--semi-space-growth-factor=${Math.floor(young / Math.max(before, smallest))}`);
    const kept: object[] = [];
    for (let round = 0; round < 100 && youngGeneration() <= young / 2; round++)
      for (let count = 0; count < 2_000; count++) kept.push({ round, count });
  }
  setFlagsFromString('--semi-space-growth-factor=1');
}

function youngGeneration(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? young;
}
