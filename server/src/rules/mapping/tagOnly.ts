import { shortDigest } from '../../base/digest.ts';
import { lineRange, type TextEdit } from '../../base/range.ts';
import { exactReference, formatReference, type ImageReference } from '../../documents/imageReference.ts';
import { destinationOf, isByTag, type MappingLine, type MappingPair } from '../../documents/mapping.ts';
import { fileDestination, mappingIndex } from '../../workspace/mappingIndex.ts';
import { folderOf } from '../../workspace/snapshot.ts';
import { defineRule, type Finding, type Fix, type RuleContext } from '../rule.ts';

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
repository. **It does not change what pods pull.** For pods that pull by tag there are three cures: an ImageTagMirrorSet
(OpenShift 4.13 and later), a drop-in for registries.conf written by a MachineConfig (before 4.13), or an operator bundle
that names its images by digest.

The catalog's own index image is the exception. It is always mirrored by tag, and the CatalogSource names it directly at
its new place, so nothing has to redirect it: there this is only a hint.`,
  reads: indexImages,
  check({ line }, context) {
    return sourcesByTag(line).map((pair) => {
      const { span } = pair.source;
      const range = lineRange(0, span.start, span.end);
      if (isCatalogIndex(pair, context)) {
        return {
          severity: 'hint',
          range,
          message:
            'The catalog’s own index image: by tag is fine, because the CatalogSource names it directly',
        };
      }
      return { range, message: messageOf(pair) };
    });
  },
  fixes(finding, { line }, context) {
    const pair = sourcesByTag(line).find(({ source }) => source.span.start === finding.range.start.character);
    return pair === undefined || pair.source.tagPattern !== undefined
      ? []
      : pins(pair, line, finding, context);
  },
});

/** One pair for each source: a source with several destinations is one finding. */
function sourcesByTag(line: MappingLine): MappingPair[] {
  const starts = new Set<number>();
  return line.pairs.filter(({ source }) => {
    if (!isByTag(source) || starts.has(source.span.start)) return false;
    starts.add(source.span.start);
    return true;
  });
}

function messageOf(pair: MappingPair): string {
  const { tagPattern } = pair.source;
  const what =
    tagPattern === undefined
      ? 'by tag'
      : tagPattern === '*'
        ? 'without a tag (all tags)'
        : `by tags ${tagPattern}`;
  return `Source ${what}: no ICSP or IDMS entry is written for it, and pods that pull by tag are not redirected by one`;
}

/** What decides which line is the catalog's own, as one comparable text. */
function indexImages(context: RuleContext): string {
  const images = [...context.snapshot.catalogImages(folderOf(context.path))].sort();
  return [indexRepository(context) ?? '', ...images].join(' ');
}

function indexRepository({ snapshot, path }: RuleContext): string | undefined {
  const content = snapshot.files.get(path)?.content;
  return content?.type === 'mapping' ? mappingIndex(content.mapping).indexRepository : undefined;
}

function isCatalogIndex(pair: MappingPair, context: RuleContext): boolean {
  const destination = destinationOf(pair);
  if (destination === undefined) return false;
  if (context.snapshot.catalogImages(folderOf(context.path)).has(exactReference(destination))) return true;
  const index = indexRepository(context);
  if (index === undefined) return false;
  return (
    fileDestination(pair) === index || pair.source.text.replace(/^file:\/\/\/?/, '').startsWith(`${index}:`)
  );
}

/**
 * One fix for each side that a registry can answer for. The two may disagree, when the tag has moved since the
 * copy; which one is meant only a person knows, so none is preferred.
 */
function pins(pair: MappingPair, line: MappingLine, finding: Finding, context: RuleContext): Fix[] {
  if (!pair.source.parsed.ok) return [];
  const source = pair.source.parsed.reference;
  const destination = destinationOf(pair);
  const sides: { id: string; reference: ImageReference }[] = [{ id: 'pin-to-source', reference: source }];
  if (destination !== undefined) sides.push({ id: 'pin-to-destination', reference: destination });

  const fixes: Fix[] = [];
  const offered = new Set<string>();
  for (const { id, reference } of sides) {
    if (reference.transport !== 'registry') continue;
    const fact = context.facts.image(reference);
    if (fact.state === 'pending') {
      const title = `Pin to the digest that ${reference.registry} has for ${versionOf(reference)}`;
      fixes.push({ id, title, preferred: false, awaits: [reference], edits: () => [] });
    }
    if (fact.state !== 'known' || offered.has(fact.value.digest)) continue;
    offered.add(fact.value.digest);
    const { digest } = fact.value;
    const title = `Pin to ${shortDigest(digest)}… that ${reference.registry} has (pods that pull :${source.tag} still need an ImageTagMirrorSet)`;
    fixes.push({ id, title, preferred: false, edits: () => pinEdits(line, finding, source, digest) });
  }
  return fixes;
}

function versionOf(reference: ImageReference): string {
  return reference.tag === undefined ? formatReference(reference) : `:${reference.tag}`;
}

/** The tag of the source becomes the digest; destinations that took the tag from it get it written out. */
function pinEdits(line: MappingLine, finding: Finding, source: ImageReference, digest: string): TextEdit[] {
  const start = finding.range.start.character;
  const edits: TextEdit[] = [];
  for (const pair of line.pairs) {
    if (pair.source.span.start !== start || !pair.source.parsed.ok || !pair.destination.parsed.ok) continue;
    const { tag } = pair.source.parsed.spans;
    if (edits.length === 0 && tag !== undefined) {
      edits.push({ range: lineRange(0, start + tag.start - 1, start + tag.end), newText: `@${digest}` });
    }
    if (pair.destination.parsed.reference.tag === undefined) {
      const { end } = pair.destination.span;
      edits.push({ range: lineRange(0, end, end), newText: `:${source.tag}` });
    }
  }
  return edits;
}
