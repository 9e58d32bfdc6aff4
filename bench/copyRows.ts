import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DockerRegistry } from '../test/support/dockerRegistry.ts';
import { type Comparable, type Comparison, type Contender, comparables, type Round } from './copy.ts';
import { type CommandCost, copyPrograms, costOf } from './copyPrograms.ts';
import { median } from './statistics.ts';

/** What one round cost each contender, by its name. */
type Costs = ReadonlyMap<string, CommandCost>;

/** What is measured. */
export interface CopyBench {
  /** The comparisons, by their names in `comparables`; all where there are none. */
  readonly only: readonly string[];
  /** How often each contender runs. */
  readonly repeats: number;
  readonly smallCount: number;
  readonly manyCount: number;
}

/**
 * Compares copies of images on this machine, and prints what came of each comparison as soon as its rounds are done.
 * @throws for a name that there is not
 */
export async function benchCopies(
  folder: string,
  { only, repeats, smallCount, manyCount }: CopyBench,
): Promise<void> {
  const all = comparables(smallCount, manyCount);
  const unknown = only.find((id) => all.every((one) => one.id !== id));
  if (unknown !== undefined) throw new Error(`${unknown} is none of ${all.map(({ id }) => id).join(', ')}`);
  const programs = copyPrograms(folder);
  for (const comparable of all) {
    if (only.length > 0 && !only.includes(comparable.id)) continue;
    const own = mkdtempSync(join(folder, `${comparable.id}-`));
    const comparison = await comparable.prepare(programs, own);
    try {
      const rounds = await inTurn(comparable, comparison, own, comparable.once ? 1 : repeats);
      print(comparable, comparison.contenders, rounds);
    } finally {
      await comparison.end();
      rmSync(own, { recursive: true });
    }
  }
}

/** Each contender once, in turn, so many times: whatever disturbs the machine disturbs all of them. */
async function inTurn(
  { id }: Comparable,
  { contenders, sources }: Comparison,
  folder: string,
  repeats: number,
): Promise<Costs[]> {
  const rounds: Costs[] = [];
  for (let number = 1; number <= repeats; number++) {
    const costs = new Map<string, CommandCost>();
    let round: Round | undefined;
    for (const { name, command, continues } of contenders) {
      if (round === undefined || continues !== true) {
        await leave(round);
        round = { destination: await DockerRegistry.start(), folder: mkdtempSync(join(folder, 'round-')) };
      }
      const serving = [...sources, round.destination].map(({ processId }) => processId);
      costs.set(name, await costOf(command(round), serving));
    }
    await leave(round);
    rounds.push(costs);
    const told = [...costs].map(([name, { clock }]) => `${name} ${seconds(clock)}`).join(', ');
    console.error(`${id}, round ${number} of ${repeats}: ${told}`);
  }
  return rounds;
}

async function leave(round: Round | undefined): Promise<void> {
  if (round === undefined) return;
  await round.destination.stop();
  rmSync(round.folder, { recursive: true });
}

function print({ name }: Comparable, contenders: readonly Contender[], rounds: readonly Costs[]): void {
  console.log(`\n${name}: medians of ${rounds.length}`);
  const width = Math.max(...contenders.map((contender) => contender.name.length));
  for (const contender of contenders) {
    const of = (what: keyof CommandCost) =>
      median(rounds.map((costs) => costs.get(contender.name)?.[what] ?? Number.NaN));
    const cost = [
      seconds(of('clock')).padStart(8),
      `processor ${seconds(of('processor'))}, registries ${seconds(of('others'))}`,
      `${Math.round(of('peak'))} MB`,
    ].join('; ');
    console.log(`  ${contender.name.padEnd(width)} ${cost}`);
    for (const line of goalLines(contender, rounds)) console.log(`  ${' '.repeat(width)}   ${line}`);
  }
}

/** Each round against itself, since others may use the machine. */
function goalLines({ name, goals = [] }: Contender, rounds: readonly Costs[]): string[] {
  return goals.map((goal) => {
    if ('megabytes' in goal) {
      const most = Math.max(...rounds.map((costs) => costs.get(name)?.peak ?? Number.NaN));
      return `${Math.round(most)} MB at most; ${verdict(most, goal.megabytes)}`;
    }
    const { than, most } = goal;
    const ratio = (cost: (one: CommandCost) => number) =>
      median(
        rounds.map((costs) => {
          const [own, other] = [costs.get(name), costs.get(than)];
          return own === undefined || other === undefined ? Number.NaN : cost(own) / cost(other);
        }),
      );
    const clock = ratio(({ clock }) => clock);
    const processor = ratio(({ processor }) => processor);
    const all = ratio(({ processor, others }) => processor + others);
    return `${clock.toFixed(3)} × ${than}; ${verdict(clock, most)} (by the processor ${processor.toFixed(2)}, with the registries' ${all.toFixed(2)})`;
  });
}

function verdict(value: number, goal: number): string {
  return `goal ${goal}: ${value <= goal ? 'met' : 'MISSED'}`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}
