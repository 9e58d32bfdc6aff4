import { bold, bytes, code, prose, table, time } from '../base/markdown.ts';
import type { Position, Range } from '../base/range.ts';
import { sentence, t } from '../base/sentences.ts';
import { inRow, listed, paragraph } from '../base/words.ts';
import {
  formatReference,
  type ImageReference,
  placeOf,
  withoutTransport,
} from '../documents/imageReference.ts';
import { arrivalOf, isOcMirrorCache, type MappingPair } from '../documents/mappingLine.ts';
import { mirrorSetTypes } from '../documents/mirrorSet.ts';
import { looksLikeDigestTag } from '../documents/naming.ts';
import { isAtHop, unaskable } from '../documents/transport.ts';
import { localOrigin } from '../pulls/hop.ts';
import { hasTagMirrorSets } from '../pulls/openShiftVersion.ts';
import type { Origin } from '../pulls/origins.ts';
import { artifactName } from '../workspace/artifactNames.ts';
import { isCatalogIndex } from '../workspace/catalogIndex.ts';
import { clusterVersion } from '../workspace/clusterVersion.ts';
import type { Fact, Facts, ImageFacts } from '../workspace/facts.ts';
import { imageName } from '../workspace/imageName.ts';
import type { ScopePlace } from '../workspace/places.ts';
import { defaultSettings, type Settings } from '../workspace/settings.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { imageAt, type ReferenceAt } from './imageAt.ts';
import { catalogNote, imageSetHover } from './imageSetHover.ts';
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
    if (file?.content.type !== 'yaml') return undefined;
    const named = imageSetHover(file, facts, position);
    if (named !== undefined) return named;
    const field = schemaHover(file.content.yaml.lines, position);
    const note = catalogNote(file, facts, position);
    return field === undefined || note === '' ? field : { ...field, text: `${field.text}\n\n${note}` };
  }
  const sources = { snapshot, facts, now, settings, path };
  const text = 'reference' in image ? describeImage(image, sources) : describeScope(image, snapshot);
  const note = file === undefined ? '' : catalogNote(file, facts, position);
  return { range: image.range, text: note === '' ? text : `${text}\n\n${note}` };
}

/** Where the answers come from, and from which file they are asked. */
interface Sources extends Required<HoverContext> {
  readonly path: string;
}

/** Markdown: what is known of an image, wherever it is named. */
export function describeImageFacts(reference: ImageReference, context: Required<HoverContext>): string {
  const { answer, details } = describeFacts(reference, { ...context, path: '' });
  return [bold(code(formatReference(reference))), answer, details].filter((part) => part !== '').join('\n\n');
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
    if (source !== undefined)
      notes.push(t('{0} is copied to here.', code(imageName(source, snapshot, path))));
    if (isCatalogIndex(image.pair, snapshot, path)) notes.push(t(indexNote));
  }
  if (isOcMirrorCache(reference)) notes.push(t(cacheNote));
  if (isAtHop(reference) && image.role !== 'mapping-destination')
    notes.push(describeOrigin(reference, snapshot));
  const why = unaskable(reference);
  if (why !== undefined) notes.push(t(why.sentence));
  return notes;
}

const cacheNote = sentence(
  'This is oc-mirror’s own cache on the machine where it runs: it is there only while oc-mirror runs, so no node pulls from it, and it is not looked up.',
);

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
      return answering(t('{0} does not have this image.', place));
    case 'pending':
      return detailing(t('Looking it up in {0}; hover again in a moment.', place));
    case 'failed':
      return detailing(t('Digest and platforms are not known: {0}', prose(fact.reason)));
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
        ? t('Destination: {0} does not have {1}.', place, code(formatReference(other)))
        : t('Source: {0} does not have {1}.', place, code(formatReference(other))),
    );
  if (fact.state === 'failed')
    return detailing(whyUnknown(fact.reason, atSource, facts.image(image.reference, path)));
  if (fact.state === 'pending' || theirs === undefined)
    return detailing(
      atSource ? t('The destination is being looked up.') : t('The source is being looked up.'),
    );
  const own = image.reference.digest ?? digestOf(facts.image(image.reference, path));
  if (own === undefined)
    return answering(
      atSource
        ? t('Destination: {0} has {1}.', place, code(theirs))
        : t('Source: {0} has {1}.', place, code(theirs)),
    );
  if (own === theirs)
    return answering(
      atSource
        ? t('Destination: the same digest, in {0}.', place)
        : t('Source: the same digest, in {0}.', place),
    );
  return answering(
    atSource
      ? t('Destination: **another digest**, {0} in {1}.', code(theirs), place)
      : t('Source: **another digest**, {0} in {1}.', code(theirs), place),
  );
}

/** Both sides may fail for one reason, which is said once. */
function whyUnknown(reason: string, atSource: boolean, own: Fact<ImageFacts>): string {
  if (own.state === 'failed' && own.reason === reason)
    return atSource ? t('Nor is the destination known.') : t('Nor is the source known.');
  return atSource
    ? t('The destination is not known: {0}', prose(reason))
    : t('The source is not known: {0}', prose(reason));
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
  if (digest === undefined) return tag === undefined ? '' : isIndex ? t(indexNote) : tagNote(tag, sources);
  if (given === undefined) return '';
  const pinned = t('Pinned: exactly this image is copied, as {0}.', code(`:${given}`));
  // Nobody pulls by the tag that `oc` makes of a digest.
  if (!isIndex && looksLikeDigestTag(given)) return pinned;
  return isIndex
    ? paragraph([pinned, t(indexNote)])
    : paragraph([pinned, t('A pod that pulls a tag is still not redirected by ICSP or IDMS.')]);
}

const indexNote = sentence(
  'This is the catalog’s own index image: the CatalogSource names it directly, so nothing has to redirect it.',
);

function tagNote(tag: string, sources: Sources): string {
  const version = clusterVersion(sources);
  const named = code(`:${tag}`);
  if (version === undefined)
    return t(
      'Named by tag. ICSP and IDMS redirect pulls by digest only: pods that pull {0} need an ImageTagMirrorSet (OpenShift 4.13 and later), or before that a registries.conf drop-in.',
      named,
    );
  return hasTagMirrorSets(version)
    ? t(
        'Named by tag. ICSP and IDMS redirect pulls by digest only: pods that pull {0} need an ImageTagMirrorSet.',
        named,
      )
    : t(
        'Named by tag. ICSP and IDMS redirect pulls by digest only: pods that pull {0} need a registries.conf drop-in written by a MachineConfig.',
        named,
      );
}

function factTable(image: ImageFacts, at: number, reference: ImageReference, now: number): string {
  const created = image.created === undefined ? t('not said') : time(image.created, now);
  const digest: [string, string] = [t('Digest'), digestText(image.digest, at, reference, now)];
  const size: [string, string] = [t('Size'), bytes(image.size)];
  if (image.artifactType !== undefined) {
    return table([digest, [t('What it is'), prose(artifactName(image.artifactType))], size]);
  }
  return table([
    digest,
    [t('Platforms'), inRow(image.platforms.map(code)) || t('not said')],
    size,
    [t('Created'), created],
  ]);
}

/** A digest names its content for ever; only what a tag points to grows old. */
function digestText(digest: string, at: number, reference: ImageReference, now: number): string {
  const minutes = Math.round((now - at) / 60_000);
  if (reference.digest !== undefined || minutes < 1) return code(digest);
  return minutes < 120
    ? t('{0} (as of {1} min ago)', code(digest), minutes)
    : t('{0} (as of {1} h ago)', code(digest), Math.round(minutes / 60));
}

function describeOrigin(reference: ImageReference, snapshot: Snapshot): string {
  const origin = snapshot.provenance.origin(withoutTransport(reference));
  const { certainty, repositories } = origin;
  const catalogs = catalogsOf(origin);
  if (certainty === 'unknown') {
    const likely = listed((origin.likely ?? []).map(code));
    return likely === ''
      ? ''
      : t('The catalog {0} has {1} for it; nothing proves that it came from there.', catalogs, likely);
  }
  const names = listed(repositories.map(code));
  if (catalogs !== '') return t('It came from {0}, as the catalog {1} says.', names, catalogs);
  return certainty === 'certain'
    ? t('It came from {0}.', names)
    : t('The mapping.txt files disagree where it came from: {0}.', names);
}

/** The catalogs that say where images come from, where they alone say it. */
function catalogsOf({ byTags, byCatalogs = [] }: Origin): string {
  return byTags === true ? '' : listed(byCatalogs.map(code));
}

function describeScope(image: ScopePlace, snapshot: Snapshot): string {
  const { set, entry, text, role } = image;
  const byDigest = mirrorSetTypes[set.kind].pulls === 'digest';
  const mirrors = entry.mirrors.map((mirror) => code(mirror.value));
  const source = entry.source?.value ?? '';
  if (role === 'mirror') {
    const note =
      source !== '' && localOrigin(source, snapshot.provenance) !== undefined
        ? t(
            'No pull comes to this mirror: its source {0} is a path left by a `file://` hop, which never matches.',
            code(source),
          )
        : byDigest
          ? t('Mirror of {0}, for pulls by digest.', code(source))
          : t('Mirror of {0}, for pulls by tag.', code(source));
    return `${bold(code(text))}\n\n${note}`;
  }
  const lines = [bold(code(text))];
  const origin = localOrigin(text, snapshot.provenance);
  const catalogs = origin === undefined ? '' : catalogsOf(origin);
  const likely = listed((origin?.likely ?? []).map(code));
  if (origin?.certainty === 'certain' && catalogs !== '') {
    lines.push(
      t(
        'A path left by a `file://` hop: it never matches. The images come from {0}, as the catalog {1} says.',
        listed(origin.repositories.map(code)),
        catalogs,
      ),
    );
  } else if (likely !== '') {
    lines.push(
      t(
        'A path left by a `file://` hop: it never matches a pull. The catalog {0} has {1} for it; nothing proves that the images come from there.',
        catalogs,
        likely,
      ),
    );
  } else if (origin?.certainty === 'certain') {
    lines.push(
      t(
        'A path left by a `file://` hop: it never matches. The images come from {0}.',
        listed(origin.repositories.map(code)),
      ),
    );
  } else if (origin !== undefined) {
    lines.push(t('A path left by a `file://` hop: it never matches a pull.'));
  } else {
    lines.push(redirectionNote(inRow(mirrors), byDigest));
  }
  return lines.join('\n\n');
}

function redirectionNote(mirrors: string, byDigest: boolean): string {
  if (mirrors === '') return t('It has no mirrors, so nothing is redirected.');
  return byDigest
    ? t(
        'For pulls by digest, everything below it is looked for in this order: {0}, then at the source.',
        mirrors,
      )
    : t(
        'For pulls by tag, everything below it is looked for in this order: {0}, then at the source.',
        mirrors,
      );
}
