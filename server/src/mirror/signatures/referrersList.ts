import { jsonIn } from '../../base/json.ts';
import { digestOf } from '../../content/contentDigest.ts';
import type { Manifest } from '../../content/descriptor.ts';
import { parseManifest } from '../../content/manifest.ts';
import { manifestTypes } from '../../content/mediaTypes.ts';
import { referrersIn } from '../../content/referrers.ts';
import { artifactTypeOf } from '../../content/successors.ts';

/**
 * The list of what refers to an image, for places that have no API for it and keep it under a tag: what is listed there stays, in its
 * order, whoever has written it.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#unavailable-referrers-api
 *
 * @param there the list as it is; undefined for none
 * @returns undefined where all of them are listed
 */
export function withReferrers(
  there: Manifest | undefined,
  referrers: readonly Manifest[],
): Manifest | undefined {
  const listed = new Set((there && referrersIn(there.bytes))?.map(({ digest }) => digest));
  const added = referrers.filter(({ digest }) => !listed.has(digest));
  if (added.length === 0) return undefined;
  const { manifests, ...rest } = there === undefined ? empty : fieldsOf(there);
  const json = {
    ...rest,
    manifests: [...(Array.isArray(manifests) ? manifests : []), ...added.map(entryOf)],
  };
  const bytes = Buffer.from(JSON.stringify(json));
  return { digest: digestOf(bytes), mediaType: manifestTypes.ociIndex, bytes };
}

/** True for a manifest that may be such a list: images for several platforms are none. */
export function isReferrersList({ bytes, mediaType }: Manifest): boolean {
  const parsed = parseManifest(bytes, mediaType);
  return (
    parsed.kind === 'index' &&
    parsed.mediaType === manifestTypes.ociIndex &&
    parsed.manifests.every(({ platform }) => platform === undefined)
  );
}

const empty: Fields = { schemaVersion: 2, mediaType: manifestTypes.ociIndex, manifests: [] };

interface Fields {
  readonly manifests?: unknown;
  readonly [field: string]: unknown;
}

function fieldsOf({ bytes }: Manifest): Fields {
  const json = jsonIn(bytes);
  return typeof json === 'object' && json !== null ? { ...json } : {};
}

/** How a list describes a referrer: with what it is, and with its annotations. */
function entryOf({ bytes, digest, mediaType }: Manifest): object {
  const parsed = parseManifest(bytes, mediaType);
  const artifactType = parsed.kind === 'unsupported' ? undefined : artifactTypeOf(parsed);
  const { annotations } = fieldsOf({ bytes, digest, mediaType });
  return {
    mediaType,
    digest,
    size: bytes.length,
    ...(artifactType !== undefined && { artifactType }),
    ...(typeof annotations === 'object' && annotations !== null && { annotations }),
  };
}
