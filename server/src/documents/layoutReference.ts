import { isDigest } from '../base/digest.ts';
import { t } from '../base/sentences.ts';
import {
  formatReference,
  type ImageReference,
  type ParsedReference,
  parseReference,
} from './imageReference.ts';
import { isAtHop, keepsReferences, prefixOf } from './transport.ts';

/** What stands before the folder of an OCI image layout. */
export const layoutPrefix = 'oci://';

/** The characters of a name in a layout. https://github.com/opencontainers/image-spec/blob/main/annotations.md */
const nameCharacters = /^[A-Za-z0-9][A-Za-z0-9._:@/+-]*$/;
const drive = /^[A-Za-z]:[\\/]/;

/**
 * Parses `oci://DIR`, `oci://DIR:REFERENCE` or `oci://DIR@DIGEST`: an image in an OCI image layout, which holds any number of
 * them, each under its whole original reference. As with skopeo the folder ends at the first colon. In the reference that comes
 * out the folder is the repository, and the name in the layout the tag. Never throws.
 */
export function parseLayoutReference(text: string): ParsedReference {
  const start = layoutPrefix.length;
  const rest = text.slice(start);
  const colon = rest.indexOf(':', drive.test(rest) ? 2 : 0);
  const at = rest.lastIndexOf('@', colon === -1 ? rest.length : colon);
  const isByDigest = at !== -1 && isDigest(rest.slice(at + 1));
  const folderEnd = isByDigest ? at : colon === -1 ? rest.length : colon;
  const folder = withoutEndSlash(rest.slice(0, folderEnd));
  const version = folderEnd === rest.length ? undefined : rest.slice(folderEnd + 1);
  if (folder === '') {
    return { ok: false, problem: t('the folder is missing'), span: { start: 0, end: text.length } };
  }
  if (version !== undefined && !isByDigest && !nameCharacters.test(version)) {
    const span = { start: start + folderEnd, end: text.length };
    return { ok: false, problem: t('the name in the layout is not valid'), span };
  }
  const span = { start: start + folderEnd + 1, end: text.length };
  return {
    ok: true,
    reference: {
      transport: 'oci',
      registry: '',
      repository: folder,
      tag: isByDigest ? undefined : version,
      digest: isByDigest ? version : undefined,
    },
    spans: {
      repository: { start, end: start + folderEnd },
      tag: version === undefined || isByDigest ? undefined : span,
      digest: isByDigest ? span : undefined,
    },
  };
}

/** Parses what may be in a layout as well as anywhere else. Never throws. */
export function parsePlaced(text: string): ParsedReference {
  return text.startsWith(layoutPrefix) ? parseLayoutReference(text) : parseReference(text);
}

/**
 * The destination with what it takes from its source where it has no tag: the source's tag. A layout keeps the whole
 * reference of the source instead, so that it stays known where the image came from.
 */
export function namedAfter(source: ImageReference, destination: ImageReference): ImageReference {
  if (destination.tag !== undefined) return destination;
  const tag = keepsReferences(destination) ? originalName(source) : ownTag(source);
  return tag === undefined ? destination : { ...destination, tag };
}

/** The tag of a name in a layout: of a reference its tag, and of a name that is no reference with a registry the whole of it. */
export function tagOfName(name: string): string {
  if (!name.includes('/')) return name.includes(':') ? name.slice(name.indexOf(':') + 1) : name;
  const parsed = parseReference(name);
  return parsed.ok ? (parsed.reference.tag ?? '') : '';
}

/** The name that the image of a source has in a layout. */
function originalName(source: ImageReference): string | undefined {
  if (keepsReferences(source)) return source.tag ?? source.digest?.replace(':', '-');
  const name = formatReference(source);
  // Of a path in `v2/` nobody says here which registry it came from.
  return isAtHop(source) ? name.slice(prefixOf(source).length) : name;
}

function ownTag(source: ImageReference): string | undefined {
  if (!keepsReferences(source) || source.tag === undefined) return source.tag;
  const tag = tagOfName(source.tag);
  return tag === '' ? undefined : tag;
}

function withoutEndSlash(folder: string): string {
  let end = folder.length;
  while (end > 1 && folder[end - 1] === '/') end--;
  return folder.slice(0, end);
}
