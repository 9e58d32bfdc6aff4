import type { Position, Range } from '../base/range.ts';
import {
  formatReference,
  type ImageReference,
  repositoryOf,
  withDockerDefaults,
} from '../documents/imageReference.ts';
import { mirrorSetTypes } from '../documents/mirrorSet.ts';
import type { Facts, ImageFacts } from '../workspace/facts.ts';
import { isLocalPath } from '../workspace/hop.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { imageAt, type ReferenceAt, type ScopeAt } from './imageAt.ts';
import { bold, bytes, code, table, time } from './markdown.ts';

export interface HoverResult {
  readonly range: Range;
  /** Markdown. */
  readonly text: string;
}

/** What is known of the image under the cursor. `now` is in milliseconds since the epoch. */
export function hover(
  { snapshot, facts, now }: { snapshot: Snapshot; facts: Facts; now: number },
  path: string,
  position: Position,
): HoverResult | undefined {
  const file = snapshot.files.get(path);
  const image = file === undefined ? undefined : imageAt(file, position);
  if (image === undefined) return undefined;
  const text =
    'reference' in image ? describeImage(image, snapshot, facts, now) : describeScope(image, snapshot);
  return { range: image.range, text };
}

function describeImage(image: ReferenceAt, snapshot: Snapshot, facts: Facts, now: number): string {
  const { reference } = image;
  const parts = [bold(code(formatReference(reference)))];
  if (reference.transport === 'file') parts.push(describeFile(reference, snapshot));
  else if (reference.transport === 's3') parts.push('An S3 bucket, which cannot be asked from here.');
  else parts.push(describeFacts(reference, facts, now));
  if (image.role === 'mapping-source' && reference.digest === undefined && reference.tag !== undefined)
    parts.push(tagNote(reference.tag));
  if (image.role === 'mapping-source' && reference.digest !== undefined) {
    const { parsed } = image.pair.destination;
    const tag = parsed.ok ? parsed.reference.tag : undefined;
    if (tag !== undefined) parts.push(pinnedNote(tag));
  }
  return parts.join('\n\n');
}

function describeFacts(reference: ImageReference, facts: Facts, now: number): string {
  const { registry } = withDockerDefaults(reference);
  const fact = facts.image(reference);
  switch (fact.state) {
    case 'known':
      return factTable(fact.value, fact.at, reference, now);
    case 'missing':
      return `${code(registry)} does not have this image.`;
    case 'pending':
      return `Looking it up in ${code(registry)}; hover again in a moment.`;
    case 'failed':
      return `Not known: ${fact.reason}`;
  }
}

function factTable(image: ImageFacts, at: number, reference: ImageReference, now: number): string {
  const age = Math.round((now - at) / 60_000);
  // A digest names its content for ever; only what a tag points to grows old.
  const seen =
    reference.digest !== undefined || age < 1
      ? ''
      : ` (as of ${age < 120 ? `${age} min` : `${Math.round(age / 60)} h`} ago)`;
  return table([
    ['Digest', `${code(image.digest)}${seen}`],
    ['Platforms', image.platforms.map(code).join(', ') || 'not said'],
    ['Size', bytes(image.size)],
    ['Created', image.created === undefined ? 'not said' : time(image.created, now)],
  ]);
}

function describeFile(reference: ImageReference, snapshot: Snapshot): string {
  const { certainty, repositories } = snapshot.provenance.origin(
    repositoryOf(reference).slice('file://'.length),
  );
  const where = 'In the file store (`v2/`) that `oc` writes.';
  if (certainty === 'unknown') return where;
  const names = repositories.map(code).join(' and ');
  return certainty === 'certain'
    ? `${where} It came from ${names}.`
    : `${where} The mapping.txt files disagree where it came from: ${names}.`;
}

function tagNote(tag: string): string {
  return `Named by tag. ICSP and IDMS redirect pulls by digest only: pods that pull ${code(`:${tag}`)} need an ImageTagMirrorSet (OpenShift 4.13), or before that a registries.conf drop-in.`;
}

function pinnedNote(tag: string): string {
  return `Pinned: exactly this image is copied, as ${code(`:${tag}`)}. A pod that pulls a tag is still not redirected by ICSP or IDMS.`;
}

function describeScope(image: ScopeAt, snapshot: Snapshot): string {
  const { set, index, text, role } = image;
  const entry = set.entries[index];
  const pulls = `pulls by ${mirrorSetTypes[set.kind].pulls}`;
  const mirrors = entry?.mirrors.map((mirror) => code(mirror.value)) ?? [];
  const source = entry?.source?.value ?? '';
  if (role === 'mirror') return `${bold(code(text))}\n\nMirror of ${code(source)}, for ${pulls}.`;
  const lines = [bold(code(text))];
  const origin = snapshot.provenance.origin(text);
  if (origin.certainty === 'certain') {
    lines.push(
      `A path left by a \`file://\` hop: it never matches. The images come from ${origin.repositories.map(code).join(' and ')}.`,
    );
  } else if (isLocalPath(text)) {
    lines.push('A path left by a `file://` hop: it never matches a pull.');
  } else {
    lines.push(
      mirrors.length === 0
        ? 'It has no mirrors, so nothing is redirected.'
        : `For ${pulls}, everything below it is looked for in this order: ${mirrors.join(', ')}, then at the source.`,
    );
  }
  return lines.join('\n\n');
}
