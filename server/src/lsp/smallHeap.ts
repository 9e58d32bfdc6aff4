import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from 'node:v8';

const megabyte = 1024 * 1024;
/** Above that V8 has room enough, whatever it does. */
const roomy = 512 * megabyte;
/** For what one keystroke needs and nobody needs afterwards. */
const young = 8 * megabyte;

/**
 * Lets a server work in a small heap, as of `--max-old-space-size=96` or of a small machine. V8 lets its young generation grow
 * to 64 MB while a large file is read, and from then on keeps as much free for it in the old one. Where half of what is
 * left is less than that, it collects all garbage at each keystroke, although two thirds of the heap are empty. So where the
 * heap is small, the young generation gets a size at once and keeps it.
 */
export function fitSmallHeap(): void {
  if (getHeapStatistics().heap_size_limit >= roomy) return;
  setFlagsFromString('--semi-space-growth-factor=8');
  growYoungGeneration();
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** It grows when more has outlived a collection than it can hold, so a little does that here. */
function growYoungGeneration(): void {
  const kept: object[] = [];
  for (let round = 0; round < 100 && youngGeneration() < young; round++)
    for (let count = 0; count < 2_000; count++) kept.push({ round, count });
}

function youngGeneration(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? young;
}
