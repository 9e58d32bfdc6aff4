import { referrersTag } from '../../content/referrers.ts';
import { type ImageReference, parseReference, repositoryOf } from '../../documents/imageReference.ts';
import { keepsReferences } from '../../documents/transport.ts';

/**
 * The tags under which cosign keeps signatures, attestations and bills of materials of an image beside it.
 * https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
 */
export function cosignTags(digest: string): string[] {
  return cosignKinds.map((kind) => `${digest.replace(':', '-')}.${kind}`);
}

const cosignKinds = ['sig', 'att', 'sbom'];
const cosignTag = /(?:^|:)(sha256-[0-9a-f]{64})\.(?:sig|att|sbom)$/;

/** The digest that a tag of cosign's is about, whole or behind the repository that a layout names it with; undefined for other tags. */
export function signedDigest(tag: string): string | undefined {
  return cosignTag.exec(tag)?.[1]?.replace('-', ':');
}

/**
 * True for what is no image but what somebody says of one: nobody misses a signature of that. The list of referrers of another digest
 * is such, too; an image under a tag that is its own digest is an image, which oc-mirror calls so.
 * @param tag as at the source
 * @param digest what the tag points to
 */
export function isAttachment(tag: string, digest: string): boolean {
  return signedDigest(tag) !== undefined || (listTag.test(tag) && !tag.endsWith(referrersTag(digest)));
}

const listTag = /(?:^|:)sha256-[0-9a-f]{64}$/;

/** True for a tag that may be an attachment's, or that of a list of them. */
export function isAttachmentName(tag: string): boolean {
  return signedDigest(tag) !== undefined || listTag.test(tag);
}

/**
 * The name that a tag has beside an image: the tag itself, or in a layout, which names images by whole references, the tag in the
 * repository of the image's name there.
 */
export function tagBeside(image: ImageReference, tag: string): string {
  if (!keepsReferences(image) || image.tag === undefined) return tag;
  const named = parseReference(image.tag);
  return named.ok && image.tag.includes('/') ? `${repositoryOf(named.reference)}:${tag}` : tag;
}
