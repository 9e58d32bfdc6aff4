import { sentence, t } from '../base/sentences.ts';
import { isMirrorSet, type MirrorSet, placedEntries } from '../documents/mirrorSet.ts';
import { isTemplateFile } from '../documents/yamlFile.ts';
import { mapLines } from '../documents/yamlPath.ts';
import { type DeadSources, deadSources } from '../pulls/deadSources.ts';
import { forecastOfSet } from '../pulls/forecast.ts';
import { mayDrainAnyway } from '../pulls/openShiftVersion.ts';
import { clusterVersion } from '../workspace/clusterVersion.ts';
import type { Settings } from '../workspace/settings.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { Lens } from './codeLenses.ts';

/** What applying each mirror set of a file does to the nodes, said above it. */
export function mirrorSetLenses(
  { snapshot, settings }: { readonly snapshot: Snapshot; readonly settings: Pick<Settings, 'cluster'> },
  path: string,
): Lens[] {
  const content = snapshot.files.get(path)?.content;
  // What a template will be applied as is not known.
  if (content?.type !== 'yaml' || isTemplateFile(content.yaml)) return [];
  const sets = content.yaml.resources.filter(isMirrorSet);
  const version = sets.length === 0 ? undefined : clusterVersion({ snapshot, settings, path });
  const stopping = new Set(
    snapshot.mirrorSets.problems
      .filter(({ stops }) => stops)
      .flatMap(({ entries }) => entries.map(({ entry }) => entry)),
  );
  return sets.flatMap((set): Lens[] => {
    if (set.entries.length === 0) return [];
    const stops = stopping.size > 0 && set.entries.some((entry) => stopping.has(entry));
    const dead = deadTitle(deadSources([set], snapshot.provenance));
    const applied = stops ? t(stopped) : titleFor(path, set, version);
    const { line, character } = set.heading.start;
    const place = mapLines(content.yaml.lines, line, character).first;
    return [dead, applied].flatMap((title) =>
      title === undefined ? [] : [{ title, action: 'forecast', line: place }],
    );
  });
}

/** What matters before any drain: how much of the set can redirect nothing. */
function deadTitle({ dead, all }: DeadSources): string | undefined {
  if (dead === 0) return undefined;
  if (dead < all) return t('{0} of {1} sources redirect nothing: they are left by a file:// hop', dead, all);
  return all === 1
    ? t('Redirects nothing: the only source is left by a file:// hop')
    : t('Redirects nothing: {0} of {1} sources are left by a file:// hop', dead, all);
}

const stopped = sentence('The machine-config-operator stops at this set: no node gets any change of mirrors');

/** One entry with a mirror decides for all: the entries of a new set are all for the same kind of pull. */
function titleFor(path: string, set: MirrorSet, version: string | undefined): string | undefined {
  const entry = set.entries.find(({ source, mirrors }) =>
    mirrors.some(({ value }) => value !== source?.value),
  );
  if (entry === undefined)
    return t('Applying this changes nothing: no entry has a mirror besides its source');
  const { effect, sets } = forecastOfSet(path, { ...set, ...placedEntries([entry], [0]) }, version);
  if (sets.some(({ change }) => change === 'refused')) return undefined;
  if (effect === 'drain')
    return set.kind === 'ImageTagMirrorSet'
      ? t('Applying this drains every node: it has mirrors for pulls by tag')
      : t('Applying this drains every node: OpenShift {0} does so for any change of mirrors', version ?? '');
  if (effect === 'reboot')
    return t(
      'Applying this drains and restarts every node: OpenShift {0} does so for any change of mirrors',
      version ?? '',
    );
  if (effect !== 'reload') return undefined;
  return mayDrainAnyway(version)
    ? t(
        'Applying this as a new set drains no node, but OpenShift {0} may drain anyway: it does where registries.conf has another registry that is not for pulls by digest only (bug 2056442)',
        version ?? '',
      )
    : t('Applying this as a new set drains no node');
}
