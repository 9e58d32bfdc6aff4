import { UserError } from '../base/errors.ts';
import {
  exactReference,
  formatReference,
  hostProblem,
  type ImageReference,
} from '../documents/imageReference.ts';
import {
  destinationKey,
  destinationOf,
  type MappingArgument,
  type MappingDocument,
  type MappingPair,
} from '../documents/mapping.ts';
import { isInRegistry } from '../documents/transport.ts';
import type { ImageSource, ImageStore } from '../stores/imageStore.ts';
import type { CopyRequest } from './copyImage.ts';
import type { PlannedImage } from './events.ts';
import { inParallel } from './parallel.ts';
import { asUserError, at } from './sides.ts';
import { matchesTag } from './tagPattern.ts';

/** Something for which `oc image mirror -f` refuses the whole file. Line and column are one-based. */
export interface MappingProblem {
  readonly line: number;
  readonly column: number;
  /** The rule of the editor that finds the same. */
  readonly code: 'mapping/syntax' | 'mapping/destination-digest' | 'mapping/duplicate-destination';
  readonly message: string;
}

/** An image of a mapping: what is to be copied, or why it cannot be. */
export type MappingJob =
  | { readonly image: PlannedImage; readonly request: CopyRequest }
  | { readonly image: PlannedImage; readonly error: UserError };

/** All reasons to refuse a mapping, in the order of the file. A mapping that has any must not be copied in part. */
export function mappingProblems(document: MappingDocument): MappingProblem[] {
  const takenBy = new Map<string, { line: number; source: string }>();
  const problems: MappingProblem[] = [];
  for (const [index, { pairs, problems: refused }] of document.lines.entries()) {
    const line = index + 1;
    const found: MappingProblem[] = refused.map(({ message, span }) => {
      return { line, column: span.start + 1, code: 'mapping/syntax', message };
    });
    for (const pair of pairs) {
      for (const side of [pair.source, pair.destination]) {
        const message = unreachable(side);
        if (message !== undefined)
          found.push({ line, column: side.span.start + 1, code: 'mapping/syntax', message });
      }
      const { parsed, span } = pair.destination;
      const column = span.start + 1;
      if (parsed.ok && parsed.reference.digest !== undefined) {
        const message =
          'a destination cannot have a digest: give it a tag, or nothing to push by digest only';
        found.push({ line, column, code: 'mapping/destination-digest', message });
      }
      const key = destinationKey(pair);
      if (key === undefined) continue;
      const taken = takenBy.get(key);
      if (taken === undefined) {
        takenBy.set(key, { line, source: pair.source.text });
        continue;
      }
      const message = `this destination is taken by ${taken.source} in line ${taken.line}`;
      found.push({ line, column, code: 'mapping/duplicate-destination', message });
    }
    problems.push(...found.sort((a, b) => a.column - b.column));
  }
  return problems;
}

/** Why no registry can be asked for a side of a pair, whatever the grammar of references says. */
function unreachable({ parsed }: MappingArgument): string | undefined {
  if (!parsed.ok || !isInRegistry(parsed.reference) || parsed.reference.registry === '') return undefined;
  return hostProblem(parsed.reference.registry);
}

export interface PlanOptions {
  /** The store of a reference's repository, the same one each time. May throw a `UserError`. */
  readonly openSource: (reference: ImageReference) => ImageSource;
  /** The same for a destination. */
  readonly openDestination: (reference: ImageReference) => ImageStore;
  /** How many repositories are listed at the same time. */
  readonly parallel: number;
  readonly signal: AbortSignal;
}

interface NumberedPair {
  readonly pair: MappingPair;
  readonly line: number;
  readonly column: number;
}

/** What has to be known of a pair before its images are. */
interface OpenedPair {
  readonly source: ImageSource;
  readonly destination: ImageStore;
  /** The tags that the source's pattern stands for; undefined for a source that is one image. */
  readonly tags: readonly string[] | undefined;
}

/**
 * The images of a mapping without problems, in the order of its lines. Sources that stand for several tags are
 * listed at their registries; whatever cannot be listed or opened becomes a job with an error.
 *
 * @throws the signal's reason once that fires; nothing else
 */
export async function planMapping(document: MappingDocument, options: PlanOptions): Promise<MappingJob[]> {
  const pairs = document.lines.flatMap((line, index) =>
    line.pairs.map((pair): NumberedPair => {
      return { pair, line: index + 1, column: pair.source.span.start + 1 };
    }),
  );
  const opened = new Map<NumberedPair, OpenedPair | UserError>();
  const host = ({ pair }: NumberedPair) => referenceOf(pair.source).registry;
  await inParallel(pairs, options.parallel, host, async (numbered) => {
    opened.set(numbered, await openPair(numbered.pair, options));
  });
  // Whoever names a destination in full has it, wherever a pattern that comes to it may stand.
  const taken = new Map<string, number>();
  for (const { pair, line } of pairs) {
    const key = destinationKey(pair);
    if (key !== undefined) taken.set(key, line);
  }
  return pairs.flatMap((numbered) => {
    const found = opened.get(numbered);
    return found === undefined ? [] : jobsOf(numbered, found, taken);
  });
}

async function openPair(
  pair: MappingPair,
  { openSource, openDestination, signal }: PlanOptions,
): Promise<OpenedPair | UserError> {
  try {
    const source = await at('source', () => openSource(referenceOf(pair.source)));
    const destination = await at('destination', () => openDestination(referenceOf(pair.destination)));
    const { tagPattern } = pair.source;
    if (tagPattern === undefined) return { source, destination, tags: undefined };
    return { source, destination, tags: await at('source', () => matchingTags(source, tagPattern, signal)) };
  } catch (error) {
    signal.throwIfAborted();
    return asUserError(error);
  }
}

function jobsOf(
  { pair, line, column }: NumberedPair,
  opened: OpenedPair | UserError,
  taken: Map<string, number>,
): MappingJob[] {
  const image = (source: string, destination: string) => ({ line, column, source, destination });
  if (opened instanceof UserError) {
    return [{ image: image(pair.source.text, pair.destination.text), error: opened }];
  }
  const job = (from: ImageReference, to: ImageReference): MappingJob => ({
    image: image(formatReference(from), formatReference(to)),
    request: {
      source: opened.source,
      reference: from.digest ?? from.tag ?? '',
      destination: opened.destination,
      tags: to.tag === undefined ? [] : [to.tag],
    },
  });
  const from = referenceOf(pair.source);
  const to = referenceOf(pair.destination);
  if (opened.tags === undefined) return [job(from, destinationOf(pair) ?? to)];
  return opened.tags.map((tag) => {
    const key = exactReference({ ...to, tag });
    const other = taken.get(key);
    if (other === undefined) {
      taken.set(key, line);
      return job({ ...from, tag }, { ...to, tag });
    }
    const error = new UserError('duplicateDestination', `this destination is taken by line ${other}`, {
      side: 'destination',
      nextStep: 'give one of the two another repository or tag',
    });
    return { image: image(formatReference({ ...from, tag }), formatReference({ ...to, tag })), error };
  });
}

function referenceOf({ parsed, text }: MappingArgument): ImageReference {
  // A mapping with such an argument is refused before it gets here.
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.reference;
}

async function matchingTags(store: ImageSource, pattern: string, signal: AbortSignal): Promise<string[]> {
  const tags = (await store.listTags(signal))?.filter((tag) => matchesTag(pattern, tag)) ?? [];
  if (tags.length > 0) return tags;
  const wanted = pattern === '*' ? 'has no tags' : `has no tag like ${pattern}`;
  throw new UserError('missing', `${store.name} ${wanted}`, {
    nextStep: 'check the name, or take the image out of the mapping',
  });
}
