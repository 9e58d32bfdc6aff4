import type { RegistryState } from '../../access/registryState.ts';
import { columnsOf, padded } from '../../base/columns.ts';
import { type Sentence, sentence, t } from '../../base/sentences.ts';
import { printable, printableJson } from '../../base/words.ts';
import type { InstalledProgram, Program } from '../../tools/installed.ts';
import { readableBytes } from '../words.ts';

/** A registry that was asked. */
export interface CheckedRegistry extends RegistryState {
  readonly place: string;
  readonly host: string;
}

/** A disk on which images are to be written. */
export interface CheckedDisk {
  readonly place: string;
  readonly folder: string;
  /** Bytes; undefined where nobody can say. */
  readonly free: number | undefined;
  readonly isWritable: boolean;
}

/** All that was looked at. */
export interface Environment {
  readonly registries: readonly CheckedRegistry[];
  readonly disks: readonly CheckedDisk[];
  readonly programs: readonly InstalledProgram[];
  /** Bytes that a disk has to have room for. */
  readonly needs: number | undefined;
}

/** True where nothing keeps a mirror run from its work. */
export function isFine({ registries, disks, needs }: Environment): boolean {
  return registries.every(answersWell) && disks.every((disk) => hasRoom(disk, needs));
}

function answersWell({ state }: CheckedRegistry): boolean {
  return state === 'accepted' || state === 'open' || state === 'anonymous';
}

function hasRoom({ free, isWritable }: CheckedDisk, needs: number | undefined): boolean {
  return isWritable && free !== 0 && (needs === undefined || free === undefined || free >= needs);
}

/** What `doctor --format json` prints. */
export function doctorJson(environment: Environment): string {
  const { registries, disks, programs, needs } = environment;
  const report = {
    ok: isFine(environment),
    registries: registries.map(({ place, state, problem }) => ({ place, state, problem: problem ?? null })),
    disks: disks.map((disk) => {
      const { place, folder, free, isWritable } = disk;
      return { place, folder, free: free ?? null, writable: isWritable, enough: hasRoom(disk, needs) };
    }),
    tools: programs.map(({ name, path, version }) => ({
      name,
      path: path ?? null,
      version: version ?? null,
      ...(path === undefined && { missing: costOf(name, programs) }),
    })),
  };
  return `${printableJson(report, 2)}\n`;
}

/** A row of the table: a mark, what it is about, and what there is to say of it. */
type Row = readonly [mark: string, about: string, words: string];

/** A table for people: registries, disks, tools. */
export function doctorText(environment: Environment): string {
  const { registries, disks, programs, needs } = environment;
  const parts: [heading: string, rows: readonly Row[]][] = [
    [t('Registries'), registries.map(registryRow)],
    [t('Disk'), disks.map((disk) => diskRow(disk, needs))],
    [t('Tools'), programs.map((program) => programRow(program, programs))],
  ];
  const all = parts.flatMap(([, rows]) => rows);
  const widths = [0, 1].map((column) => Math.max(...all.map((row) => columnsOf(row[column] ?? ''))));
  const shown = parts
    .filter(([, rows]) => rows.length > 0)
    .map(([heading, rows]) => [heading, ...rows.map((row) => rowText(row, widths))].join('\n'));
  const end = isFine(environment)
    ? t('Nothing here keeps a mirror run from its work.')
    : t('What is marked has to be mended first.');
  return `${[...shown, end].join('\n\n')}\n`;
}

function rowText([mark, about, words]: Row, [first = 0, second = 0]: readonly number[]): string {
  return printable(`  ${padded(mark, first)}  ${padded(about, second)}  ${words}`).trimEnd();
}

const registryWords: Readonly<Record<CheckedRegistry['state'], Sentence>> = {
  accepted: sentence('answers, and takes the login that is kept here'),
  open: sentence('answers, and lets everybody in'),
  anonymous: sentence('answers without a login; there is none here, which its private images need'),
  noLogin: sentence('wants a login, and there is none here: operator-mirror login {0}'),
  refused: sentence('does not take the login that is kept here: operator-mirror login {0}'),
  failed: sentence('could not be asked: {1}'),
};

function registryRow(registry: CheckedRegistry): Row {
  const { place, state, problem = '' } = registry;
  return [markOf(answersWell(registry)), place, t(registryWords[state], place, problem)];
}

function diskRow(disk: CheckedDisk, needs: number | undefined): Row {
  const { place, folder, free, isWritable } = disk;
  const mark = markOf(hasRoom(disk, needs));
  if (!isWritable) return [mark, place, t('{0} may not be written to', folder)];
  if (free === undefined) return [mark, place, t('nobody can say how much room there is')];
  if (needs === undefined) return [mark, place, t('{0} free', readableBytes(free))];
  return [mark, place, t('{0} free, and {1} are needed', readableBytes(free), readableBytes(needs))];
}

function programRow(program: InstalledProgram, all: readonly InstalledProgram[]): Row {
  const { name, path, version } = program;
  if (path === undefined) return ['–', name, costOf(name, all)];
  return [markOf(true), version === undefined ? name : t('{0} {1}', name, version), path];
}

function markOf(isGood: boolean): string {
  return isGood ? t('ok') : '!!';
}

/** What it costs that a program is not there. */
function costOf(name: Program, all: readonly InstalledProgram[]): string {
  const isThere = (other: Program) => all.some((one) => one.name === other && one.path !== undefined);
  const instead = t(costs[name]);
  if (name !== 'oc' && name !== 'kubectl') return instead;
  if (isThere(name === 'oc' ? 'kubectl' : 'oc')) return instead;
  return t('not there: the cluster can be reached with oc or kubectl alone; mirroring needs neither');
}

const costs: Readonly<Record<Program, Sentence>> = {
  oc: sentence(
    'not there, which costs nothing: mirror, copy and explain do its work, and kubectl reaches the cluster',
  ),
  kubectl: sentence('not there, which costs nothing: oc reaches the cluster'),
  'oc-mirror': sentence('not there, which costs nothing: operator-mirror mirror -c selects what it selects'),
  opm: sentence('not there, which costs nothing: operator-mirror mirror --packages prunes catalogs'),
  podman: sentence(
    'not there, which costs nothing: operator-mirror login keeps logins, and images are copied without it',
  ),
  skopeo: sentence('not there, which costs nothing: operator-mirror copy and inspect do its work'),
  grpcurl: sentence('not there, which costs nothing: operator-mirror catalog list reads catalogs'),
};
