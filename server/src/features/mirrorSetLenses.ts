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
    const applied = stops ? stopped : titleFor(path, set, version);
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
  if (dead < all) return `${dead} of ${all} sources redirect nothing: they are left by a file:// hop`;
  return all === 1
    ? 'Redirects nothing: the only source is left by a file:// hop'
    : `Redirects nothing: ${dead} of ${all} sources are left by a file:// hop`;
}

const stopped = 'The machine-config-operator stops at this set: no node gets any change of mirrors';

/** One entry with a mirror decides for all: the entries of a new set are all for the same kind of pull. */
function titleFor(path: string, set: MirrorSet, version: string | undefined): string | undefined {
  const entry = set.entries.find(({ source, mirrors }) =>
    mirrors.some(({ value }) => value !== source?.value),
  );
  if (entry === undefined) return 'Applying this changes nothing: no entry has a mirror besides its source';
  const { effect, sets } = forecastOfSet(path, { ...set, ...placedEntries([entry], [0]) }, version);
  if (sets.some(({ change }) => change === 'refused')) return undefined;
  if (effect === 'drain')
    return set.kind === 'ImageTagMirrorSet'
      ? 'Applying this drains every node: it has mirrors for pulls by tag'
      : `Applying this drains every node: OpenShift ${version} does so for any change of mirrors`;
  if (effect === 'reboot')
    return `Applying this drains and restarts every node: OpenShift ${version} does so for any change of mirrors`;
  if (effect !== 'reload') return undefined;
  return mayDrainAnyway(version)
    ? `Applying this as a new set drains no node, but OpenShift ${version} may drain anyway: it does where registries.conf has another registry that is not for pulls by digest only (bug 2056442)`
    : 'Applying this as a new set drains no node';
}
