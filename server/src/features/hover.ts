import type { Position, Range } from '../base/range.ts';
import { formatReference, type ImageReference, placeOf, repositoryOf } from '../documents/imageReference.ts';
import { arrivalOf, type MappingPair } from '../documents/mapping.ts';
import { mirrorSetTypes } from '../documents/mirrorSet.ts';
import { isCatalogIndex } from '../workspace/catalogIndex.ts';
import { clusterVersion, remedyForTagPulls } from '../workspace/clusterVersion.ts';
import type { Fact, Facts, ImageFacts } from '../workspace/facts.ts';
import { localOrigin } from '../workspace/hop.ts';
import { defaultSettings, type Settings } from '../workspace/settings.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { imageAt, type ReferenceAt, type ScopeAt } from './imageAt.ts';
import { bold, bytes, code, prose, table, time } from './markdown.ts';
import { schemaHover } from './schemaAt.ts';
import { traceNote } from './traceNote.ts';

export interface HoverResult {
  readonly range: Range;
  /** Markdown. */
  readonly text: string;
}

/** What a hover is made from. */
export interface HoverContext {
  readonly snapshot: Snapshot;
  readonly facts: Facts;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Left out, the catalogs beside a file alone tell the version of its cluster. */
  readonly settings?: Pick<Settings, 'cluster'>;
}

/** What is known of the image under the cursor, or what the field there is for. */
export function hover(
  { snapshot, facts, now, settings = defaultSettings }: HoverContext,
  path: string,
  position: Position,
): HoverResult | undefined {
  const file = snapshot.files.get(path);
  const image = file === undefined ? undefined : imageAt(file, position);
  if (image === undefined) {
    return file?.content.type === 'yaml' ? schemaHover(file.content.yaml.lines, position) : undefined;
  }
  const sources = { snapshot, facts, now, settings, path };
  const text = 'reference' in image ? describeImage(image, sources) : describeScope(image, snapshot);
  return { range: image.range, text };
}

/** Where the answers come from, and from which file they are asked. */
interface Sources extends Required<HoverContext> {
  readonly path: string;
}

function describeImage(image: ReferenceAt, sources: Sources): string {
  const { reference } = image;
  const parts = [bold(code(formatReference(reference)))];
  if (reference.transport === 's3') parts.push('An S3 bucket, which cannot be asked from here.');
  else parts.push(describeFacts(reference, sources));
  if (reference.transport === 'file') parts.push(describeOrigin(reference, sources.snapshot));
  if ('pair' in image) parts.push(compareSides(image, sources));
  if (image.role === 'mapping-source') parts.push(...pullNotes(reference, image.pair, sources));
  else if (!('pair' in image)) parts.push(traceNote(reference, sources));
  return parts.filter((part) => part !== '').join('\n\n');
}

function describeFacts(reference: ImageReference, { facts, now, path }: Sources): string {
  const place = code(placeOf(reference));
  const fact = facts.image(reference, path);
  switch (fact.state) {
    case 'known':
      return factTable(fact.value, fact.at, reference, now);
    case 'missing':
      return `${place} does not have this image.`;
    case 'pending':
      return `Looking it up in ${place}; hover again in a moment.`;
    case 'failed':
      return `Not known: ${prose(fact.reason)}`;
  }
}

/** What the other end of the line has, and whether the two agree. */
function compareSides(image: Extract<ReferenceAt, { pair: MappingPair }>, { facts, path }: Sources): string {
  const atSource = image.role === 'mapping-source';
  const other = atSource ? arrivalOf(image.pair) : sourceOf(image.pair);
  if (other === undefined || other.transport === 's3') return '';
  const name = atSource ? 'Destination' : 'Source';
  const place = code(placeOf(other));
  const fact = facts.image(other, path);
  const theirs = other.digest ?? digestOf(fact);
  if (fact.state === 'missing') return `${name}: ${place} does not have ${code(formatReference(other))}.`;
  if (fact.state === 'failed') return `${name}: not known, ${prose(fact.reason)}`;
  if (fact.state === 'pending' || theirs === undefined) return `${name}: being looked up.`;
  const own = image.reference.digest ?? digestOf(facts.image(image.reference, path));
  if (own === undefined) return `${name}: ${place} has ${code(theirs)}.`;
  return own === theirs
    ? `${name}: the same digest, in ${place}.`
    : `${name}: **another digest**, ${code(theirs)} in ${place}.`;
}

function digestOf(fact: Fact<ImageFacts>): string | undefined {
  return fact.state === 'known' ? fact.value.digest : undefined;
}

function sourceOf({ source }: MappingPair): ImageReference | undefined {
  return source.parsed.ok && source.tagPattern === undefined ? source.parsed.reference : undefined;
}

/** A tag that nothing redirects needs no trace to say so, and one that a mirror set redirects needs no other word. */
function pullNotes(reference: ImageReference, pair: MappingPair, sources: Sources): string[] {
  if (reference.digest !== undefined)
    return [pullNote(reference, pair, sources), traceNote(reference, sources)];
  const { plan } = sources.snapshot.mirrorSets.coverageOf(reference);
  const redirected = plan.ok && plan.endpoints.some(({ from }) => from === 'mirror');
  return [redirected ? traceNote(reference, sources) : pullNote(reference, pair, sources)];
}

/** What a pull of the source by the pods of a cluster comes to. */
function pullNote({ digest, tag }: ImageReference, pair: MappingPair, sources: Sources): string {
  const given = pair.destination.parsed.ok ? pair.destination.parsed.reference.tag : undefined;
  const isIndex = isCatalogIndex(pair, sources.snapshot, sources.path);
  if (digest === undefined) return tag === undefined ? '' : isIndex ? indexNote : tagNote(tag, sources);
  if (given === undefined) return '';
  const pinned = `Pinned: exactly this image is copied, as ${code(`:${given}`)}.`;
  return isIndex
    ? `${pinned} ${indexNote}`
    : `${pinned} A pod that pulls a tag is still not redirected by ICSP or IDMS.`;
}

const indexNote =
  'This is the catalog’s own index image: the CatalogSource names it directly, so nothing has to redirect it.';

function tagNote(tag: string, sources: Sources): string {
  const version = clusterVersion(sources);
  const unless =
    version === undefined ? ' (OpenShift 4.13 and later), or before that a registries.conf drop-in' : '';
  return `Named by tag. ICSP and IDMS redirect pulls by digest only: pods that pull ${code(`:${tag}`)} need ${remedyForTagPulls(version)}${unless}.`;
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

function describeOrigin(reference: ImageReference, snapshot: Snapshot): string {
  const { certainty, repositories } = snapshot.provenance.origin(
    repositoryOf(reference).slice('file://'.length),
  );
  if (certainty === 'unknown') return '';
  const names = repositories.map(code).join(' and ');
  return certainty === 'certain'
    ? `It came from ${names}.`
    : `The mapping.txt files disagree where it came from: ${names}.`;
}

function describeScope(image: ScopeAt, snapshot: Snapshot): string {
  const { set, index, text, role } = image;
  const entry = set.entries[index];
  const pulls = `pulls by ${mirrorSetTypes[set.kind].pulls}`;
  const mirrors = entry?.mirrors.map((mirror) => code(mirror.value)) ?? [];
  const source = entry?.source?.value ?? '';
  if (role === 'mirror') return `${bold(code(text))}\n\nMirror of ${code(source)}, for ${pulls}.`;
  const lines = [bold(code(text))];
  const origin = localOrigin(text, snapshot.provenance);
  if (origin?.certainty === 'certain') {
    lines.push(
      `A path left by a \`file://\` hop: it never matches. The images come from ${origin.repositories.map(code).join(' and ')}.`,
    );
  } else if (origin !== undefined) {
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
