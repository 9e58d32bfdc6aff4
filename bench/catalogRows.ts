import { measureCatalogEditor } from './catalogEditor.ts';
import { catalogProgram } from './catalogProgram.ts';
import {
  catalogPlaces,
  measureFirstOpenings,
  measureGrowth,
  measureSearch,
  measureSecondOpenings,
  megabytesOf,
} from './catalogs.ts';
import type { Cost } from './catalogTask.ts';
import { median, milliseconds, quantile } from './statistics.ts';

/** What was measured, its median, and what is promised of it. */
export type Row = readonly [what: string, value: string, note: string];

/**
 * All that is promised of catalogs, in one run: each promise with what was measured, as a ratio where it is one, and its goal.
 * @param folder for the catalogs, which take some hundreds of megabytes
 * @param given as `catalogPlaces` has it
 */
export async function catalogRows(folder: string, given: string | undefined): Promise<Row[]> {
  const places = catalogPlaces(folder, given);
  const program = catalogProgram(folder);
  const first = await measureFirstOpenings(places, program, folder);
  const again = await measureSecondOpenings(places, program, folder);
  const search = await measureSearch(places, program, folder);
  const { once, twice } = await measureGrowth(program, folder);
  const sessions = await measureCatalogEditor(places.filesLayout, places.files, program, folder);
  const { files, parsing, database, selecting, databaseImage, unpacking } = first;
  const peak = (costs: readonly Cost[]) => medianOf(costs, 'peak');
  const idle = sessions.flatMap((session) => session.idle);
  const opening = sessions.flatMap((session) => session.opening);
  const beside = sessions.flatMap((session) => session.beside);
  const completions = sessions.flatMap((session) => session.completions);
  return [
    [
      `opening a catalog of ${Math.round(megabytesOf(places.files))} MB in an image, first`,
      costText(files),
      ratioText(files, parsing, 2.5),
    ],
    ['  the floor: JSON.parse and js-yaml', costText(parsing), ''],
    ['  the second time', costText(again.files), shareText(again.files, files)],
    ['  and all of its bundles unpacked', costText(again.filesRead), shareOf(again.filesRead, files)],
    ['opening it as an index.db, first', costText(database), ratioText(database, selecting, 3)],
    ['  the floor: the same rows, read and left', costText(selecting), ''],
    ['  the second time', costText(again.database), shareText(again.database, database)],
    [
      '  and all of its bundles unpacked',
      costText(again.databaseRead),
      shareOf(again.databaseRead, database),
    ],
    [
      'opening it as an index.db in an image, first',
      costText(databaseImage),
      ratioText(databaseImage, selecting, 3),
    ],
    [
      '  the floor with zlib, which unpacks its layer into a file',
      costText(added(selecting, unpacking)),
      ratioText(databaseImage, added(selecting, unpacking), undefined),
    ],
    ['  the second time', costText(again.databaseImage), shareText(again.databaseImage, databaseImage)],
    [
      'memory at most: image, index.db, index.db in an image',
      [files, database, databaseImage].map((costs) => `${Math.round(peak(costs))} MB`).join(', '),
      'goal: 500 MB',
    ],
    [
      'opening twice the catalog, which is generated',
      costText(twice),
      ratioText(twice, once, 2.2, 'the catalog once'),
    ],
    ['a search in all packages', spread(search.flatMap(({ finds }) => finds)), 'goal: 50 ms'],
    ['  before the first', milliseconds(median(search.map(({ ready }) => ready))), 'done once'],
    ['completion of a package', spread(completions), 'goal: 50 ms'],
    ['  the first', spread(sessions.map(({ firstCompletion }) => firstCompletion)), 'goal: 50 ms'],
    ['keystroke, mapping.txt of 20,000 lines', spread(idle), ''],
    ['  while a catalog is opened', spread(opening), `${timesText(opening, idle)}; goal: 1.2`],
    ['  while another process parses it', spread(beside), `${timesText(beside, idle)}: the machine's own`],
  ];
}

function medianOf(costs: readonly Cost[], what: keyof Cost): number {
  return median(costs.map((cost) => cost[what]));
}

function costText(costs: readonly Cost[]): string {
  return `${milliseconds(medianOf(costs, 'processor'))} of the processor, ${milliseconds(medianOf(costs, 'clock'))}`;
}

/** By the processor, since others may use the machine, and by the clock, which is what somebody waits for. */
function ratioText(
  ours: readonly Cost[],
  floor: readonly Cost[],
  goal: number | undefined,
  than = 'the floor',
): string {
  const ratio = (what: 'processor' | 'clock') => (medianOf(ours, what) / medianOf(floor, what)).toFixed(2);
  const text = `${ratio('processor')} × ${than}, by the clock ${ratio('clock')}`;
  return goal === undefined ? text : `${text}; goal: ${goal}`;
}

function shareText(again: readonly Cost[], first: readonly Cost[]): string {
  return `${shareOf(again, first)}; goal: 100 ms, 2 %`;
}

function shareOf(again: readonly Cost[], first: readonly Cost[]): string {
  const share = (what: 'processor' | 'clock') =>
    ((100 * medianOf(again, what)) / medianOf(first, what)).toFixed(1);
  return `${share('processor')} % of the first, by the clock ${share('clock')} %`;
}

/** What two things take that are done in turn, round by round. */
function added(one: readonly Cost[], other: readonly Cost[]): Cost[] {
  return one.map(({ clock, processor, peak }, round) => ({
    clock: clock + (other[round]?.clock ?? 0),
    processor: processor + (other[round]?.processor ?? 0),
    peak: Math.max(peak, other[round]?.peak ?? 0),
  }));
}

function timesText(times: readonly number[], idle: readonly number[]): string {
  return `${(median(times) / median(idle)).toFixed(2)} × that`;
}

/** The middle of some times, and what nine of ten are below. */
export function spread(times: readonly number[]): string {
  return `${milliseconds(median(times))} (90 %: ${milliseconds(quantile(times, 0.9))})`;
}
