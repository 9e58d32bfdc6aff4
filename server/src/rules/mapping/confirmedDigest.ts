import type { LogMark } from '../../base/changeLog.ts';
import type { Chunk } from '../../base/chunked.ts';
import { memo } from '../../base/memo.ts';
import { folderOf } from '../../base/paths.ts';
import { type ImageReference, repositoryOf } from '../../documents/imageReference.ts';
import { destinationOf, type MappingPair } from '../../documents/mappingLine.ts';
import { isMirrorSet, type MirrorEntry, mirrorSetTypes } from '../../documents/mirrorSet.ts';
import { isAtHop, isOnDisk } from '../../documents/transport.ts';
import { fileDestination } from '../../workspace/mappingIndex.ts';
import type { Snapshot } from '../../workspace/snapshot.ts';
import type { RuleContext } from '../rule.ts';

/**
 * True when somebody else than the line itself says that the digest which it is pinned to is that of the tag at its
 * destination: the source, the destination or `v2/` has it under this tag, the mapping.txt of the first hop copied it to
 * this path, or a digest mirror set beside the file has the destination for a mirror, as `oc adm catalog mirror` writes it
 * of exactly the images that their catalog names by digest.
 *
 * It reads `facts.version`, and follows `confirmationChanges`.
 */
export function isDigestConfirmed(pair: MappingPair, context: RuleContext): boolean {
  const { parsed } = pair.source;
  const destination = destinationOf(pair);
  if (!parsed.ok || destination === undefined || parsed.reference.digest === undefined) return false;
  const { digest } = parsed.reference;
  const { tag } = destination;
  return (
    [destination, parsed.reference].some((place) => hasUnderTag({ ...place, tag }, digest, context)) ||
    firstHopBrought(parsed.reference, context.snapshot) ||
    isMirrorIn(context.snapshot, folderOf(context.path), repositoryOf(destination))
  );
}

/** What the network knows is taken as it is; a `v2/` folder is on this machine, and may be asked. */
function hasUnderTag(place: ImageReference, digest: string, { facts, path }: RuleContext): boolean {
  const tagged = { ...place, digest: undefined };
  const fact = isOnDisk(place) ? facts.image(tagged, path) : facts.peek(tagged, path);
  return fact.state === 'known' && fact.value.digest === digest;
}

/** The mirrors of entries, and the paths of file stores to which lines bring images, that come or go. */
export function confirmationChanges({ snapshot: { mirrorSets, mappingIndexes } }: RuleContext): LogMark[] {
  return [
    mirrorSets.changes,
    ...mappingIndexes.map(({ byFileDestination }) => byFileDestination.changes.mark),
  ];
}

function firstHopBrought(reference: ImageReference, snapshot: Snapshot): boolean {
  if (!isAtHop(reference)) return false;
  const { repository, digest } = reference;
  return snapshot.mappingIndexes.some(({ byFileDestination }) =>
    byFileDestination
      .get(repository)
      .some(({ pairs }) =>
        pairs.some(
          (pair) =>
            fileDestination(pair) === repository &&
            pair.source.parsed.ok &&
            pair.source.parsed.reference.digest === digest,
        ),
      ),
  );
}

/** True for a mirror of a digest mirror set in a folder. */
function isMirrorIn(snapshot: Snapshot, folder: string, repository: string): boolean {
  return snapshot
    .filesIn(folder)
    .flatMap(({ content }) => (content.type === 'yaml' ? content.yaml.resources.filter(isMirrorSet) : []))
    .filter(({ kind }) => mirrorSetTypes[kind].pulls === 'digest')
    .some(({ entries }) => entries.chunks.some((chunk) => mirrorsOf(chunk).has(repository)));
}

const mirrorsOf = memo(
  ({ items }: Chunk<MirrorEntry>): ReadonlySet<string> =>
    new Set(items.flatMap(({ mirrors }) => mirrors.map(({ value }) => value))),
);
