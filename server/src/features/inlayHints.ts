import { shortDigest } from '../base/digest.ts';
import { lineRange, type Position, type Range, touches } from '../base/range.ts';
import { t } from '../base/sentences.ts';
import { type ImageReference, parseReference, placeOf } from '../documents/imageReference.ts';
import { destinationOf } from '../documents/mappingLine.ts';
import { catalogImageOf } from '../documents/resources.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import type { Facts } from '../workspace/facts.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { imageSetHints } from './imageSetHints.ts';
import type { InlayHint } from './inlayHint.ts';

/** The short digest behind each tag in a range, and what is selected from catalogs, as far as it is known. Asks for what is not. */
export function inlayHints(
  { snapshot, facts }: { readonly snapshot: Snapshot; readonly facts: Facts },
  path: string,
  range: Range,
): InlayHint[] {
  const file = snapshot.files.get(path);
  if (file === undefined) return [];
  const digests = [...tagsIn(file, range)].flatMap(({ reference, end }) => {
    const fact = facts.image(reference, path);
    if (fact.state !== 'known') return [];
    const { digest } = fact.value;
    return [
      {
        position: end,
        label: shortDigest(digest),
        tooltip: t('{0} has {1} for this tag', placeOf(reference), digest),
      },
    ];
  });
  return [...digests, ...imageSetHints(file, facts, range)];
}

function* tagsIn(file: WorkspaceFile, range: Range): Generator<{ reference: ImageReference; end: Position }> {
  if (file.content.type === 'mapping') {
    const { lines } = file.content.mapping;
    for (let number = range.start.line; number <= Math.min(range.end.line, lines.length - 1); number++) {
      const sources = new Set<number>();
      for (const { source, destination } of lines.at(number)?.pairs ?? []) {
        const target = destinationOf({ source, destination });
        if (source.parsed.ok && source.tagPattern === undefined && !sources.has(source.span.start)) {
          sources.add(source.span.start);
          if (isTagged(source.parsed.reference))
            yield { reference: source.parsed.reference, end: endOf(number, source.span) };
        }
        if (target !== undefined && isTagged(target))
          yield { reference: target, end: endOf(number, destination.span) };
      }
    }
    return;
  }
  for (const resource of file.content.yaml.resources) {
    const image = catalogImageOf(resource);
    if (image === undefined || !touches(range, image.range.end)) continue;
    const parsed = parseReference(image.value);
    if (parsed.ok && isTagged(parsed.reference)) yield { reference: parsed.reference, end: image.range.end };
  }
}

function isTagged(reference: ImageReference): boolean {
  return reference.tag !== undefined && reference.digest === undefined;
}

function endOf(line: number, span: { readonly start: number; readonly end: number }): Position {
  return lineRange(line, span.start, span.end).end;
}
