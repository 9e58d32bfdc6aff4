import type { Position, Range } from '../base/range.ts';
import {
  formatReference,
  type ImageReference,
  placeOf,
  withoutTransport,
} from '../documents/imageReference.ts';
import { arrivalOf, isOcMirrorCache, type MappingPair } from '../documents/mapping.ts';
import { mirrorSetTypes } from '../documents/mirrorSet.ts';
import { looksLikeDigestTag } from '../documents/naming.ts';
import { isAtHop, unaskable } from '../documents/transport.ts';
import { localOrigin } from '../pulls/hop.ts';
import { remedyForTagPulls } from '../pulls/openShiftVersion.ts';
import { artifactName } from '../workspace/artifactNames.ts';
import { isCatalogIndex } from '../workspace/catalogIndex.ts';
import { clusterVersion } from '../workspace/clusterVersion.ts';
import type { Fact, Facts, ImageFacts } from '../workspace/facts.ts';
import { imageName } from '../workspace/imageName.ts';
import type { ScopePlace } from '../workspace/places.ts';
import { defaultSettings, type Settings } from '../workspace/settings.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { imageAt, type ReferenceAt } from './imageAt.ts';
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

/** The answer first: what this is, where it is pulled from and what to do. What is known of the image follows. */
function describeImage(image: ReferenceAt, sources: Sources): string {
  const { reference } = image;
  const sides = 'pair' in image ? compareSides(image, sources) : unknownSides;
  const own = describeFacts(reference, sources);
  const parts = [
    bold(code(formatReference(reference))),
    ...placeNotes(image, sources),
    own.answer,
    ...pullNotesOf(image, sources),
    sides.answer,
    own.details,
    sides.details,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** What kind of place this is, and whose image is there. */
function placeNotes(image: ReferenceAt, sources: Sources): string[] {
  const { reference } = image;
  const { snapshot, path } = sources;
  const notes: string[] = [];
  if (image.role === 'mapping-destination') {
    const source = sourceOf(image.pair);
    if (source !== undefined) notes.push(`${code(imageName(source, snapshot, path))} is copied to here.`);
    if (isCatalogIndex(image.pair, snapshot, path)) notes.push(indexNote);
  }
  if (isOcMirrorCache(reference)) notes.push(cacheNote);
  if (isAtHop(reference) && image.role !== 'mapping-destination')
    notes.push(describeOrigin(reference, snapshot));
  const why = unaskable(reference);
  if (why !== undefined) notes.push(why.sentence);
  return notes;
}

const cacheNote =
  'This is oc-mirror’s own cache on the machine where it runs: it is there only while oc-mirror runs, so no node pulls from it, and it is not looked up.';

function pullNotesOf(image: ReferenceAt, sources: Sources): string[] {
  if (isOcMirrorCache(image.reference)) return [];
  if (image.role === 'mapping-source') return pullNotes(image.reference, image.pair, sources);
  return 'pair' in image ? [] : [traceNote(image.reference, sources)];
}

/** Something for the top of a hover, or something for its end; the other one is empty. */
interface Note {
  readonly answer: string;
  readonly details: string;
}

const unknownSides: Note = { answer: '', details: '' };
const answering = (answer: string): Note => ({ answer, details: '' });
const detailing = (details: string): Note => ({ answer: '', details });

function describeFacts(reference: ImageReference, { facts, now, path }: Sources): Note {
  if (unaskable(reference) !== undefined || isOcMirrorCache(reference)) return unknownSides;
  const place = code(placeOf(reference));
  const fact = facts.image(reference, path);
  switch (fact.state) {
    case 'known':
      return detailing(factTable(fact.value, fact.at, reference, now));
    case 'missing':
      return answering(`${place} does not have this image.`);
    case 'pending':
      return detailing(`Looking it up in ${place}; hover again in a moment.`);
    case 'failed':
      return detailing(`Digest and platforms are not known: ${prose(fact.reason)}`);
  }
}

/** What the other end of the line has, and whether the two agree. */
function compareSides(image: Extract<ReferenceAt, { pair: MappingPair }>, { facts, path }: Sources): Note {
  const atSource = image.role === 'mapping-source';
  const other = atSource ? arrivalOf(image.pair) : sourceOf(image.pair);
  if (other === undefined || unaskable(other) !== undefined || isOcMirrorCache(other)) return unknownSides;
  const place = code(placeOf(other));
  const fact = facts.image(other, path);
  const theirs = other.digest ?? digestOf(fact);
  if (fact.state === 'missing')
    return answering(
      atSource
        ? `Destination: ${place} does not have ${code(formatReference(other))}.`
        : `Source: ${place} does not have ${code(formatReference(other))}.`,
    );
  if (fact.state === 'failed')
    return detailing(whyUnknown(fact.reason, atSource, facts.image(image.reference, path)));
  if (fact.state === 'pending' || theirs === undefined)
    return detailing(atSource ? 'The destination is being looked up.' : 'The source is being looked up.');
  const own = image.reference.digest ?? digestOf(facts.image(image.reference, path));
  if (own === undefined)
    return answering(
      atSource ? `Destination: ${place} has ${code(theirs)}.` : `Source: ${place} has ${code(theirs)}.`,
    );
  if (own === theirs)
    return answering(
      atSource ? `Destination: the same digest, in ${place}.` : `Source: the same digest, in ${place}.`,
    );
  return answering(
    atSource
      ? `Destination: **another digest**, ${code(theirs)} in ${place}.`
      : `Source: **another digest**, ${code(theirs)} in ${place}.`,
  );
}

/** Both sides may fail for one reason, which is said once. */
function whyUnknown(reason: string, atSource: boolean, own: Fact<ImageFacts>): string {
  if (own.state === 'failed' && own.reason === reason)
    return atSource ? 'Nor is the destination known.' : 'Nor is the source known.';
  return atSource
    ? `The destination is not known: ${prose(reason)}`
    : `The source is not known: ${prose(reason)}`;
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
    return [traceNote(reference, sources), pullNote(reference, pair, sources)];
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
  // Nobody pulls by the tag that `oc` makes of a digest.
  if (!isIndex && looksLikeDigestTag(given))
    return `Pinned: exactly this image is copied, as ${code(`:${given}`)}.`;
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
  const created = image.created === undefined ? 'not said' : time(image.created, now);
  const digest: [string, string] = ['Digest', `${code(image.digest)}${seen}`];
  const size: [string, string] = ['Size', bytes(image.size)];
  if (image.artifactType !== undefined) {
    return table([digest, ['What it is', prose(artifactName(image.artifactType))], size]);
  }
  return table([
    digest,
    ['Platforms', image.platforms.map(code).join(', ') || 'not said'],
    size,
    ['Created', created],
  ]);
}

function describeOrigin(reference: ImageReference, snapshot: Snapshot): string {
  const { certainty, repositories } = snapshot.provenance.origin(withoutTransport(reference));
  if (certainty === 'unknown') return '';
  const names = repositories.map(code).join(' and ');
  return certainty === 'certain'
    ? `It came from ${names}.`
    : `The mapping.txt files disagree where it came from: ${names}.`;
}

function describeScope(image: ScopePlace, snapshot: Snapshot): string {
  const { set, entry, text, role } = image;
  const pulls = `pulls by ${mirrorSetTypes[set.kind].pulls}`;
  const mirrors = entry.mirrors.map((mirror) => code(mirror.value));
  const source = entry.source?.value ?? '';
  if (role === 'mirror') {
    const note =
      source !== '' && localOrigin(source, snapshot.provenance) !== undefined
        ? `No pull comes to this mirror: its source ${code(source)} is a path left by a \`file://\` hop, which never matches.`
        : `Mirror of ${code(source)}, for ${pulls}.`;
    return `${bold(code(text))}\n\n${note}`;
  }
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
