// `npm run bench`: what the promises about speed rest on. Prints what it measured, whatever that is.
// `npm run bench -- --memory 20000`: nothing but so many edits in a server that has a heap of 96 MB.
// `npm run bench -- --catalogs`: nothing but catalogs; `--catalog FOLDER` takes one that is there, in `fbc.tar.zst` and `index.db.zst`.
// `npm run bench -- --copy`: nothing but copies of images, which need docker-registry, skopeo and GNU time; `--repeats 1` runs each
// program once, `--only registries,small` is a part, whose names are in bench/copy.ts; `--small 200` has fewer small images, `--many 2000`
// fewer of those whose memory is measured.
// `npm run bench -- --typing-beside-run`: types while a run copies 2,000 images, or `--small` of them.
// `npm run bench -- --beside DIST_FOLDER`: opens files and workspaces with the bundles of another commit, too, in turn;
// `--opening` measures nothing else.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { catalogRows, type Row, spread } from './catalogRows.ts';
import { benchCopies } from './copyRows.ts';
import { measureHovers } from './hovers.ts';
import { mappingText } from './inputs.ts';
import { type MemoryPart, measureAgeing } from './memory.ts';
import { measureOpening, type OpeningTimes } from './opening.ts';
import { median, milliseconds } from './statistics.ts';
import { measureTyping } from './typing.ts';
import { measureTypingBesideRun } from './typingBesideRun.ts';
import { measureWorkspace } from './workspace.ts';

const root = join(import.meta.dirname, '..');
const {
  beside,
  catalog,
  catalogs,
  copy,
  many,
  memory,
  only,
  opening,
  repeats,
  small,
  'typing-beside-run': besideRun,
} = parseArgs({
  options: {
    beside: { type: 'string' },
    catalog: { type: 'string' },
    catalogs: { type: 'boolean' },
    copy: { type: 'boolean' },
    many: { type: 'string', default: '20000' },
    memory: { type: 'string' },
    only: { type: 'string' },
    opening: { type: 'boolean' },
    repeats: { type: 'string', default: '5' },
    small: { type: 'string', default: '2000' },
    'typing-beside-run': { type: 'boolean' },
  },
}).values;
const folder = mkdtempSync(join(tmpdir(), 'operator-mirror-bench-'));
const rows: Row[] = [];

try {
  if (memory !== undefined) await benchMemory(Number(memory));
  else if (catalogs === true) await benchCatalogs();
  else if (opening === true) await benchOpening();
  else if (besideRun === true) await benchTypingBesideRun();
  else if (copy === true)
    await benchCopies(folder, {
      only: only?.split(',') ?? [],
      repeats: Number(repeats),
      smallCount: Number(small),
      manyCount: Number(many),
    });
  else await benchAll();
  report();
} finally {
  rmSync(folder, { recursive: true });
}

async function benchAll(): Promise<void> {
  benchCheck();
  await benchTyping();
  await benchOpening();
  await benchWorkspace();
  await benchHovers();
  await benchCatalogs();
}

/** Each thousand edits is told at once, because a server that does not fit its heap may take for ever before it ends. */
async function benchMemory(edits: number): Promise<void> {
  const heap = 96;
  console.log(`Node ${process.version}; ${edits} edits in a heap of ${heap} MB`);
  const told = ({ seconds, processor, megabytes }: MemoryPart) =>
    console.log(
      `a thousand in ${seconds.toFixed(1)} s, of the processor ${processor?.toFixed(1) ?? '?'} s; ${megabytes ?? '?'} MB in all`,
    );
  const ageing = await measureAgeing({ heap, edits, every: 1_000, told });
  if (ageing === undefined) {
    console.log('The server ended before');
    return;
  }
  const { old, young } = ageing;
  told(old);
  const times = (cost: (part: MemoryPart) => number | undefined) =>
    ((cost(old) ?? Number.NaN) / (cost(young) ?? Number.NaN)).toFixed(2);
  console.log(
    `All were answered; the last thousand took ${times((part) => part.seconds)} × the second of a new server that had its turns between, of the processor ${times((part) => part.processor)} ×; goal: 1`,
  );
}

function benchCheck(): void {
  const path = join(folder, 'mapping.txt');
  writeFileSync(path, mappingText(20_000));
  const cli = join(root, 'dist/cli.js');
  const times: number[] = [];
  const start: number[] = [];
  for (let round = 0; round < 9; round++) {
    const before = performance.now();
    spawnSync(process.execPath, [cli, 'check', path], { maxBuffer: 1 << 28 });
    times.push(performance.now() - before);
    const again = performance.now();
    execFileSync(process.execPath, ['-e', '0']);
    start.push(performance.now() - again);
  }
  rows.push([
    'check, mapping.txt of 20,000 lines',
    milliseconds(median(times)),
    `${(median(times) / median(start)).toFixed(1)} × node -e 0, which takes ${milliseconds(median(start))}`,
  ]);
}

async function benchTyping(): Promise<void> {
  for (const { name, ours, floor, peer, findings } of await measureTyping(folder)) {
    const ratio = (median(ours) / median(floor)).toFixed(1);
    rows.push([`keystroke, ${name}`, spread(ours), `${findings} findings; ${ratio} × the floor`]);
    rows.push(['  the floor: a server that only answers', spread(floor), '']);
    if (peer === undefined) continue;
    const share = (median(peer) / median(ours)).toFixed(1);
    rows.push(['  yaml-language-server', spread(peer), `${share} × ours; its pause is part of it`]);
  }
}

async function benchTypingBesideRun(): Promise<void> {
  const { idle, running, runs, count } = await measureTypingBesideRun(folder, Number(small));
  const ratio = (median(running) / median(idle)).toFixed(2);
  rows.push(
    ['keystroke, nothing else is done', spread(idle), ''],
    [
      `keystroke, while a run copies ${count.toLocaleString('en')} images`,
      spread(running),
      `${ratio} × idle; goal: 1.2; the runs took ${milliseconds(runs)}`,
    ],
  );
}

async function benchOpening(): Promise<void> {
  const dists = [join(root, 'dist'), ...(beside === undefined ? [] : [resolve(beside)])];
  const [ours, other] = await measureOpening(folder, dists);
  if (ours === undefined) return;
  const rowOf = (name: string, timesOf: (times: OpeningTimes) => readonly number[]) => {
    const own = median(timesOf(ours));
    const theirs = other === undefined ? undefined : median(timesOf(other));
    const note =
      theirs === undefined ? '' : `${(own / theirs).toFixed(2)} × that of ${beside}, ${milliseconds(theirs)}`;
    rows.push([`opening ${name}`, milliseconds(own), note]);
  };
  for (const [at, { name }] of ours.files.entries()) rowOf(name, (times) => times.files[at]?.times ?? []);
  rowOf('a workspace of 200 files', ({ workspace }) => workspace);
}

async function benchWorkspace(): Promise<void> {
  const { opening, yamlAlone, keystrokes, files, lines } = await measureWorkspace(folder);
  const size = `${files} files, ${lines.toLocaleString('en')} mapping lines`;
  rows.push([`opening a workspace of ${size}`, milliseconds(opening), 'to the right findings of a policy']);
  rows.push(['its YAML, parsed by the library alone', milliseconds(yamlAlone), '']);
  for (const [name, times] of keystrokes) rows.push([`keystroke in its ${name}`, spread(times), '']);
}

async function benchHovers(): Promise<void> {
  const { atOnce, inTurn, remembered } = await measureHovers(folder);
  const note = 'each answer of the registry takes 20 ms';
  rows.push(
    ['200 hovers over different images, all at once', milliseconds(atOnce), note],
    ['200 hovers, one after the other', milliseconds(inTurn), note],
    ['200 hovers in a fresh process, network off', milliseconds(remembered), 'from SQLite'],
  );
}

async function benchCatalogs(): Promise<void> {
  rows.push(...(await catalogRows(join(folder, 'catalog'), catalog)));
}

function report(): void {
  if (rows.length === 0) return;
  console.log(`Node ${process.version}, ${availableParallelism()} cores; medians`);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  for (const [name, value, note] of rows)
    console.log(`${name.padEnd(widths[0] ?? 0)}  ${value.padEnd(widths[1] ?? 0)}  ${note}`);
}
