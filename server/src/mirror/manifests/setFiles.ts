import type { MirrorSetKind } from '../../documents/mirrorSet.ts';
import { machineConfigText } from '../../pulls/machineConfigText.ts';
import { mirrorSetText } from '../../pulls/mirrorSetText.ts';
import { usualRoles } from '../../pulls/nodePools.ts';
import { hasTagMirrorSets } from '../../pulls/openShiftVersion.ts';
import type { WantedRedirect } from '../../pulls/withoutShadows.ts';
import type { ManifestFile } from './manifestFile.ts';

/** Bytes of an object that the API server still takes with the copy that `oc apply` makes in an annotation: `oc` splits there too. */
export const longestObject = 250_000;

/**
 * The files that make nodes pull from mirrors: one for each kind of object that is needed. Before OpenShift 4.13 there are no
 * mirror sets for tags, and MachineConfigs put a drop-in for registries.conf on the nodes instead.
 * @param version `MAJOR.MINOR` of the cluster; undefined is taken for a current one
 */
export function setFiles(
  name: string,
  entries: readonly WantedRedirect[],
  version: string | undefined,
): ManifestFile[] {
  const byDigest = entries.filter(({ by }) => by === 'digest');
  const byTag = entries.filter(({ by }) => by === 'tag');
  return hasTagMirrorSets(version)
    ? [...setFile('ImageDigestMirrorSet', name, byDigest), ...setFile('ImageTagMirrorSet', name, byTag)]
    : [...setFile('ImageContentSourcePolicy', name, byDigest), ...dropInFile(name, byTag, version)];
}

function setFile(kind: MirrorSetKind, name: string, entries: readonly WantedRedirect[]): ManifestFile[] {
  const text = (part: readonly WantedRedirect[], number: number) =>
    mirrorSetText(kind, numbered(name, number), part);
  return fileOf(fileNameOf(kind), entries, text, '---\n');
}

function dropInFile(
  name: string,
  entries: readonly WantedRedirect[],
  version: string | undefined,
): ManifestFile[] {
  const text = (part: readonly WantedRedirect[], number: number) =>
    machineConfigText(numbered(name, number), part, usualRoles, version);
  return fileOf('machineConfig.yaml', entries, text, '---\n');
}

/** What a kind's file is called, as `oc` calls it. */
export function fileNameOf(kind: MirrorSetKind): string {
  return `${kind.charAt(0).toLowerCase()}${kind.slice(1)}.yaml`;
}

/** A file of as many objects as it takes for none of them to be too long. */
function fileOf(
  name: string,
  entries: readonly WantedRedirect[],
  text: (part: readonly WantedRedirect[], number: number) => string,
  between: string,
): ManifestFile[] {
  if (entries.length === 0) return [];
  const parts = inParts(entries, (part) => text(part, 1).length);
  return [{ name, text: parts.map((part, index) => text(part, index + 1)).join(between) }];
}

/** Parts of which none is longer than an object may be, unless a single entry is. */
function inParts(
  entries: readonly WantedRedirect[],
  lengthOf: (part: readonly WantedRedirect[]) => number,
): WantedRedirect[][] {
  const empty = lengthOf([]);
  const parts: WantedRedirect[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    const own = lengthOf([entry]) - empty;
    if (length + own > longestObject) {
      parts.push([]);
      length = empty;
    }
    parts.at(-1)?.push(entry);
    length += own;
  }
  return parts;
}

function numbered(name: string, number: number): string {
  return number === 1 ? name : `${name}-${number}`;
}
