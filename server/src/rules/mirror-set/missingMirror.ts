import { memo, memoWhileSame } from '../../base/memo.ts';
import { t } from '../../base/sentences.ts';
import { shortName } from '../../base/words.ts';
import {
  exactReference,
  type ImageReference,
  parseReference,
  registryOf,
  repositoryOf,
} from '../../documents/imageReference.ts';
import { arrivalOf } from '../../documents/mappingLine.ts';
import { isMirrorSet, type MirrorEntry, type MirrorSet } from '../../documents/mirrorSet.ts';
import type { YamlScalar } from '../../documents/yamlNode.ts';
import type { Facts } from '../../workspace/facts.ts';
import { allRegistriesReached, keyOfRegistries } from '../../workspace/reached.ts';
import type { Snapshot } from '../../workspace/snapshot.ts';
import { defineRule, type RuleContext } from '../rule.ts';

/** Larger sets are looked up only as far as somebody asked for their images. */
const askedUnasked = 200;

/** Mirrors in which there is nothing. */
export const mirrorSetMissingMirror = defineRule({
  code: 'mirror-set/missing-mirror',
  severity: 'error',
  unit: 'mirror-entry',
  summary: 'The mirror repository does not have the images',
  documentation: `
The mirror's registry was asked: the repository is not there, or it lacks images that the \`mapping.txt\` in the workspace brings
to it. A node tries the mirror, does not find the image, and goes on to the source, which it cannot reach.

\`oc adm catalog mirror\` writes entries for images that failed too. Copy the mapping.txt again; what is there is skipped.

Nothing is reported before the first copy. A registry counts as filled once it is known to have a mirror of this file or an image of
a mapping.txt in the workspace, after a copy from the editor has ended, and when you ask: with *Verify destinations* in the
mapping.txt, or \`check --online\`.

Only entries that name a repository are looked up: of a registry or a namespace nobody can say what should be below it.`,
  reads: (context) => [context.facts.version, keyOfRegistries(filledRegistries(context))],
  follows: ({ snapshot }) =>
    snapshot.mappingIndexes.map(({ byDestinationRepository }) => byDestinationRepository.changes.mark),
  check({ entry, set }, context) {
    const asks = set.entries.length <= askedUnasked;
    if (!asks && !mayBeFilled(context)) return [];
    return entry.mirrors.flatMap((mirror) => {
      const problem = problemOf(mirror, entry, asks, context);
      if (problem === undefined || !isFilled(mirror, context)) return [];
      return [{ message: problem, range: mirror.range }];
    });
  },
});

function problemOf(
  mirror: YamlScalar,
  entry: MirrorEntry,
  asks: boolean,
  context: RuleContext,
): string | undefined {
  const parsed = parseReference(mirror.value);
  if (!parsed.ok || parsed.reference.registry === '' || parsed.reference.tag !== undefined) return undefined;
  const { facts, path } = context;
  const images = imagesBroughtTo(repositoryOf(parsed.reference), context);
  if (images.length === 0 && !isRepository(entry.source)) return undefined;
  const tags = asks ? facts.tags(parsed.reference) : facts.peekTags(parsed.reference);
  // docker-registry knows no repository that has images by digest only: those are asked for themselves.
  const isMissing = (image: ImageReference) =>
    (asks ? facts.image(image, path) : facts.peek(image, path)).state === 'missing';
  if (tags.state === 'missing' && images.every((image) => image.tag !== undefined || isMissing(image)))
    return t(
      '{0} is not there: {1} has no repository {2}',
      shortName(mirror.value),
      parsed.reference.registry,
      parsed.reference.repository,
    );
  const missing = images.filter((image) => facts.peek(image, path).state === 'missing');
  if (missing.length === 0) return undefined;
  return t(
    '{0} lacks {1} of {2} images that mapping.txt brings to it',
    shortName(mirror.value),
    missing.length,
    images.length,
  );
}

/** False while nothing can be said of any mirror of the file. */
const mayBeFilled = memo(
  (context: RuleContext): boolean => context.facts.asked(context.path) || filledRegistries(context).size > 0,
);

function isFilled(mirror: YamlScalar, context: RuleContext): boolean {
  return context.facts.asked(context.path) || filledRegistries(context).has(registryOf(mirror.value));
}

// By the snapshot, which holds the file; kept by the file it would hold a snapshot, and that the files before.
const keptFilled = memoWhileSame<Snapshot, ReadonlySet<string>>();

/** The registries that have been copied to: a mapping.txt got there, or a mirror of this file is known to be there. */
function filledRegistries({ snapshot, path, facts }: RuleContext): ReadonlySet<string> {
  const file = snapshot.files.get(path);
  if (file?.content.type !== 'yaml') return new Set();
  const sets = file.content.yaml.resources.filter(isMirrorSet);
  return keptFilled(snapshot, [path, facts, facts.version], () => filledIn(sets, snapshot, facts));
}

function filledIn(all: readonly MirrorSet[], snapshot: Snapshot, facts: Facts): ReadonlySet<string> {
  const registries = new Set(allRegistriesReached(snapshot, facts));
  for (const { entries } of all.filter((set) => set.entries.length <= askedUnasked)) {
    for (const mirror of entries.flatMap((entry) => entry.mirrors)) {
      const parsed = parseReference(mirror.value);
      if (parsed.ok && facts.peekTags(parsed.reference).state === 'known')
        registries.add(registryOf(mirror.value));
    }
  }
  return registries;
}

/** Registry, namespace and name; with less it stands for many repositories. */
function isRepository(source: YamlScalar | undefined): boolean {
  const parsed = source === undefined ? undefined : parseReference(source.value);
  return parsed?.ok === true && parsed.reference.registry !== '' && parsed.reference.repository.includes('/');
}

function imagesBroughtTo(repository: string, { snapshot }: RuleContext) {
  const images = snapshot.provenance
    .indexesTo(repository)
    .flatMap((index) =>
      index.byDestinationRepository
        .get(repository)
        .flatMap((line) => line.pairs.flatMap((pair) => arrivalOf(pair) ?? [])),
    );
  const own = images.filter((image) => repositoryOf(image) === repository);
  return [...new Map(own.map((image) => [exactReference(image), image])).values()];
}
