import { t } from '../base/sentences.ts';
import { inRow, listed, oneLine } from '../base/words.ts';
import { type CatalogChannel, type CatalogPackage, channelOf, deprecationOf } from '../catalog/model.ts';
import { type GraphRow, type RowRun, type UpgradeGraph, upgradeGraph } from '../catalog/upgradeGraph.ts';
import { shortestUpgradePath, type UpgradeStep } from '../catalog/upgradePath.ts';
import type {
  UpgradeGraphAnswer,
  UpgradeGraphRow,
  UpgradePathAnswer,
  UpgradePathQuestion,
} from '../protocol/operator.ts';

/** The upgrade graph of a channel, each row in words, too. */
export function graphAnswer(owner: CatalogPackage, channel: CatalogChannel): UpgradeGraphAnswer {
  const graph = upgradeGraph(owner, channel);
  return {
    channel: channel.name,
    sentences: graphSentences(graph),
    rows: graph.rows.map((row): UpgradeGraphRow => {
      const deprecated = deprecationOf(owner, 'olm.bundle', row.name);
      return {
        ...row,
        skipRange: oneLine(row.skipRange),
        ...(deprecated === undefined ? {} : { deprecated: oneLine(deprecated) }),
        spoken: spokenRow(row, graph, deprecated),
      };
    }),
  };
}

const mostNames = 8;

function graphSentences({ rows, leftOut, missing: missingCount }: UpgradeGraph): string[] {
  const labelsOf = (state: GraphRow['state']) =>
    rows.filter((row) => row.state === state).map((row) => oneLine(row.label));
  const heads = labelsOf('head');
  const stranded = labelsOf('stranded');
  const missing = labelsOf('missing');
  const versions = rows.length - missing.length + leftOut;
  const [head] = heads;
  return [
    ...(head === undefined
      ? [t('No version is the head: each one is replaced or skipped by another.')]
      : heads.length > 1
        ? [
            t(
              '{0} versions are heads, and OLM refuses a channel with more than one: {1}.',
              heads.length,
              some(heads),
            ),
          ]
        : versions === 1
          ? [t('The only version is {0}.', head)]
          : [t('The head is {0}, to which OLM upgrades; the channel has {1} versions.', head, versions)]),
    ...(stranded.length === 0
      ? []
      : stranded.length === 1
        ? [t('Stranded is {0}: nothing on the way to the head replaces or skips it.', some(stranded))]
        : [
            t(
              '{0} versions are stranded, since nothing on the way to the head replaces or skips them: {1}.',
              stranded.length,
              some(stranded),
            ),
          ]),
    ...(missingCount === 0
      ? []
      : missingCount === 1
        ? [t('Not in this channel is {0}, which another version replaces or skips.', some(missing))]
        : [
            t(
              '{0} versions are not in this channel, and others replace or skip them: {1}.',
              missingCount,
              some(missing, missingCount),
            ),
          ]),
    ...(leftOut === 0
      ? []
      : leftOut === 1
        ? [t('1 more version is not shown.')]
        : [t('{0} more versions are not shown.', leftOut)]),
  ];
}

/** The first of them by name, and how many there are besides. */
function some(names: readonly string[], all = names.length): string {
  const shown = names.slice(0, mostNames);
  const others = all - shown.length;
  return others === 0 ? listed(shown) : t('{0} and {1} more', inRow(shown), others);
}

/** A row for who cannot see the picture. */
function spokenRow(row: GraphRow, { rows }: UpgradeGraph, deprecated: string | undefined): string {
  const label = oneLine(row.label);
  const replaced = rows[row.replaces];
  const skipped = countOf(row.skips);
  const [first] = row.skips;
  return inRow([
    row.state === 'head'
      ? t('{0}, the head', label)
      : row.state === 'stranded'
        ? t('{0}, stranded', label)
        : row.state === 'missing'
          ? t('{0}, not in this channel', label)
          : label,
    ...(deprecated === undefined ? [] : [t('deprecated')]),
    ...(replaced === undefined ? [] : [t('replaces {0}', oneLine(replaced.label))]),
    ...(first === undefined
      ? []
      : skipped === 1
        ? [t('skips {0}', oneLine(rows[first[0]]?.label ?? ''))]
        : [t('skips {0} versions', skipped)]),
    ...(row.skipRange === '' ? [] : [t('upgrades every version in {0}', oneLine(row.skipRange))]),
  ]);
}

function countOf(runs: readonly RowRun[]): number {
  return runs.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

/** The way from one version to another in a channel, in whichever direction there is one. */
export function pathAnswer(
  { channel: channelName, versions: [one, other] }: UpgradePathQuestion,
  owner: CatalogPackage,
): UpgradePathAnswer {
  const channel = channelOf(owner, channelName);
  const versions = new Map(owner.bundles.map(({ name, version }) => [name, version]));
  const label = (name: string) => oneLine(versions.get(name) || name);
  const way = (channels: readonly CatalogChannel[]) => {
    const there = shortestUpgradePath(owner, channels, { name: one }, other);
    return there ?? shortestUpgradePath(owner, channels, { name: other }, one);
  };
  const path = channel === undefined ? undefined : way([channel]);
  if (path === undefined) return noPath(label(one), label(other), channelName, way(owner.channels), label);
  const from = label(path[0]?.from ?? one);
  const to = label(path.at(-1)?.to ?? other);
  const byReplacing = path.every(({ by }) => by === 'replaces');
  return {
    steps: path.map(({ from: before, to: after, by }) => ({ from: before, to: after, by })),
    headline:
      path.length === 0
        ? t('{0} is one version.', from)
        : path.length === 1
          ? t('One upgrade leads from {0} to {1}.', from, to)
          : byReplacing
            ? t(
                '{0} upgrades lead from {1} to {2}, each to the version that replaces the one before.',
                path.length,
                from,
                to,
              )
            : t('{0} upgrades lead from {1} to {2}.', path.length, from, to),
    sentences:
      byReplacing && path.length > 1
        ? [[from, ...path.map((step) => label(step.to))].join(' → ')]
        : path.map((step) => stepSentence(step, label)),
  };
}

function stepSentence({ from, to, by }: UpgradeStep, label: (name: string) => string): string {
  switch (by) {
    case 'replaces':
      return t('{0} → {1}, which replaces it', label(from), label(to));
    case 'skips':
      return t('{0} → {1}, which skips it', label(from), label(to));
    case 'skipRange':
      return t('{0} → {1}, whose skipRange has it', label(from), label(to));
  }
}

function noPath(
  one: string,
  other: string,
  channel: string,
  elsewhere: readonly UpgradeStep[] | undefined,
  label: (name: string) => string,
): UpgradePathAnswer {
  const headline = t(
    'No upgrade leads from {0} to {1} in channel {2}, nor back.',
    one,
    other,
    oneLine(channel),
  );
  if (elsewhere === undefined || elsewhere.length === 0) return { steps: [], headline, sentences: [] };
  return {
    steps: [],
    headline,
    sentences: [
      t('A Subscription that changes its channel on the way gets there:'),
      ...elsewhere.map((step) =>
        t('{0} → {1} in channel {2}', label(step.from), label(step.to), oneLine(step.channel)),
      ),
    ],
  };
}
