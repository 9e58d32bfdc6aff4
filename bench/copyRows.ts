import type { Cost } from './catalogTask.ts';
import { type Costs, measureCopies, measureSmall } from './copy.ts';
import { measureLargeBlob, measureManyImages } from './copyMemory.ts';
import { median } from './statistics.ts';

/** What was measured, its value, and what that is compared with. */
export type Row = readonly [name: string, value: string, note: string];

/** The parts of the bench, each of which can be run alone. */
export const copyParts = ['large', 'small', 'memory'] as const;

/**
 * Measures copies of images between registries and layouts of this machine.
 * @param repeats how often each program runs; what is told is the median
 */
export async function copyRows(folder: string, parts: readonly string[], repeats: number): Promise<Row[]> {
  const rows: Row[] = [];
  if (parts.includes('large')) rows.push(...(await largeRows(folder, repeats)));
  if (parts.includes('small')) rows.push(...(await smallRows(folder, repeats)));
  if (parts.includes('memory')) rows.push(...(await memoryRows(folder)));
  return rows;
}

async function largeRows(folder: string, repeats: number): Promise<Row[]> {
  const { megabytes, ways } = await measureCopies(folder, repeats);
  return ways.flatMap(({ name, ours, floor, skopeo, skopeoByFour, rewrite }) => [
    [`60 images, ${megabytes} MB, ${name}`, words(ours), `${ratio(ours, floor, 'the floor')}; goal: 1.05`],
    ['  the floor', words(floor), ''],
    ['  skopeo copy --all, one by one', words(skopeo), `${ratio(ours, skopeo, 'that')}; goal: 0.35`],
    [
      '  skopeo copy --all, four at a time',
      words(skopeoByFour),
      `${ratio(ours, skopeoByFour, 'that')}; goal: 0.35`,
    ],
    ...(rewrite === undefined
      ? []
      : [
          [
            '  the same bytes read, hashed and written',
            words(rewrite),
            `${ratio(ours, rewrite, 'that')}; goal: 1.3`,
          ] as const,
        ]),
  ]);
}

async function smallRows(folder: string, repeats: number): Promise<Row[]> {
  const count = 2000;
  const { ours, floor, again } = await measureSmall(folder, count, repeats);
  const share = (100 * medianOf(again)) / medianOf(ours);
  return [
    [
      `${count.toLocaleString('en')} small images, registry → registry`,
      words(ours),
      `${ratio(ours, floor, 'the floor')}; goal: 1.1`,
    ],
    ['  the floor', words(floor), ''],
    ['  the second time', words(again), `${share.toFixed(1)} % of the first; goal: 3 %`],
  ];
}

async function memoryRows(folder: string): Promise<Row[]> {
  const large = await measureLargeBlob(folder);
  const many = await measureManyImages(folder, 20_000);
  return [
    ['memory with a blob of 4 GB', `${Math.round(large.peak)} MB`, `${words([large])}; goal: 300 MB`],
    ['memory with 20,000 images', `${Math.round(many.peak)} MB`, `${words([many])}; goal: 300 MB`],
  ];
}

function words(costs: Costs): string {
  const clock = `${(medianOf(costs) / 1000).toFixed(2)} s`;
  const processor = median(costs.map((cost) => cost.processor));
  return Number.isNaN(processor) ? clock : `${clock}, of the processor ${(processor / 1000).toFixed(2)} s`;
}

/** By the clock; each run against the one beside it, since others may use the machine. */
function ratio(ours: Costs, others: Costs, than: string): string {
  const ratios = ours.map(({ clock }, at) => clock / (others[at] as Cost).clock);
  return `${median(ratios).toFixed(2)} × ${than}`;
}

function medianOf(costs: Costs): number {
  return median(costs.map(({ clock }) => clock));
}
