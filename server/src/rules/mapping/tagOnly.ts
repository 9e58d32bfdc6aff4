import { memo } from '../../base/memo.ts';
import { lineRange } from '../../base/range.ts';
import { t } from '../../base/sentences.ts';
import { listed, shortName } from '../../base/words.ts';
import { isByTag, type MappingLine, type MappingPair } from '../../documents/mappingLine.ts';
import { hasTagMirrorSets, remedyForTagPulls } from '../../pulls/openShiftVersion.ts';
import { catalogIndexKey, isCatalogIndex } from '../../workspace/catalogIndex.ts';
import { clusterVersion } from '../../workspace/clusterVersion.ts';
import { imageName, type NamedImage, namedImage, nameOf } from '../../workspace/imageName.ts';
import { namedPull } from '../../workspace/namedPulls.ts';
import { defineRule, type Finding, later, type RuleContext, type Together } from '../rule.ts';
import { isDryRunDialect } from './dialect.ts';
import { pinsOf } from './pins.ts';
import {
  isRedirectedByTag,
  tagRedirectChanges,
  tagRedirectFixes,
  tagRedirectOfPair,
  tagRedirectsKey,
} from './tagRedirects.ts';

/** Sources by tag: the images that digest mirrors do not serve (seed 000). */
export const mappingTagOnly = defineRule({
  code: 'mapping/tag-only',
  severity: 'warning',
  unit: 'mapping-line',
  summary: 'A source by tag: no ICSP or IDMS entry is written for it, and no digest mirror serves it',
  documentation: `
\`oc adm catalog mirror\` says \`no digest mapping available for …, skip writing to ImageContentSourcePolicy\` for each of these
lines. ImageContentSourcePolicy and ImageDigestMirrorSet redirect pulls by digest only: a pod that pulls
\`quay.io/keycloak/keycloak-operator:15.0.2\` goes to quay.io, whatever the mirror registry has.

\`\`\`
file://community-operator/…/keycloak/keycloak-operator:15.0.2=registry.example.com:8443/community-operator/keycloak-keycloak-operator:15.0.2
\`\`\`

**Pinning the line to a digest** makes sure that exactly this image is copied, and lets the mirror sets list its
repository. The digests that the source, the destination and the \`v2/\` folder of \`oc\` have are offered; one offer for all
that agree. **It does not change what pods pull.** For pods that pull by tag there are three cures: an ImageTagMirrorSet
(OpenShift 4.13 and later), a drop-in for registries.conf written by a MachineConfig (before 4.13), or an operator bundle
that names its images by digest. The ImageTagMirrorSet is offered: the image is added to the one that has mirrors in the same
registry, or a new file is made beside the mapping.txt. Where the cluster is older, or nothing tells its version, a new file with
MachineConfigs for the nodes of \`worker\` and \`master\` is offered, for all repositories of the file at once. With either in the
workspace the line is as it should be, and nothing is reported.

Which tags pods pull, the catalog knows: where it is open, the finding says so of those that it names.

The catalog's own index image is the exception. It is always mirrored by tag, and the CatalogSource names it directly at
its new place, so nothing has to redirect it, and nothing is found; its hover says so. In the dialect of oc-mirror's dry run this is
only information, because oc-mirror writes the ImageTagMirrorSet itself.`,
  reads: (context) => [
    catalogIndexKey(context.snapshot, context.path),
    clusterVersion(context),
    tagRedirectsKey(context),
    isDryRunDialect(context),
    context.snapshot.catalogs,
  ],
  follows: (context) => [context.snapshot.provenance.changes, ...tagRedirectChanges(context)],
  check({ line }, context) {
    // In the usual form the ends tell, and no pair has to be made.
    if (line.usual?.isByDigest === true) return [];
    if (!line.pairs.some(({ source }) => isByTag(source))) return [];
    return sourcesByTag(line).flatMap((pairs): Finding<readonly MappingPair[]>[] => {
      const [pair] = pairs;
      if (pair === undefined) return [];
      // The CatalogSource names the catalog's own image at its new place; its hover says that.
      if (pairs.some((each) => isCatalogIndex(each, context.snapshot, context.path))) return [];
      if (isRedirectedByTag(pair, context)) return [];
      const { span } = pair.source;
      const found = { range: lineRange(0, span.start, span.end), data: pairs };
      const partly = partlyRedirected(pair, context);
      if (partly !== undefined) return [{ ...found, message: partly, severity: 'information' }];
      const copied = copiedByTag(pair, context);
      // oc-mirror redirects what is by tag, as long as its files are applied.
      return [{ ...found, ...saidOf(copied), ...(copied.isWritten ? { severity: 'information' } : {}) }];
    });
  },
  fixesAreOffers: true,
  fixes({ data: pairs = [] }, _unit, context) {
    const redirects = tagRedirectFixes('tag-only', pairs, context, ({ source }) => isByTag(source));
    return pairs[0]?.source.tagPattern === undefined ? [...redirects, ...pinsOf(pairs, context)] : redirects;
  },
});

/** The pairs of each source: a source with several destinations is one finding. */
function sourcesByTag({ pairs }: MappingLine): (readonly MappingPair[])[] {
  if (pairs.length === 1) return [pairs];
  const groups = new Map<number, MappingPair[]>();
  for (const pair of pairs) {
    if (!isByTag(pair.source)) continue;
    const group = groups.get(pair.source.span.start);
    if (group === undefined) groups.set(pair.source.span.start, [pair]);
    else group.push(pair);
  }
  return [...groups.values()];
}

/** What is left to do where a drop-in redirects pulls on the nodes of some pools. */
function partlyRedirected(pair: MappingPair, context: RuleContext): string | undefined {
  const { redirected, missing } = tagRedirectOfPair(pair, context);
  const { parsed } = pair.source;
  if (redirected.length === 0 || !parsed.ok) return undefined;
  const name = shortName(imageName(parsed.reference, context.snapshot, context.path));
  return t(
    '{0} is redirected on nodes of {1} only: those of {2} need a MachineConfig with the drop-in too',
    name,
    listed(redirected),
    listed(missing),
  );
}

/** All that is said of a source by tag, without the snapshot that tells it: the words are made of it when somebody reads them. */
interface CopiedByTag {
  readonly source: MappingPair['source'];
  /** Undefined where the source cannot be read. */
  readonly image: NamedImage | undefined;
  /** What pods that pull the tag need. */
  readonly remedy: string;
  /** True where oc-mirror writes that itself. */
  readonly isWritten: boolean;
  /** The catalogs by which pods pull the very tag, in words. */
  readonly catalogs: string | undefined;
}

function copiedByTag(pair: MappingPair, context: RuleContext): CopiedByTag {
  const { source } = pair;
  const { isWritten, remedy } = remedyIn(context);
  const image = source.parsed.ok
    ? namedImage(source.parsed.reference, context.snapshot, context.path)
    : undefined;
  return { source, image, remedy, isWritten, catalogs: isWritten ? undefined : pullersOf(pair, context) };
}

/** The same for all lines of a file. */
const remedyIn = memo((context: RuleContext): Pick<CopiedByTag, 'remedy' | 'isWritten'> => {
  const version = clusterVersion(context);
  return {
    remedy: remedyForTagPulls(version),
    isWritten: isDryRunDialect(context) && hasTagMirrorSets(version),
  };
});

function saidOf(copied: CopiedByTag): Pick<Finding, 'message' | 'together'> {
  return { message: later(() => messageOf(copied)), together: later(() => togetherOf(copied)) };
}

/**
 * All tags of one repository need the same ImageTagMirrorSet or drop-in. Where a catalog names some by their tags, what is known
 * of these is not said of the others.
 */
function togetherOf({ source, image, remedy, isWritten, catalogs }: CopiedByTag): Together | undefined {
  if (image === undefined || source.tagPattern !== undefined) return undefined;
  const repository = nameOf({ ...image, reference: { ...image.reference, tag: undefined } });
  const name = shortName(repository);
  if (catalogs !== undefined)
    return {
      key: `${repository} ${catalogs}`,
      message: (lines) =>
        t(
          '{0} is copied by tag in {1} lines, and pulled by these tags, as the catalog {3} says: ICSP and IDMS redirect pulls by digest only, so its pods need {2}',
          name,
          lines,
          remedy,
          catalogs,
        ),
    };
  return {
    key: repository,
    message: (lines) =>
      isWritten
        ? t(
            '{0} is copied by tag in {1} lines: ICSP and IDMS redirect pulls by digest only, so pods that pull these tags need {2}, which oc-mirror writes when it mirrors: apply it, too',
            name,
            lines,
            remedy,
          )
        : t(
            '{0} is copied by tag in {1} lines: ICSP and IDMS redirect pulls by digest only, so pods that pull these tags need {2}',
            name,
            lines,
            remedy,
          ),
  };
}

/** The catalogs by which pods pull the very tag of a source, in words. */
function pullersOf(pair: MappingPair, { snapshot }: RuleContext): string | undefined {
  const { parsed, tagPattern } = pair.source;
  const { tag } = parsed.ok ? parsed.reference : {};
  return tag === undefined || tagPattern !== undefined ? undefined : namedPull(pair, tag, snapshot).byTag;
}

function messageOf({ source, image, remedy, isWritten, catalogs }: CopiedByTag): string {
  const { tagPattern } = source;
  const name = shortName(image === undefined ? source.text : nameOf(image));
  if (catalogs !== undefined)
    return t(
      '{0} is copied by tag, and pulled by it, as the catalog {2} says: ICSP and IDMS redirect pulls by digest only, so its pods need {1}',
      name,
      remedy,
      catalogs,
    );
  if (tagPattern === undefined)
    return isWritten
      ? t(
          '{0} is copied by tag: ICSP and IDMS redirect pulls by digest only, so pods that pull this tag need {1}, which oc-mirror writes when it mirrors: apply it, too',
          name,
          remedy,
        )
      : t(
          '{0} is copied by tag: ICSP and IDMS redirect pulls by digest only, so pods that pull this tag need {1}',
          name,
          remedy,
        );
  if (tagPattern === '*')
    return isWritten
      ? t(
          '{0} is copied without a tag, which means all its tags: ICSP and IDMS redirect pulls by digest only, so pods that pull a tag need {1}, which oc-mirror writes when it mirrors: apply it, too',
          name,
          remedy,
        )
      : t(
          '{0} is copied without a tag, which means all its tags: ICSP and IDMS redirect pulls by digest only, so pods that pull a tag need {1}',
          name,
          remedy,
        );
  return isWritten
    ? t(
        '{0} is copied by all tags that match {1}: ICSP and IDMS redirect pulls by digest only, so pods that pull a tag need {2}, which oc-mirror writes when it mirrors: apply it, too',
        name,
        tagPattern,
        remedy,
      )
    : t(
        '{0} is copied by all tags that match {1}: ICSP and IDMS redirect pulls by digest only, so pods that pull a tag need {2}',
        name,
        tagPattern,
        remedy,
      );
}
