import { code, prose, bytes as readableBytes } from '../base/markdown.ts';
import { folderOf, lastComponent, resolvedPath } from '../base/paths.ts';
import { t } from '../base/sentences.ts';
import { type MirrorPlace, parsePlace } from '../documents/mirrorPlace.ts';
import type { CommandLine, MirrorRunRow, RunAction, RunPart, RunStep } from '../protocol/runs.ts';
import { lastingArguments, shellLine } from '../runs/commandLine.ts';
import type { FailedCopy, OfferedCatalog } from '../runs/journal.ts';
import type { FailureCause } from '../runs/journalReader.ts';
import { type SeenRun, stateOf } from '../runs/seenRun.ts';
import { type Clock, countWords, runLabel, runWords, spanWords, timeWords } from './mirrorRunWords.ts';

/** Rows of one kind that are answered at once. */
export const pageOfRows = 200;

/** A run as a row. */
export function runRow(seen: SeenRun, clock: Clock): MirrorRunRow {
  const { folder, record } = seen;
  const destination = record.planned?.destination ?? '';
  const description = runWords(seen, clock);
  const lines = [
    `**${prose(runLabel(nameOf(seen), destination))}**`,
    prose(description),
    t('Begun {0} in {1}', timeWords(record.time, clock), code(record.folder ?? folder)),
  ];
  return {
    run: folder,
    label: runLabel(nameOf(seen), destination),
    description,
    state: stateOf(seen),
    tooltip: lines.join('\n\n'),
    begun: record.time,
    process: record.process,
    can: actionsOf(seen),
  };
}

/**
 * The command that brings what is missing; undefined where nobody knows how it was called.
 * @param only the images that it is held to, by their destinations; none for all of them
 */
export function againLine(
  { record }: Pick<SeenRun, 'record'>,
  only: readonly string[] = [],
): CommandLine | undefined {
  const { command, arguments: given, folder } = record;
  // Only what a mirror run does is done again, whoever wrote the journal.
  if (command !== 'mirror' || given === undefined || folder === undefined) return undefined;
  const heldTo = only.map((image) => `--only=${image}`);
  return { arguments: [command, ...lastingArguments(given), ...heldTo], folder };
}

/** The command that holds the files of a run to its destination; undefined where they are not here. */
export function verifyLine({ record: { end }, areManifestsHere }: SeenRun): CommandLine | undefined {
  const folder = end?.manifests;
  if (folder === undefined || !areManifestsHere) return undefined;
  return { arguments: ['verify', folder], folder: folderOf(folder) || folder };
}

function actionsOf(seen: SeenRun): RunAction[] {
  const state = stateOf(seen);
  const mayRun = state !== 'running' && seen.isFolderHere && againLine(seen) !== undefined;
  const hasFiles = seen.areManifestsHere && state !== 'running';
  return [
    ...(mayRun ? (['again'] as const) : []),
    ...(mayRun && seen.record.failed > 0 ? (['retry'] as const) : []),
    ...(hasFiles ? (['report', 'manifests', 'verify'] as const) : []),
  ];
}

/** The name of the plan; of a run without one that of its folder, without its key. */
function nameOf({ record, folder }: SeenRun): string {
  return record.planned?.name ?? lastComponent(folder).replace(/-[0-9a-f]{8}$/, '');
}

/**
 * The rows below a run, or below one of its rows.
 * @param path the ids of the rows above, from the top
 * @param from how many of them were answered before
 */
export function runParts(seen: SeenRun, path: readonly string[], from: number): RunPart[] {
  const [top, second] = path;
  const { causes, catalogs } = seen.record;
  switch (top) {
    case undefined:
      return topParts(seen);
    case 'failures': {
      if (second === undefined)
        return paged(causes, from, (cause, at) => causePart(cause, at, causes.length));
      const cause = causes[Number(second)];
      return cause === undefined ? [] : failedParts(cause, from, mayRetryOne(seen));
    }
    case 'catalogs':
      return catalogs.map(catalogPart);
    case 'next':
      return steps(seen);
    default: {
      const catalog = catalogs[Number(top.replace(/^catalog-/, ''))];
      return catalog === undefined ? [] : bundleParts(catalog, from);
    }
  }
}

function topParts(seen: SeenRun): RunPart[] {
  const { record } = seen;
  const { failed, catalogs, end } = record;
  const next = steps(seen);
  return [
    ...commandPart(seen),
    ...destinationPart(seen),
    ...countsPart(seen),
    ...(failed === 0
      ? []
      : [
          {
            id: 'failures',
            kind: 'failures' as const,
            label: failed === 1 ? t('1 image failed') : t('{0} images failed', failed),
            description: record.causes.length === 1 ? '' : t('{0} causes', record.causes.length),
            below: 'open' as const,
          },
        ]),
    ...catalogs.map(catalogPart),
    ...(seen.areManifestsHere && end?.manifests !== undefined ? fileParts(seen, end.manifests) : []),
    ...(next.length === 0
      ? []
      : [
          {
            id: 'next',
            kind: 'next' as const,
            label: t('What next'),
            description: '',
            below: 'open' as const,
          },
        ]),
  ];
}

function commandPart({ record: { command, arguments: given, folder } }: SeenRun): RunPart[] {
  if (given === undefined || folder === undefined) return [];
  const line = shellLine(['operator-mirror', command, ...given]);
  const file = configurationOf(given, folder);
  return [
    {
      id: 'command',
      kind: 'command',
      label: shellLine([command, ...given]),
      description: t('in {0}', folder),
      below: 'nothing',
      tooltip: t('{0}, in {1}', line, folder),
      copy: line,
      ...(file === undefined ? {} : { does: { do: 'openFile', path: file } }),
    },
  ];
}

/** The file that says what is mirrored, where the command line names one. */
function configurationOf(given: readonly string[], folder: string): string | undefined {
  const at = given.findIndex((word) => word === '-c' || word === '--config');
  const named = given[at + 1];
  return at === -1 || named === undefined ? undefined : resolvedPath(folder, named);
}

function destinationPart(seen: SeenRun): RunPart[] {
  const { destination = '' } = seen.record.planned ?? {};
  if (destination === '') return [];
  const onDisk = placeOf(seen)?.kind === 'layout';
  return [
    {
      id: 'destination',
      kind: 'destination',
      label: destination,
      description: '',
      below: 'nothing',
      copy: destination,
      ...(onDisk ? { does: { do: 'openFolder', path: baseOf(seen) } } : {}),
    },
  ];
}

function countsPart({ record: { end, time } }: SeenRun): RunPart[] {
  if (end?.counts === undefined) return [];
  return [
    {
      id: 'counts',
      kind: 'counts',
      label: countWords(end.counts),
      description: t('{0} moved in {1}', readableBytes(end.bytes ?? 0), spanWords(time, end.time)),
      below: 'nothing',
    },
  ];
}

function causePart({ message, count }: FailureCause, at: number, causes: number): RunPart {
  return {
    id: String(at),
    kind: 'cause',
    label: message,
    description: count === 1 ? t('1 image') : t('{0} images', count),
    below: causes === 1 ? 'open' : 'closed',
    tooltip: message,
    copy: message,
  };
}

/** True where all images of a run have been tried, so that one can be tried again without the others. */
function mayRetryOne(seen: SeenRun): boolean {
  return actionsOf(seen).includes('retry') && seen.record.end?.counts?.stopped === 0;
}

function failedParts({ images, count }: FailureCause, from: number, mayRetry: boolean): RunPart[] {
  const [first] = images;
  const rows = paged(images, from, (image, at) => ({
    ...failedPart(image, at),
    ...(mayRetry ? { retry: image.destination } : {}),
  }));
  // Of images that are not kept there is the number.
  const lost = count - images.length;
  const isLast = from + pageOfRows >= images.length;
  if (isLast && lost > 0) {
    rows.push({
      id: 'lost',
      kind: 'more',
      label:
        lost === 1
          ? t('and 1 more, which the report names')
          : t('and {0} more, which the report names', lost),
      description: '',
      below: 'nothing',
    });
  }
  const advice = first?.nextStep ?? '';
  if (advice === '' || from > 0) return rows;
  return [
    {
      id: 'advice',
      kind: 'advice',
      label: advice,
      description: '',
      below: 'nothing',
      tooltip: advice,
      copy: advice,
    },
    ...rows,
  ];
}

function failedPart({ source, destination, message }: FailedCopy, at: number): RunPart {
  const name = lastComponent(source);
  const short = name.replace(/(@sha256:[0-9a-f]{8})[0-9a-f]+$/, '$1…');
  return {
    id: `image-${at}`,
    kind: 'image',
    label: short,
    description: folderOf(source),
    below: 'nothing',
    tooltip: [source, t('to {0}', destination), message].join('\n\n'),
    copy: source,
  };
}

function catalogPart(
  { image, destination, error, droppedBundles, dropped }: OfferedCatalog,
  at: number,
): RunPart {
  const isWhole = error === undefined && droppedBundles === 0;
  const words =
    error !== undefined
      ? t('not written')
      : droppedBundles === 0
        ? t('offers all that was planned')
        : droppedBundles === 1
          ? t('1 bundle left out')
          : t('{0} bundles left out', droppedBundles);
  return {
    id: `catalog-${at}`,
    kind: isWhole ? 'catalog' : 'brokenCatalog',
    label: lastComponent(image),
    description: words,
    below: dropped.length === 0 && error === undefined ? 'nothing' : 'closed',
    tooltip: [image, t('to {0}', destination), words].join('\n\n'),
    copy: destination,
  };
}

function bundleParts({ error, dropped, droppedBundles }: OfferedCatalog, from: number): RunPart[] {
  const rows = paged(dropped, from, ({ package: owner, name, missing }, at): RunPart => {
    const [only] = missing;
    const words =
      only === undefined
        ? t('nothing leads to it but what is left out')
        : missing.length === 1
          ? t('{0} is missing', only)
          : t('{0} images are missing', missing.length);
    return {
      id: `bundle-${at}`,
      kind: 'bundle',
      label: t('{0} of {1}', name, owner),
      description: words,
      below: 'nothing',
      tooltip: [t('{0} of {1}', name, owner), words, ...missing.slice(0, 20)].join('\n'),
      copy: name,
    };
  });
  const lost = droppedBundles - dropped.length;
  if (lost > 0 && from + pageOfRows >= dropped.length) {
    const label =
      lost === 1 ? t('and 1 more, which the report names') : t('and {0} more, which the report names', lost);
    rows.push({ id: 'lost', kind: 'more', label, description: '', below: 'nothing' });
  }
  if (error === undefined || from > 0) return rows;
  const { message, nextStep = '' } = error;
  return [
    {
      id: 'advice',
      kind: 'advice',
      label: message,
      description: nextStep,
      below: 'nothing',
      tooltip: [message, nextStep].join('\n\n'),
      copy: message,
    },
    ...rows,
  ];
}

function fileParts(seen: SeenRun, manifests: string): RunPart[] {
  const report = `${manifests}/report.md`;
  return [
    {
      id: 'report',
      kind: 'report',
      label: t('Report'),
      description: 'report.md',
      below: 'nothing',
      tooltip: report,
      does: { do: 'showReport', path: report },
    },
    {
      id: 'manifests',
      kind: 'manifests',
      label: placeOf(seen)?.kind === 'registry' ? t('Files for the cluster') : t('Files of the run'),
      description: lastComponent(manifests),
      below: 'nothing',
      tooltip: manifests,
      copy: manifests,
      does: { do: 'openFolder', path: manifests },
    },
  ];
}

/** What comes after a run as it is now. */
function steps(seen: SeenRun): RunPart[] {
  const state = stateOf(seen);
  const place = placeOf(seen);
  if (state === 'running' || place === undefined) return [];
  const again = actionsOf(seen).includes('again') && state !== 'done' ? [againStep(state === 'stopped')] : [];
  if (state === 'stopped') return again;
  return [...again, ...(place.kind === 'registry' ? clusterSteps(seen) : diskSteps(seen, place))];
}

function againStep(isStopped: boolean): RunPart {
  const label = isStopped
    ? t('Run it again: it goes on from there')
    : t('Run it again: it brings what is missing and nothing else');
  return step('again', label, { do: 'again' });
}

/** From a place on disk to a registry, over a gap or not. */
function diskSteps(seen: SeenRun, place: MirrorPlace): RunPart[] {
  const base = baseOf(seen);
  const isLayout = place.kind === 'layout';
  const from = isLayout ? `oci://${base}` : `file://${place.kind === 'files' ? place.path : ''}`;
  const dir = isLayout ? [] : ['--dir', base];
  const line: CommandLine = { arguments: ['mirror', '--from', from, ...dir], folder: base };
  const carry = shellLine(['operator-mirror', 'unpack', 'VOLUME', '--dir', 'FOLDER']);
  return [
    step('bring', t('Bring it to a registry that is reached from here…'), { do: 'runTo', line }),
    step('pack', t('Pack it, to carry it over the gap'), {
      do: 'run',
      line: { arguments: ['pack', base], folder: folderOf(base) || base },
      isLocal: true,
    }),
    {
      ...step('unpack', t('Over there: unpack it, then mirror --from it'), { do: 'copy', text: carry }),
      description: t('copies {0}', carry),
    },
    ...verifyStep(seen),
  ];
}

/** From a registry to the cluster. */
function clusterSteps(seen: SeenRun): RunPart[] {
  const { areManifestsHere } = seen;
  const { end } = seen.record;
  const folder = end?.manifests;
  if (folder === undefined || !areManifestsHere) return [];
  const { sets = [], offers = [] } = end ?? {};
  const [set] = sets;
  return [
    ...verifyStep(seen),
    ...(set === undefined
      ? []
      : [
          step('forecast', t('See what applying the files does to nodes'), {
            do: 'forecast',
            path: `${folder}/${set}`,
          }),
        ]),
    ...(sets.length + offers.length === 0
      ? []
      : [step('apply', t('Apply it to the cluster…'), { do: 'apply', path: folder })]),
    ...copiedStep('sets', t('Elsewhere: apply what redirects pulls'), folder, sets),
    ...copiedStep('offers', t('Elsewhere: apply what offers the catalogs'), folder, offers),
  ];
}

/** For a cluster that is not reached from here. */
function copiedStep(id: string, label: string, folder: string, names: readonly string[]): RunPart[] {
  if (names.length === 0) return [];
  const text = shellLine(['oc', 'apply', ...names.flatMap((name) => ['-f', `${folder}/${name}`])]);
  return [{ ...step(id, label, { do: 'copy', text }), description: t('copies {0}', text) }];
}

function verifyStep(seen: SeenRun): RunPart[] {
  const line = verifyLine(seen);
  return line === undefined ? [] : [step('verify', t('Verify that all of it is there'), { do: 'run', line })];
}

function step(id: string, label: string, does: RunStep): RunPart {
  return { id, kind: 'step', label, description: '', below: 'nothing', does };
}

function placeOf({ record }: SeenRun): MirrorPlace | undefined {
  const parsed = parsePlace(record.planned?.destination ?? '');
  return parsed.ok ? parsed.place : undefined;
}

/** What holds the folders of runs: that of a layout, wherever it has been carried. */
function baseOf({ folder }: SeenRun): string {
  return folderOf(folderOf(folder));
}

/** So many of some items as are answered at once, with a row that leads to the others. */
function paged<Item>(
  items: readonly Item[],
  from: number,
  part: (item: Item, at: number) => RunPart,
): RunPart[] {
  const rows = items.slice(from, from + pageOfRows).map((item, at) => part(item, from + at));
  const more = items.length - from - pageOfRows;
  if (more <= 0) return rows;
  const label = more === 1 ? t('1 more…') : t('{0} more…', more);
  return [
    ...rows,
    { id: `more-${from + pageOfRows}`, kind: 'more', label, description: t('show'), below: 'nothing' },
  ];
}
