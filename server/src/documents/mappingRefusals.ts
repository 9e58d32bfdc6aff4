import { t } from '../base/sentences.ts';
import { shortName } from '../base/words.ts';
import { formatReference, type Span } from './imageReference.ts';
import type { MappingDocument } from './mapping.ts';
import { destinationKey, type MappingLine, type MappingPair, ofPairs } from './mappingLine.ts';

/**
 * Something for which a mapping is refused as a whole: by `oc image mirror -f`, by `operator-mirror copy`, and by the rule of
 * this code in an editor. What is refused is said here for all of them; what `oc` alone refuses, the rule alone tells.
 */
export interface Refusal {
  readonly code: 'mapping/syntax' | 'mapping/destination-digest' | 'mapping/duplicate-destination';
  /** Zero-based. */
  readonly line: number;
  /** In the line. */
  readonly span: Span;
  readonly message: string;
}

/** A destination with a digest. */
export interface DigestRefusal {
  /** The digest with its `@`. */
  readonly span: Span;
  readonly message: string;
  /** True where it is not even the source's: one of the two is a mistake. */
  readonly contradicts: boolean;
}

/** A pair and the line it is in, zero-based. */
export interface PlacedPair {
  readonly line: number;
  readonly pair: MappingPair;
}

/** A pair whose destination another one has taken before it. */
export interface TakenPair extends PlacedPair {
  readonly first: PlacedPair;
}

/**
 * All reasons to refuse a mapping, in the order of the text. One that has any must not be copied in part.
 * A line that is a template is one of them: it names no image yet.
 */
export function mappingRefusals({ lines }: MappingDocument): Refusal[] {
  const refusals: Refusal[] = [];
  const byKey = new Map<string, PlacedPair[]>();
  for (const [line, parsed] of lines.entries()) {
    for (const { message, span, isOfOcAlone } of parsed.problems) {
      if (isOfOcAlone !== true) refusals.push({ code: 'mapping/syntax', line, span, message });
    }
    if (parsed.isTemplate) refusals.push({ code: 'mapping/syntax', line, ...templateRefusal(parsed.text) });
    for (const { message, span } of digestRefusals(parsed)) {
      refusals.push({ code: 'mapping/destination-digest', line, span, message });
    }
    for (const pair of parsed.pairs) {
      const key = destinationKey(pair);
      if (key === undefined) continue;
      const places = byKey.get(key);
      if (places === undefined) byKey.set(key, [{ line, pair }]);
      else places.push({ line, pair });
    }
  }
  for (const places of byKey.values()) {
    for (const taken of takenPairs(places)) {
      const { span } = taken.pair.destination;
      refusals.push({
        code: 'mapping/duplicate-destination',
        line: taken.line,
        span,
        message: takenMessage(taken),
      });
    }
  }
  return refusals.sort((a, b) => a.line - b.line || a.span.start - b.span.start);
}

const noRefusals: readonly DigestRefusal[] = [];

/** The destinations of a line that have a digest, which the source alone decides. */
export function digestRefusals(line: MappingLine): readonly DigestRefusal[] {
  // In the usual form a destination has a tag.
  if (line.usual !== undefined) return noRefusals;
  return ofPairs(line, ({ source, destination }) => {
    const { parsed } = destination;
    if (!parsed.ok || parsed.reference.digest === undefined) return [];
    const { span } = destination;
    const { digest } = parsed.spans;
    const from = source.parsed.ok ? source.parsed.reference.digest : undefined;
    const contradicts = from !== undefined && from !== parsed.reference.digest;
    const name = shortName(destination.text);
    const message = contradicts
      ? t(
          '{0} is a destination with a digest, which is not even the source’s: the source decides what arrives',
          name,
        )
      : t(
          '{0} is a destination with a digest, which is not allowed: give it a tag, or nothing to push by digest only',
          name,
        );
    return [{ span: { start: span.start + (digest?.start ?? 1) - 1, end: span.end }, message, contradicts }];
  });
}

/** Of pairs that have one destination (`destinationKey`), in any order: all but the first, which has taken it. */
export function takenPairs(places: readonly PlacedPair[]): TakenPair[] {
  if (places.length < 2) return [];
  const [first, ...later] = [...places].sort(
    (a, b) => a.line - b.line || a.pair.destination.span.start - b.pair.destination.span.start,
  );
  return first === undefined ? [] : later.map((place) => ({ ...place, first }));
}

/** Who has taken a destination, and what becomes of the file. `inDialect`: it is oc-mirror's, which `oc` does not read. */
export function takenMessage({ pair: { destination }, first }: TakenPair, inDialect = false): string {
  const name = shortName(
    destination.parsed.ok ? formatReference(destination.parsed.reference) : destination.text,
  );
  const source = first.pair.source.text;
  const line = first.line + 1;
  return inDialect
    ? t(
        '{0} is taken by {1} in line {2}: oc-mirror writes both there, and only the one that comes last is left',
        name,
        source,
        line,
      )
    : t(
        '{0} is taken by {1} in line {2}: `oc image mirror` refuses the file, `oc adm catalog mirror` lets the last one win',
        name,
        source,
        line,
      );
}

function templateRefusal(text: string): Pick<Refusal, 'span' | 'message'> {
  const start = text.length - text.trimStart().length;
  const message = t(
    '{0} is a template: fill it in first, as nobody knows yet which image it names',
    shortName(text.trim()),
  );
  return { span: { start, end: text.trimEnd().length }, message };
}
