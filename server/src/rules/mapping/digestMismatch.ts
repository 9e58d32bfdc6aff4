import { shortDigest } from '../../base/digest.ts';
import { lineRange } from '../../base/range.ts';
import { t } from '../../base/sentences.ts';
import { shortName } from '../../base/words.ts';
import { formatReference, type ImageReference } from '../../documents/imageReference.ts';
import { arrivalOf, type MappingPair, ofPairs } from '../../documents/mappingLine.ts';
import { defineRule, type RuleContext } from '../rule.ts';
import { factOf, knowsNothing } from './destinationFacts.ts';

/** Destinations that have another image than the source. */
export const mappingDigestMismatch = defineRule({
  code: 'mapping/digest-mismatch',
  severity: 'error',
  unit: 'mapping-line',
  summary: 'The destination has another digest than the source',
  documentation: `
The destination was asked and has another image under this name than the line says. The usual reasons:

- \`oc image mirror\` without \`--filter-by-os='.*'\` or \`--keep-manifest-list\` copied only one platform of an index. The digest at
  the destination then is that platform's, and pulls by the index's digest fail.
- The source's tag has moved since the copy.
- Two lines of a file write to one destination, and the other one came last.

Copy the line again: indexes are copied whole and digests never change.`,
  reads: ({ facts }) => facts.version,
  findsNothing: knowsNothing,
  check({ line }, context) {
    return ofPairs(line, (pair) => {
      const digests = digestsOf(pair, context);
      if (digests === undefined || digests.wanted === digests.found) return [];
      const { start, end } = pair.destination.span;
      const message = t(
        '{0} is another image: it has {1}…, but the source is {2}…; copy it again, with all its platforms',
        shortName(digests.name),
        shortDigest(digests.found),
        shortDigest(digests.wanted),
      );
      return [{ message, range: lineRange(0, start, end) }];
    });
  },
});

interface Digests {
  /** Of the image at the destination. */
  readonly name: string;
  readonly wanted: string;
  readonly found: string;
}

function digestsOf(pair: MappingPair, context: RuleContext): Digests | undefined {
  const arrival = arrivalOf(pair);
  if (arrival === undefined) return undefined;
  const fact = factOf(arrival, context);
  if (fact?.state !== 'known') return undefined;
  const wanted = wantedDigest(pair, context);
  if (wanted === undefined) return undefined;
  return { name: formatReference(arrival), wanted, found: fact.value.digest };
}

/** A source by tag is compared only with what is known of it anyway: a hover, or the store in \`v2/\`. */
function wantedDigest({ source }: MappingPair, { facts, path }: RuleContext): string | undefined {
  if (!source.parsed.ok || source.tagPattern !== undefined) return undefined;
  const reference: ImageReference = source.parsed.reference;
  if (reference.digest !== undefined) return reference.digest;
  const fact = facts.peek(reference, path);
  return fact.state === 'known' ? fact.value.digest : undefined;
}
