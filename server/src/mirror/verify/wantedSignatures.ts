import type { UserError } from '../../base/errors.ts';
import { type ImageReference, repositoryOf } from '../../documents/imageReference.ts';
import { parsePlaced } from '../../documents/layoutReference.ts';
import { isInRegistry, keepsReferences } from '../../documents/transport.ts';
import type { ImageSource } from '../../stores/imageStore.ts';
import { inParallel } from '../copy/parallel.ts';
import { asUserError } from '../copy/sides.ts';
import type { VerifiedImage, WantedImage } from './verifiedImage.ts';

/** Signatures that images have at their sources. */
export interface WantedSignatures {
  readonly wanted: readonly WantedImage[];
  /** Repositories of sources that could not be asked, with the reason. */
  readonly unknown: readonly { readonly repository: string; readonly error: UserError }[];
}

export interface SignatureOptions {
  /** The images of a source's repository. May throw a `UserError`. */
  readonly openSource: (reference: ImageReference) => ImageSource;
  /** Repositories that are listed at the same time. */
  readonly parallel: number;
  readonly signal: AbortSignal;
}

/**
 * The tags under which cosign keeps signatures, attestations and bills of materials of an image beside it.
 * https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
 */
const kinds = ['sig', 'att', 'sbom'];

/**
 * What a place has to have besides proven images: the signatures, attestations and bills of materials that their sources in
 * registries have under cosign's tags. The tags of a repository are listed once. A source that cannot be asked wants none.
 * @throws the signal's reason once that fires
 */
export async function wantedSignatures(
  images: readonly VerifiedImage[],
  { openSource, parallel, signal }: SignatureOptions,
): Promise<WantedSignatures> {
  const byRepository = new Map<string, Signed[]>();
  for (const signed of images.flatMap(signedOf)) {
    const repository = repositoryOf(signed.source);
    byRepository.set(repository, [...(byRepository.get(repository) ?? []), signed]);
  }
  const wanted: WantedImage[] = [];
  const unknown: { readonly repository: string; readonly error: UserError }[] = [];
  await inParallel(
    [...byRepository],
    parallel,
    ([repository]) => repository.split('/', 1)[0] ?? '',
    async ([repository, signed]) => {
      try {
        wanted.push(...(await signaturesIn(signed, openSource, signal)));
      } catch (error) {
        signal.throwIfAborted();
        unknown.push({ repository, error: asUserError(error) });
      }
    },
  );
  return { wanted: wanted.sort((a, b) => (a.source < b.source ? -1 : 1)), unknown };
}

interface Signed {
  readonly source: ImageReference;
  readonly destination: ImageReference;
  readonly digest: string;
}

function signedOf({ source, destination, digest, result }: VerifiedImage): Signed[] {
  const [from, to] = [parsePlaced(source), parsePlaced(destination)];
  if (result !== 'proven' || digest === undefined || !from.ok || !to.ok) return [];
  return isInRegistry(from.reference) && from.reference.registry !== ''
    ? [{ source: from.reference, destination: to.reference, digest }]
    : [];
}

/** @param signed images of one repository */
async function signaturesIn(
  signed: readonly Signed[],
  openSource: SignatureOptions['openSource'],
  signal: AbortSignal,
): Promise<WantedImage[]> {
  const [first] = signed;
  if (first === undefined) return [];
  const store = openSource(first.source);
  const tags = new Set(await store.listTags(signal));
  const wanted: WantedImage[] = [];
  for (const { source, destination, digest: of } of signed) {
    for (const tag of kinds.map((kind) => `${of.replace(':', '-')}.${kind}`).filter((one) => tags.has(one))) {
      const name = `${repositoryOf(source)}:${tag}`;
      const digest = await store.resolveTag(tag, signal);
      const there = { ...destination, tag: keepsReferences(destination) ? name : tag, digest: undefined };
      if (digest !== undefined) wanted.push({ source: name, destination: there, digest });
    }
  }
  return wanted;
}
