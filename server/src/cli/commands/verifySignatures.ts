import { messageOf } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import type { VerifiedImage, WantedImage } from '../../mirror/verify/verifiedImage.ts';
import { wantedSignatures } from '../../mirror/verify/wantedSignatures.ts';
import type { Terminal } from '../command.ts';
import { withRegistries } from '../registries.ts';
import type { RegistryValues } from '../sharedOptions.ts';

/**
 * Holds a place to the signatures that proven images have at their sources. A source that cannot be asked is told in a note.
 * @param look holds the place to further images
 * @throws UserError `offline`; the signal's reason
 */
export async function verifySignatures(
  verified: readonly VerifiedImage[],
  look: (wanted: readonly WantedImage[]) => Promise<VerifiedImage[]>,
  values: RegistryValues & { readonly parallelImages: number },
  terminal: Terminal,
): Promise<{ readonly images: readonly VerifiedImage[]; readonly notes: readonly string[] }> {
  const { wanted, unknown } = await withRegistries(values, terminal, ({ openSource }) =>
    wantedSignatures(verified, {
      openSource: (reference) => openSource(reference),
      parallel: values.parallelImages,
      signal: terminal.signal,
    }),
  );
  const notes = unknown.map(({ repository, error }) =>
    t('nobody could say which signatures there are in {0}: {1}', repository, messageOf(error)),
  );
  return { images: await look(wanted), notes };
}
