import { memoByName } from '../../base/memo.ts';
import { lineRange } from '../../base/range.ts';
import { t } from '../../base/sentences.ts';
import { shortName } from '../../base/words.ts';
import { withoutTransport } from '../../documents/imageReference.ts';
import { type MappingLine, type MappingPair, ofPairs } from '../../documents/mappingLine.ts';
import { isDigestTagOf, looksLikeDigestTag } from '../../documents/naming.ts';
import { canonicalRepository } from '../../documents/pullSpec.ts';
import { isAtHop, isInRegistry } from '../../documents/transport.ts';
import { remedyForTagPulls } from '../../pulls/openShiftVersion.ts';
import { catalogIndexKey, isCatalogIndex } from '../../workspace/catalogIndex.ts';
import { clusterVersion } from '../../workspace/clusterVersion.ts';
import { givenTag } from '../../workspace/givenTag.ts';
import { imageName } from '../../workspace/imageName.ts';
import { mappingIndex } from '../../workspace/mappingIndex.ts';
import { namedPull } from '../../workspace/namedPulls.ts';
import type { Severity } from '../../workspace/settings.ts';
import { defineRule, type RuleContext } from '../rule.ts';
import { confirmationChanges, isDigestConfirmed } from './confirmedDigest.ts';
import { isDryRunDialect } from './dialect.ts';
import { isRedirectedByTag, tagRedirectFixes, tagRedirectsKey } from './tagRedirects.ts';

/** Pinned lines whose destination still carries a tag that people gave: pods may pull by it. */
export const mappingTagPull = defineRule({
  code: 'mapping/tag-pull',
  severity: 'information',
  unit: 'mapping-line',
  summary: 'A pinned line whose image pods may still pull by tag',
  documentation: `
The source of this line is a digest, so the right image is copied. But the destination keeps a tag that a person gave
(\`oc\` itself would have used a hash), and that tells that something names the image by this tag. A pod that pulls by tag
is not redirected by ImageContentSourcePolicy or ImageDigestMirrorSet.

Whether pods do, the catalog knows. The editor opens it for such lines, \`check\` where it is on the disk, and with \`--online\` also in
a registry. An image that it names by this tag is then said to be pulled by it, and nothing is said of one that it names by this
digest alone, because its pods pull the digest.

While nothing confirms that the digest is the one of this tag, the finding is a warning, as it was before somebody pinned the
line: a digest that was typed or comes from somewhere else may be any image. It is information once the source, the destination or
the \`v2/\` folder is known to have this digest under the tag (hover the line, or *Verify destinations*), when the mapping.txt of
the first hop brought this digest to the path, or when a digest mirror set beside the file has the destination for a mirror:
\`oc adm catalog mirror\` lists there what its catalog names by digest.

If pods do pull the tag, add the repository to an ImageTagMirrorSet (OpenShift 4.13 and later), or before 4.13 to a
registries.conf drop-in written by a MachineConfig. If they pull by digest, there is nothing to do. The
ImageTagMirrorSet is offered; where one redirects the image already, nothing is reported.

The catalog's own index image is left out, because the CatalogSource names it directly at its new place, and so are the images of
an OpenShift release (\`:4.20.1-x86_64-cli\`), which the cluster pulls by digest. Nothing is said of the dialect of oc-mirror's dry run
either: there a tag beside a digest is the catalog's own, and pods then pull by the digest.`,
  reads: (context) => [
    catalogIndexKey(context.snapshot, context.path),
    clusterVersion(context),
    tagRedirectsKey(context),
    isDryRunDialect(context),
    context.facts.version,
    context.snapshot.catalogs,
  ],
  follows: (context) => [context.snapshot.provenance.changes, ...confirmationChanges(context)],
  findsNothing: isDryRunDialect,
  check({ line }, context) {
    if (isSurelyByDigest(line, context)) return [];
    return ofPairs(line, (pair) => {
      const tag = humanTag(pair, context);
      if (tag === undefined || isCatalogIndex(pair, context.snapshot, context.path)) return [];
      if (isRedirectedByTag(pair, context)) return [];
      const { span, parsed } = pair.destination;
      const { start, end } = (parsed.ok ? parsed.spans.tag : undefined) ?? { start: 0, end: 0 };
      return [
        {
          range: lineRange(0, span.start + start, span.start + end),
          data: pair,
          ...verdictOf(pair, tag, context),
        },
      ];
    });
  },
  fixesAreOffers: true,
  fixes({ data: pair }, _unit, context) {
    const isPulledByTag = (each: MappingPair) => humanTag(each, context) !== undefined;
    return pair === undefined ? [] : tagRedirectFixes('tag-pull', [pair], context, isPulledByTag);
  },
});

/** Pinning to a digest that nobody has confirmed is no reason to warn less. */
function verdictOf(
  pair: MappingPair,
  tag: string,
  context: RuleContext,
): { readonly message: string; readonly severity?: Severity } {
  const { source } = pair;
  const { snapshot, path } = context;
  const named = source.parsed.ok ? { ...source.parsed.reference, digest: undefined, tag } : undefined;
  const name = named === undefined ? source.text : imageName(named, snapshot, path);
  const remedy = remedyForTagPulls(clusterVersion(context));
  const { byTag } = namedPull(pair, tag, snapshot);
  if (isDigestConfirmed(pair, context)) {
    if (byTag !== undefined)
      return {
        message: t(
          '{0} is copied by digest, and pulled by tag, as the catalog {3} says: ICSP and IDMS redirect pulls by digest only, so pods that pull it as :{1} need {2}',
          shortName(name),
          tag,
          remedy,
          byTag,
        ),
      };
    return {
      message: t(
        '{0} is copied by digest, and may be pulled by tag: ICSP and IDMS redirect pulls by digest only, so pods that pull it as :{1} need {2}',
        shortName(name),
        tag,
        remedy,
      ),
    };
  }
  return {
    severity: 'warning',
    message: t(
      '{0} is pinned to a digest that nothing confirms, and may be pulled by tag: pods that pull it as :{1} need {2}; hover the line or verify its destination to confirm the digest',
      shortName(name),
      tag,
      remedy,
    ),
  };
}

/**
 * True where the tags of all images by digest that the file takes from a path of a file store are hashes of pull specs of
 * their originals: the tags of a path are held to their digests once, and nobody needs to do it line by line again.
 */
const areAllProven = memoByName(({ snapshot, path }: RuleContext, stored): boolean => {
  const originals = snapshot.provenance.origin(stored).repositories;
  const content = snapshot.files.get(path)?.content;
  if (content?.type !== 'mapping') return false;
  const { repositories, proven, refuted, silent } = mappingIndex(content.mapping).tagOrigins.get(stored);
  if (proven === 0 || refuted + silent > 0) return false;
  // Docker Hub's images have several pull specs, not all of which prove the same.
  return repositories.every((each) => !each.startsWith('docker.io/') && originals.includes(each));
});

/** True where the ends of a line in the usual form tell that `tagOfPeople` of its pair is undefined: no pair has to be made. */
function isSurelyByDigest({ usual }: MappingLine, context: RuleContext): boolean {
  if (usual === undefined) return false;
  if (!usual.isByDigest || !isInRegistry(usual.to)) return true;
  return looksLikeDigestTag(usual.tag) && isAtHop(usual.from) && areAllProven(context, usual.from.path);
}

/** The destination's tag when pods may pull by it: a person's own, unless a catalog says that they pull the digest. */
function humanTag(pair: MappingPair, context: RuleContext): string | undefined {
  const tag = tagOfPeople(pair, context);
  return tag === undefined || namedPull(pair, tag, context.snapshot).byDigestOnly ? undefined : tag;
}

/** The destination's tag when the source is a digest and the tag is not the one that `oc` makes from it. */
function tagOfPeople(pair: MappingPair, context: RuleContext): string | undefined {
  const { source, destination } = pair;
  if (!source.parsed.ok || !destination.parsed.ok) return undefined;
  const from = source.parsed.reference;
  const { tag } = destination.parsed.reference;
  if (from.digest === undefined || tag === undefined || !isInRegistry(destination.parsed.reference))
    return undefined;
  if (!looksLikeDigestTag(tag)) return givenTag(pair);
  // What is proven of all images of the path has been looked at once already.
  if (isAtHop(from) && areAllProven(context, withoutTransport(from))) return undefined;
  const originals = isAtHop(from)
    ? context.snapshot.provenance.originOf(from).repositories
    : [canonicalRepository(from)];
  // Without the original pull spec a tag of hexadecimal digits gets the benefit of the doubt.
  if (originals.length === 0) return undefined;
  const { digest } = from;
  return originals.some((repository) => isDigestTagOf(tag, repository, digest)) ? undefined : tag;
}
