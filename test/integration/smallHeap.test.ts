import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type MemoryRun, measureMemory } from '../../bench/memory.ts';

const source = join(import.meta.dirname, '../../server/src');

/** How many bytes the young generation takes in a process that does something first and then makes a lot that lives on. */
function youngGeneration(megabytes: number, first: string): number {
  const script = `
    import { getHeapSpaceStatistics } from 'node:v8';
    import { fitSmallHeap } from ${JSON.stringify(join(source, 'lsp/smallHeap.ts'))};
    import { keepYoungGenerationSmall, letYoungGenerationGrow } from ${JSON.stringify(join(source, 'access/youngGeneration.ts'))};
    ${first};
    const kept = [];
    for (let count = 0; count < 400_000; count++) kept.push({ count, text: \`line \${count}\` });
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    console.log(kept.length > 0 ? young.space_size : 0);`;
  const node = [`--max-old-space-size=${megabytes}`, '--input-type=module', '-e', script];
  return Number(
    execFileSync(process.execPath, node, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  );
}

const megabyte = 1024 * 1024;

it('leaves the room in a small heap to what lives on, and a large one as it is', () => {
  expect(youngGeneration(96, 'fitSmallHeap()')).toBeLessThanOrEqual(16 * megabyte);
  expect(youngGeneration(2_000, 'fitSmallHeap()')).toBeGreaterThan(16 * megabyte);
});

it('keeps the young generation small while files are read, and lets it grow from then on', () => {
  expect(youngGeneration(2_000, 'keepYoungGenerationSmall()')).toBeLessThanOrEqual(4 * megabyte);
  expect(youngGeneration(2_000, 'keepYoungGenerationSmall(); letYoungGenerationGrow()')).toBeGreaterThan(
    16 * megabyte,
  );
  expect(youngGeneration(96, 'keepYoungGenerationSmall(); fitSmallHeap()')).toBeGreaterThan(4 * megabyte);
});

it('has no code in a small heap that holds what it was made for', () => {
  // https://github.com/v8/v8/blob/main/src/runtime/runtime.h: what V8 tells its own tests.
  const script = `
    import { fitSmallHeap } from ${JSON.stringify(join(source, 'lsp/smallHeap.ts'))};
    fitSmallHeap();
    console.log(%IsMaglevEnabled());`;
  const node = ['--allow-natives-syntax', '--input-type=module', '-e', script];
  const answer = (megabytes: number) =>
    execFileSync(process.execPath, [`--max-old-space-size=${megabytes}`, ...node], { encoding: 'utf8' });
  expect(answer(96)).toBe('false\n');
  expect(answer(2_000)).toBe('true\n');
});

it('types in a mapping.txt of 3,000 lines and the mirror set beside it in a heap of 96 MB as in a large one', async () => {
  const question = { edits: 160, every: 80 };
  const small = await measureMemory({ ...question, heap: 96 });
  expect(small.done).toBe(160);
  const large = await measureMemory({ ...question, heap: 400 });
  // Seconds in which the server had a processor, where that is told: others may be busy meanwhile.
  const cost = ({ parts }: MemoryRun) => parts[1]?.processor ?? parts[1]?.seconds ?? Number.NaN;
  expect(cost(small)).toBeLessThan(3 * cost(large));
});
