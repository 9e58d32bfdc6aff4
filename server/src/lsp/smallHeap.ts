import { getHeapStatistics, setFlagsFromString } from 'node:v8';

/** Above that V8 has room enough, whatever it does. */
const roomy = 512 * 1024 * 1024;

/**
 * Lets a server work in a small heap, as of `--max-old-space-size=96` or of a small machine. V8 lets its young generation grow
 * to 64 MB while a large file is read, and from then on keeps as much free for it in the old one. Where half of what is
 * left is less than that, it collects all garbage at each keystroke, although two thirds of the heap are empty. So where the
 * heap is small, the young generation stays small too.
 */
export function fitSmallHeap(): void {
  if (getHeapStatistics().heap_size_limit < roomy) setFlagsFromString('--semi-space-growth-factor=1');
}
