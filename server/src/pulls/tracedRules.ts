import { memo } from '../base/memo.ts';
import { lastComponent } from '../base/paths.ts';
import { t } from '../base/sentences.ts';
import { inClauses, listed } from '../base/words.ts';
import {
  type ImageReference,
  isDockerHub,
  looksLikeRegistry,
  parseReference,
  registryOf,
  repositoryOf,
} from '../documents/imageReference.ts';
import { type MirrorSetKind, mirrorSetTypes } from '../documents/mirrorSet.ts';
import { scopesOf } from '../documents/pullRules.ts';
import { canonicalRepository } from '../documents/pullSpec.ts';
import { isInRegistry } from '../documents/transport.ts';
import { isLocalPath, localOrigin, repositoryBehindHop } from './hop.ts';
import { mirrorHostsOf } from './mirrorHosts.ts';
import {
  byFileAndSource,
  type NodeRegistry,
  neverContactsSource,
  type PlacedEntry,
  type SourceGroup,
} from './nodeRegistries.ts';
import type { PullFiles } from './pullFiles.ts';

/** Why an entry of a mirror set redirects a pull or does not. */
export interface EntryReason {
  readonly placed: PlacedEntry;
  readonly matched: boolean;
  /** Without a final dot. */
  readonly reason: string;
  /** True for an entry whose source is not the image’s name now and was meant to be: a path left by a hop. */
  readonly local: boolean;
  /** Of an entry that would redirect the pull: the manifest, `FILE:LINE`, that takes the place of its set. */
  readonly overwrittenBy?: string;
}

/** What a pull is, as entries are compared with it. */
export interface Pull {
  /** `HOST/PATH`, with Docker's defaults. */
  readonly name: string;
  readonly image: ImageReference;
  readonly by: 'digest' | 'tag';
  /** The table that decides about it. */
  readonly deciding: NodeRegistry | undefined;
  /** The file that replaces what the mirror sets say for this name. */
  readonly replacedBy: string | undefined;
}

/** More near misses would hide the one that matters. */
const mostNear = 10;

/**
 * Compares every entry with a pull: those that match first, then those that could have been meant, and why they do not
 * match. Entries that have nothing to do with the image are left out.
 */
export function reasonsOf(pull: Pull, snapshot: PullFiles): readonly EntryReason[] {
  const scopes = new Set(scopesOf(pull.name));
  const holding: EntryReason[] = [];
  const near: NearReason[] = [];
  for (const group of snapshot.mirrorSets.groups.values()) {
    if (scopes.has(group.source)) {
      for (const placed of group.entries) holding.push(holdingReason(placed, group, pull));
      continue;
    }
    for (const placed of group.entries) {
      const miss = nearReason(placed, group, pull, snapshot);
      if (miss === undefined) continue;
      const { rank, reason, local = false } = miss;
      near.push({ rank, reason: { placed, matched: false, reason, local } });
    }
  }
  const nearest = near.sort(byRank).slice(0, mostNear);
  return [...holding.sort(byImportance), ...nearest.map(({ reason }) => reason)];
}

function byImportance(a: EntryReason, b: EntryReason): number {
  const length = ({ placed }: EntryReason) => placed.entry.source?.value.length ?? 0;
  return (
    Number(b.matched) - Number(a.matched) || length(b) - length(a) || byFileAndSource(a.placed, b.placed)
  );
}

interface NearReason {
  readonly rank: number;
  readonly reason: EntryReason;
}

function byRank(a: NearReason, b: NearReason): number {
  return a.rank - b.rank || byFileAndSource(a.reason.placed, b.reason.placed);
}

/** The entries that the table of a source is made of. */
const placedOf = memo(({ entries }: NodeRegistry): ReadonlySet<PlacedEntry> => new Set(entries));

/** Of an entry whose source is a scope of the image. */
function holdingReason(placed: PlacedEntry, group: SourceGroup, pull: Pull): EntryReason {
  const result = (matched: boolean, reason: string): EntryReason => ({
    placed,
    matched,
    reason,
    local: false,
  });
  const problem = group.problems.find(
    ({ kind, entries }) => kind.endsWith('-format') && entries.includes(placed),
  );
  if (problem !== undefined) return result(false, problem.message);
  if (placed.entry.isTemplate)
    return result(false, t('its mirrors have a template in them, so that nobody knows yet what they are'));
  if (group.registry === undefined || !placedOf(group.registry).has(placed))
    return result(false, t('it has no mirror besides the source itself, so nodes do not get it'));
  if (pull.replacedBy !== undefined)
    return result(false, t('{0} has a table for this image, and only that one counts', pull.replacedBy));
  const { deciding } = pull;
  if (deciding?.above === group.source) return repeatedReason(placed, deciding, pull, result);
  if (deciding !== undefined && deciding.source !== group.source)
    return result(false, t('the longer source {0} decides alone', deciding.source));
  const { pulls } = mirrorSetTypes[placed.kind];
  const blocks = neverContactsSource(placed);
  if (pulls !== pull.by) {
    const only = onlyOtherPulls(placed.kind);
    return blocks
      ? result(
          true,
          t(
            'NeverContactSource blocks {0} for this pull too; of its mirrors none is asked: {1}',
            group.source,
            only,
          ),
        )
      : result(false, only);
  }
  const others =
    group.registry.entries.filter((other) => mirrorSetTypes[other.kind].pulls === pulls).length - 1;
  const clauses = [
    t('the longest source that holds for this image'),
    ...(others === 0 ? [] : [mergedWords(others)]),
    ...(blocks ? [t('NeverContactSource blocks the source')] : []),
  ];
  return result(true, inClauses(clauses));
}

function mergedWords(others: number): string {
  return others === 1
    ? t('its mirrors are merged with those of 1 other entry for this source')
    : t('its mirrors are merged with those of {0} other entries for this source', others);
}

/** Of an entry that is for the pulls that this one is not. */
function onlyOtherPulls(kind: MirrorSetKind): string {
  return mirrorSetTypes[kind].pulls === 'digest'
    ? t('an {0} redirects pulls by digest only, and this is a pull by tag', kind)
    : t('an {0} redirects pulls by tag only, and this is a pull by digest', kind);
}

/** Of an entry whose mirrors a blocked or insecure scope of the image configuration has too. */
function repeatedReason(
  { kind }: PlacedEntry,
  { source }: NodeRegistry,
  { by }: Pull,
  result: (matched: boolean, reason: string) => EntryReason,
): EntryReason {
  const { pulls } = mirrorSetTypes[kind];
  return pulls === by
    ? result(true, t('its mirrors are repeated for {0}, which the image configuration names', source))
    : result(false, onlyOtherPulls(kind));
}

interface Near {
  /** The smaller, the likelier is it that this entry was meant. */
  readonly rank: number;
  readonly reason: string;
  readonly local?: boolean;
}

/** Of an entry whose source is no scope of the image; undefined when it is for something else altogether. */
function nearReason(
  { entry, setName }: PlacedEntry,
  { source, problems }: SourceGroup,
  pull: Pull,
  snapshot: PullFiles,
): Near | undefined {
  const { name } = pull;
  const path = name.slice(name.indexOf('/') + 1);
  const sourceHost = registryOf(source);
  // Thousands of entries are for other images; what tells that at once comes before what must be parsed.
  const mayBeLocal =
    !looksLikeRegistry(sourceHost) || snapshot.provenance.origin(source).certainty !== 'unknown';
  const origin = mayBeLocal ? localOrigin(source, snapshot.provenance) : undefined;
  if (origin?.repositories.includes(name)) {
    const { repositories, byTags, byCatalogs } = origin;
    return {
      rank: 0,
      local: true,
      reason:
        byCatalogs === undefined || byTags === true
          ? t(
              'its source is a path left by a file:// hop, which never matches; the images come from {0}',
              listed(repositories),
            )
          : t(
              'its source is a path left by a file:// hop, which never matches; the images come from {0}, as the catalog {1} says',
              listed(repositories),
              listed(byCatalogs),
            ),
    };
  }
  if (origin?.certainty === 'unknown' && isLocalPath(source) && source.endsWith(`/${path}`)) {
    const mirrors = entry.mirrors.map(({ value }) => value);
    if (repositoryBehindHop(source, mirrors, snapshot.catalogRepositories, setName) === path)
      return {
        rank: 1,
        local: true,
        reason: t(
          'its source is a path left by a file:// hop, which never matches; the first hop’s mapping.txt or the catalog would tell whether it was {0}',
          name,
        ),
      };
  }
  const parsed = isDockerHub(sourceHost) || /[:@][^/]*$/.test(source) ? parseReference(source) : undefined;
  if (parsed?.ok && isInRegistry(parsed.reference)) {
    const known = canonicalRepository(parsed.reference);
    if (known !== source && [...scopesOf(name)].includes(known)) {
      const refused = problems.find(({ kind }) => kind === 'source-format')?.message;
      const reason = t('nodes know these images as {0}, and sources are compared letter by letter', known);
      return { rank: 2, reason: refused ?? reason };
    }
  }
  if (source.toLowerCase() === name.toLowerCase())
    return { rank: 3, reason: t('upper and lower case differ') };
  const host = registryOf(name);
  const sourcePath = source.slice(sourceHost.length + 1);
  if (sourcePath === path && sourceHost !== host)
    return withoutPort(sourceHost) === withoutPort(host)
      ? { rank: 4, reason: t('its port is another one: {0} is not {1}', sourceHost, host) }
      : { rank: 6, reason: t('it is for another registry, {0}', sourceHost) };
  if (source.startsWith(`${name}/`)) return { rank: 5, reason: t('it is for what lies below {0}', name) };
  if (sourceHost !== host || sourcePath === '') return undefined;
  if (name.startsWith(source) || source.startsWith(name))
    return {
      rank: 7,
      reason: t(
        'a source holds for whole names, and {0} is not {1}',
        lastComponent(source),
        lastComponent(name),
      ),
    };
  if (lastComponent(source) === lastComponent(name))
    return {
      rank: 8,
      reason: t('it is for another namespace, {0}', source.slice(0, source.lastIndexOf('/'))),
    };
  return undefined;
}

function withoutPort(host: string): string {
  return host.split(':', 1)[0] ?? host;
}

/** The repository as nodes name it: Docker's defaults filled in. */
export function nodeName(image: ImageReference): string {
  return canonicalRepository(image);
}

/** How an image names where its mirrors are: `place` below a mirror of an entry, `registry` elsewhere in its registry. */
export type MirrorNamed = 'place' | 'registry';

/**
 * Whether an image names where its mirrors are, so that nothing needs to redirect it: `place` below a mirror of an entry,
 * `registry` in a registry that has mirrors and is nobody's source.
 */
export function mirrorNamed(image: ImageReference, { mirrorSets }: PullFiles): MirrorNamed | undefined {
  const { mirrors, ofMirrors, ofSources } = mirrorHostsOf(mirrorSets);
  for (const scope of scopesOf(repositoryOf(image))) if (mirrors.has(scope)) return 'place';
  return ofMirrors.has(image.registry) && !ofSources.has(image.registry) ? 'registry' : undefined;
}
