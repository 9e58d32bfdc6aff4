import type { UserError } from '../../base/errors.ts';
import { type ImageReference, repositoryOf } from '../../documents/imageReference.ts';
import { parsePlaced } from '../../documents/layoutReference.ts';
import { isInRegistry } from '../../documents/transport.ts';
import type { ImageSource } from '../../stores/imageStore.ts';
import { inParallel } from '../copy/parallel.ts';
import { asUserError } from '../copy/sides.ts';
import { type Attachment, AttachmentFinder } from '../signatures/attachmentFinder.ts';
import { isAttachment, tagBeside } from '../signatures/attachmentNames.ts';
import type { VerifiedImage, WantedImage } from './verifiedImage.ts';

/** Signatures that images have at their sources. */
export interface WantedSignatures {
  readonly wanted: readonly WantedImage[];
  /** Repositories of sources that could not be asked for all of their images, with the first reason. */
  readonly unknown: readonly { readonly repository: string; readonly error: UserError }[];
}

export interface SignatureOptions {
  /** The images of a source's repository. May throw a `UserError`. */
  readonly openSource: (reference: ImageReference) => ImageSource;
  /** Images that are asked for at the same time. */
  readonly parallel: number;
  readonly signal: AbortSignal;
}

/**
 * What a place has to have besides proven images: the signatures, attestations, bills of materials and other referrers that their
 * sources in registries have beside them, found as a mirror run finds them. A source that cannot be asked wants none.
 * @throws the signal's reason once that fires
 */
export async function wantedSignatures(
  images: readonly VerifiedImage[],
  { openSource, parallel, signal }: SignatureOptions,
): Promise<WantedSignatures> {
  const wanted = new Map<string, WantedImage>();
  const unknown = new Map<string, UserError>();
  const finder = new AttachmentFinder((_, task) => task(), signal);
  await inParallel(
    images.flatMap(signedOf),
    parallel,
    ({ source }) => source.registry,
    async (signed) => {
      const repository = repositoryOf(signed.source);
      const doubt = (error: UserError) => unknown.set(repository, unknown.get(repository) ?? error);
      try {
        const store = openSource(signed.source);
        const { found, failed, unknown: reason } = await finder.beside(store, signed.source, signed.digest);
        for (const error of [...failed.map((one) => one.error), ...(reason ? [reason] : [])]) doubt(error);
        for (const attachment of found) {
          const want = await wantedOf(attachment, signed, store, signal);
          if (want !== undefined) wanted.set(`${want.source} ${repositoryOf(want.destination)}`, want);
        }
      } catch (error) {
        signal.throwIfAborted();
        doubt(asUserError(error));
      }
    },
  );
  return {
    wanted: [...wanted.values()].sort((a, b) => (a.source < b.source ? -1 : 1)),
    unknown: [...unknown].map(([repository, error]) => ({ repository, error })),
  };
}

interface Signed {
  readonly source: ImageReference;
  readonly destination: ImageReference;
  readonly digest: string;
}

function signedOf({ source, destination, digest, result }: VerifiedImage): Signed[] {
  const [from, to] = [parsePlaced(source), parsePlaced(destination)];
  if (result !== 'proven' || digest === undefined || !from.ok || !to.ok) return [];
  const { reference } = from;
  if (!isInRegistry(reference) || reference.registry === '' || isAttachment(reference.tag ?? '', digest))
    return [];
  return [{ source: reference, destination: to.reference, digest }];
}

async function wantedOf(
  attachment: Attachment,
  { source, destination }: Signed,
  store: ImageSource,
  signal: AbortSignal,
): Promise<WantedImage | undefined> {
  const repository = repositoryOf(source);
  if (attachment.kind === 'referrer') {
    const { digest } = attachment.manifest;
    return {
      source: `${repository}@${digest}`,
      destination: { ...destination, tag: undefined, digest },
      digest,
      subject: { image: destination, digest: attachment.subject },
    };
  }
  const digest = await store.resolveTag(attachment.tag, signal);
  const there = { ...destination, tag: tagBeside(destination, attachment.tag), digest: undefined };
  return digest === undefined
    ? undefined
    : { source: `${repository}:${attachment.tag}`, destination: there, digest };
}
