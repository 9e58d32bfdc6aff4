import type {
  UpgradeGraphAnswer,
  UpgradeGraphRow,
  UpgradePathAnswer,
} from '../../../server/src/protocol/operator.ts';
import { type Html, html } from './html.ts';
import type { Translate } from './page.ts';

/**
 * An upgrade graph as a picture: a version in each row, lines of `replaces` in lanes beside it. What a version skips are beads on
 * a dashed line of its own, and what its skipRange has stands in a bracket: however many they are, they cost one line, where an
 * arrow for each would hide everything.
 */
const rowHeight = 26;
const laneWidth = 14;
/** Lines of `skips` that are shown all the time; the others are when their version is pointed at. */
const mostCombs = 6;
/** Beads that are drawn in all; lines without are still lines. */
const mostBeads = 4000;

type Run = readonly [number, number];

/** Where everything is. Numbers of rows are those of the answer. */
export interface GraphLayout {
  /** Of each row: the lane in which its dot is. */
  readonly lanes: readonly number[];
  readonly laneCount: number;
  readonly combs: readonly Comb[];
  readonly width: number;
  readonly height: number;
}

/** The line of what one version skips. */
export interface Comb {
  readonly row: number;
  readonly runs: readonly Run[];
  readonly lane: number;
  /** True where it is shown only while its version is pointed at. */
  readonly hidden: boolean;
}

/** Lays out a graph in time that grows with its rows and lines. */
export function graphLayout({ rows }: Pick<UpgradeGraphAnswer, 'rows'>): GraphLayout {
  const { lanes, laneCount } = lanesOf(rows);
  const all = combsOf(rows);
  const shownLanes = all.reduce((most, { lane, hidden }) => (hidden ? most : Math.max(most, lane + 1)), 0);
  // Those that are hidden have the lane behind them to themselves, since one of them is seen at a time.
  const combs = all.map((comb) => (comb.hidden ? { ...comb, lane: shownLanes } : comb));
  const combLanes = combs.some(({ hidden }) => hidden) ? shownLanes + 1 : shownLanes;
  return {
    lanes,
    laneCount,
    combs,
    width: leftOfLanes + laneCount * laneWidth + combLanes * combWidth + 8,
    height: rows.length * rowHeight,
  };
}

/** Room for the bracket of a skipRange. */
const leftOfLanes = 22;
const combWidth = 10;

/** A dot stands where the leftmost line arrives that leads to it, else in the first lane that is free. */
function lanesOf(rows: readonly UpgradeGraphRow[]): { lanes: number[]; laneCount: number } {
  /** Of each lane: the row that its line leads to. */
  const open: number[] = [];
  const lanes = rows.map(({ replaces }, row) => {
    let lane = open.indexOf(row);
    for (let other = 0; other < open.length; other++) if (open[other] === row) open[other] = free;
    if (lane < 0) lane = open.indexOf(free);
    if (lane < 0) lane = open.length;
    open[lane] = replaces > row ? replaces : free;
    return lane;
  });
  return { lanes, laneCount: Math.max(1, open.length) };
}

const free = -1;

function combsOf(rows: readonly UpgradeGraphRow[]): Comb[] {
  /** Of each lane: the row at which it is free again. */
  const ends: number[] = [];
  const shown = new Set<string>();
  return rows.flatMap(({ skips }, row): Comb[] => {
    const last = skips.at(-1)?.[1];
    if (last === undefined) return [];
    // Version after version often skips the same few: one line says it.
    const key = skips.join();
    let lane = shown.has(key) ? mostCombs : ends.findIndex((end) => end < row);
    if (lane < 0) lane = Math.min(ends.length, mostCombs);
    const hidden = lane === mostCombs;
    if (!hidden) {
      ends[lane] = Math.max(last, row);
      shown.add(key);
    }
    return [{ row, runs: skips, lane, hidden }];
  });
}

/** The picture and its rows, which can be chosen by mouse and by keyboard. */
export function graphPicture(graph: UpgradeGraphAnswer, isDefault: boolean, t: Translate): Html {
  const layout = graphLayout(graph);
  const { rows } = graph;
  return html`<div class="graph">
${graphSvg(rows, layout)}
<ul class="rows" role="listbox" aria-multiselectable="true" aria-label="${t('Versions of channel {0}', graph.channel)}">
${rows.map((row, number) => rowItem(row, number, isDefault, t))}</ul>
</div>`;
}

function rowItem(row: UpgradeGraphRow, number: number, isDefault: boolean, t: Translate): Html {
  const badges = [
    ...(row.state === 'head'
      ? [badge('head', isDefault ? t('head of the default channel') : t('head'))]
      : []),
    ...(row.state === 'stranded' ? [badge('stranded', t('stranded'))] : []),
    ...(row.state === 'missing' ? [badge('missing', t('not in this channel'))] : []),
    ...(row.deprecated === undefined ? [] : [badge('deprecated', t('deprecated'))]),
  ];
  const skipped = row.skips.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  const quiet = [
    ...(skipped === 0 ? [] : [html` <span class="quiet">${t('skips {0}', skipped)}</span>`]),
    ...(row.skipRange === '' ? [] : [html` <span class="quiet">${row.skipRange}</span>`]),
  ];
  return html`<li role="option" aria-selected="false" aria-label="${row.spoken}" tabindex="${number === 0 ? 0 : -1}" data-row="${number}" class="${row.state}" title="${row.name}"><span class="label">${row.label}</span>${badges}${quiet}</li>
`;
}

function badge(kind: string, words: string): Html {
  return html` <span class="badge ${kind}">${words}</span>`;
}

/** The picture alone; what it says is said again by the rows, and in the table. */
export function graphSvg(rows: readonly UpgradeGraphRow[], layout: GraphLayout): Html {
  const { width, height, lanes, combs } = layout;
  let beads = mostBeads;
  return html`<svg class="picture" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" aria-hidden="true" focusable="false">
<g class="hits">
${rows.map((_, row) => html`<rect data-row="${row}" x="0" y="${row * rowHeight}" width="${width}" height="${rowHeight}"/>\n`)}</g>
<g class="ranges">
${rows.map(({ inRange, state }, row) => (inRange.length === 0 ? undefined : html`<path class="range${state === 'head' ? ' shown' : ''}" data-of="${row}" d="${bracket(row, inRange, layout)}"/>\n`))}</g>
<g class="combs">
${combs.map((comb) => {
  const drawn = comb.runs.flatMap(([first, last]) =>
    Array.from({ length: Math.min(last - first + 1, Math.max(0, beads)) }, (_, index) => first + index),
  );
  beads -= drawn.length;
  return html`<g class="comb${comb.hidden ? ' hidden' : ''}" data-of="${comb.row}"><path d="${combLine(comb, layout)}"/>${drawn.map(
    (row) => html`<circle cx="${combX(comb, layout)}" cy="${middle(row)}" r="2"/>`,
  )}</g>
`;
})}</g>
<g class="edges">
${rows.map(({ replaces }, row) => (replaces < 0 ? undefined : html`<path data-of="${row}" d="${edge(row, replaces, layout)}"/>\n`))}</g>
<g class="path"></g>
<g class="dots">
${rows.map(({ state, deprecated }, row) => {
  const kind = `${state}${deprecated === undefined ? '' : ' deprecated'}`;
  const [x, y] = [laneX(lanes[row] ?? 0), middle(row)];
  return html`<circle class="${kind}" data-row="${row}" cx="${x}" cy="${y}" r="${state === 'head' ? 6 : 4.5}"/>${state === 'head' ? html`<circle class="core" cx="${x}" cy="${y}" r="2.5"/>` : undefined}\n`;
})}</g>
</svg>`;
}

function laneX(lane: number): number {
  return leftOfLanes + lane * laneWidth;
}

function middle(row: number): number {
  return row * rowHeight + rowHeight / 2;
}

function combX({ lane }: Comb, { laneCount }: GraphLayout): number {
  return leftOfLanes + laneCount * laneWidth + lane * combWidth;
}

/** Down its lane, and at the end over to where the replaced version is. */
function edge(row: number, target: number, { lanes }: GraphLayout): string {
  const [x, y] = [laneX(lanes[row] ?? 0), middle(row)];
  const [toX, toY] = [laneX(lanes[target] ?? 0), middle(target)];
  // Only in a circle a version replaces one above it.
  if (target <= row) return arc(row, target, { lanes });
  if (x === toX) return `M${x} ${y}V${toY}`;
  const bend = toY - rowHeight;
  return `M${x} ${y}V${bend}C${x} ${bend + rowHeight * 0.6} ${toX} ${toY - rowHeight * 0.6} ${toX} ${toY}`;
}

/** From a dot to another past what is between them. */
function arc(row: number, target: number, { lanes }: Pick<GraphLayout, 'lanes'>): string {
  const [x, y] = [laneX(lanes[row] ?? 0), middle(row)];
  const [toX, toY] = [laneX(lanes[target] ?? 0), middle(target)];
  const out = Math.max(x, toX) + Math.min(60, 10 + Math.abs(target - row) * 2);
  return `M${x} ${y}C${out} ${y} ${out} ${toY} ${toX} ${toY}`;
}

function combLine(comb: Comb, layout: GraphLayout): string {
  const [x, y] = [laneX(layout.lanes[comb.row] ?? 0), middle(comb.row)];
  const end = combX(comb, layout);
  const top = Math.min(comb.row, comb.runs[0]?.[0] ?? comb.row);
  const bottom = Math.max(comb.row, comb.runs.at(-1)?.[1] ?? comb.row);
  // Only in a circle a version skips one above it.
  const above = top < comb.row ? `M${end} ${middle(top)}V${y}` : '';
  return `${above}M${x} ${y}H${end - 4}Q${end} ${y} ${end} ${y + 4}V${middle(bottom)}`;
}

/** A bracket round each run of rows, and a line to it from the version whose range it is. */
function bracket(row: number, runs: readonly Run[], { lanes }: GraphLayout): string {
  const ends = runs.flat();
  const [top, bottom] = [Math.min(row, ...ends), Math.max(row, ...ends)];
  const x = laneX(lanes[row] ?? 0);
  const parts = runs.map(([first, last]) => {
    const [from, to] = [middle(first) - 7, middle(last) + 7];
    return `M${bracketX + 6} ${from}H${bracketX}V${to}H${bracketX + 6}`;
  });
  return `M${x} ${middle(row)}H${bracketX + 4}Q${bracketX} ${middle(row)} ${bracketX} ${middle(row) + (top < row ? -4 : 4)}M${bracketX} ${middle(top)}V${middle(bottom)}${parts.join('')}`;
}

const bracketX = 6;

/** A path that is lit: its rows, and its lines over the picture. */
export interface LitPath {
  readonly rows: readonly number[];
  readonly lines: readonly { readonly by: string; readonly d: string }[];
}

/** The way of upgrades in the picture; steps whose versions have no row are left out. */
export function litPath(graph: UpgradeGraphAnswer, steps: UpgradePathAnswer['steps']): LitPath {
  const layout = graphLayout(graph);
  const rowOf = new Map(graph.rows.map(({ name }, row) => [name, row]));
  const rows = new Set<number>();
  const lines = steps.flatMap(({ from, to, by }) => {
    const [lower, upper] = [rowOf.get(from), rowOf.get(to)];
    for (const row of [lower, upper]) if (row !== undefined) rows.add(row);
    if (lower === undefined || upper === undefined) return [];
    return [{ by, d: by === 'replaces' ? edge(upper, lower, layout) : arc(upper, lower, layout) }];
  });
  return { rows: [...rows], lines };
}

/** What the lines and dots of a picture mean. */
export function graphLegend({ rows }: UpgradeGraphAnswer, t: Translate): Html {
  const line = (kind: string, d: string, more?: Html) =>
    html`<svg class="picture sample" width="30" height="16" viewBox="0 0 30 16" aria-hidden="true" focusable="false"><g class="${kind}"><path class="shown" d="${d}"/>${more}</g></svg>`;
  const dot = (kind: string) =>
    html`<svg class="picture sample" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><g class="dots"><circle class="${kind}" cx="8" cy="8" r="${kind === 'head' ? 6 : 4.5}"/>${kind === 'head' ? html`<circle class="core" cx="8" cy="8" r="2.5"/>` : undefined}</g></svg>`;
  const has = (state: string) => rows.some((row) => row.state === state);
  const parts = [
    html`${line('edges', 'M2 8H28')} ${t('replaces')}`,
    ...(rows.some(({ skips }) => skips.length > 0)
      ? [
          html`${line('combs', 'M2 8H28', html`<circle cx="10" cy="8" r="2"/><circle cx="20" cy="8" r="2"/>`)} ${t('skips those with a bead')}`,
        ]
      : []),
    ...(rows.some(({ inRange }) => inRange.length > 0)
      ? [
          html`${line('ranges', 'M12 2H6V14H12M6 8H26')} ${t('skipRange of the head, or of the version that you point at')}`,
        ]
      : []),
    html`${dot('head')} ${t('head')}`,
    ...(has('stranded') ? [html`${dot('stranded')} ${t('stranded')}`] : []),
    ...(has('missing') ? [html`${dot('missing')} ${t('not in this channel')}`] : []),
  ];
  return html`<ul class="legend" aria-label="${t('Legend')}">
${parts.map((part) => html`<li>${part}</li>\n`)}</ul>`;
}
