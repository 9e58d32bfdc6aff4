import { UserError } from '../base/errors.ts';
import { formatReference, type ImageReference } from '../documents/imageReference.ts';
import type { RegistryClient } from '../registry/client.ts';
import type { ImageStore } from './imageStore.ts';
import { RegistryStore } from './registryStore.ts';

/**
 * The store that holds the images of a reference's repository. Nothing is asked yet.
 * @throws UserError `unsupportedPlace`, `badReference`
 */
export function openStore(reference: ImageReference, client: RegistryClient): ImageStore {
  if (reference.transport === 'registry') return new RegistryStore(client.repository(reference));
  const place = `${reference.transport}://`;
  throw new UserError(
    'unsupportedPlace',
    `${formatReference(reference)}: ${place} places are not supported by this command yet`,
    { nextStep: 'copy between registries, or use `oc image mirror` for this line' },
  );
}
