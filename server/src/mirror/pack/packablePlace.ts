import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import { isOciLayout } from '../../stores/ociLayout.ts';
import type { Packable } from './packable.ts';
import { packableFolder } from './packableFolder.ts';
import { packableLayout } from './packableLayout.ts';
import type { PackContents } from './packContents.ts';

/**
 * What there is to pack of a folder: an OCI image layout, or one that holds the `v2/` of `oc`.
 * @param since what the other side has
 * @throws UserError `noStore` for another folder; as the two are read; the signal's reason
 */
export async function packablePlace(
  folder: string,
  since: PackContents | undefined,
  signal: AbortSignal,
): Promise<Packable> {
  if (await isOciLayout(folder)) return packableLayout(folder, since, signal);
  const store = await stat(join(folder, 'v2')).catch(() => undefined);
  if (store?.isDirectory() === true) return packableFolder(folder, since, signal);
  throw new UserError('noStore', t('{0} holds neither an OCI image layout nor a v2/', folder), {
    nextStep: t('name the folder into which images were mirrored'),
  });
}
