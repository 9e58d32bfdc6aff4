import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import type { Descriptor, Manifest } from '../content/descriptor.ts';
import type { Successor } from '../content/successors.ts';
import { walkManifests } from '../content/walkManifests.ts';

/** How a store on the disk is looked through. */
export interface WholeImageLook {
  /** How a person would name the repository, in errors. */
  readonly place: string;
  /** A manifest that is there and undamaged. */
  readonly manifest: (digest: string) => Promise<Manifest | undefined>;
  /** True where one of the parts of a manifest is not there in its size. */
  readonly isMissing: (parts: readonly Successor[]) => Promise<boolean>;
  readonly signal: AbortSignal;
}

/**
 * True only when all that a manifest names is there too, down to the last layer, in its size: programs that were stopped, and
 * `oc` when a layer failed, leave manifests without it.
 */
export async function isWholeImage(
  digest: string,
  { place, manifest, isMissing, signal }: WholeImageLook,
): Promise<boolean> {
  const top = await manifest(digest);
  if (top === undefined) return false;
  try {
    await walkManifests(top, {
      place,
      signal,
      read: async ({ digest: child }) => (await manifest(child)) ?? notWhole(),
      visit: async ({ parts }, below) => {
        if (await isMissing(parts)) notWhole();
        await below();
      },
    });
    return true;
  } catch (error) {
    if (error === missingPart) return false;
    throw error;
  }
}

/** A manifest was to be written before all that it names is there. */
export function lacking(place: string, { digest }: Descriptor, manifest: string): UserError {
  return new UserError('blobUnknown', t('{0} does not have {1}, which {2} names', place, digest, manifest), {
    nextStep: t('copy the image again, with all its parts'),
  });
}

/** Ends a walk over an image of which something is not there. */
const missingPart = new Error('a part of the image is missing');

function notWhole(): never {
  throw missingPart;
}
