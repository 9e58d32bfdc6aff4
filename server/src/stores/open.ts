import { UserError } from '../base/errors.ts';
import { formatReference, type ImageReference } from '../documents/imageReference.ts';
import type { RegistryClient } from '../registry/client.ts';
import type { ImageSource, ImageStore } from './imageStore.ts';
import { OcDirectory } from './ocDirectory.ts';
import { PullStore } from './pullStore.ts';
import { RegistryStore } from './registryStore.ts';

/**
 * The images of a reference's repository, to read: a registry is read through the mirrors of registries.conf.
 * Nothing is asked yet.
 *
 * @param folder the one that holds the `v2/` of `file://` references; without it they are refused
 * @throws UserError `unsupportedPlace`, `badReference`
 */
export function openSource(reference: ImageReference, client: RegistryClient, folder?: string): ImageSource {
  if (reference.transport === 'registry') {
    return new PullStore(client.repository(reference), client.pullRepository(reference));
  }
  return openOther(reference, folder);
}

/**
 * The same as a destination: what is there is what the registry itself has, and what is written goes there and to no
 * mirror, as with `podman push`.
 * @throws UserError `unsupportedPlace`, `badReference`
 */
export function openDestination(
  reference: ImageReference,
  client: RegistryClient,
  folder?: string,
): ImageStore {
  if (reference.transport === 'registry') return new RegistryStore(client.repository(reference));
  return openOther(reference, folder);
}

function openOther(reference: ImageReference, folder: string | undefined): ImageStore {
  // Like `oc`, which leaves out a first component that looks like a registry.
  if (reference.transport === 'file' && folder !== undefined) {
    return new OcDirectory(folder, reference.repository);
  }
  const place = `${reference.transport}://`;
  throw new UserError(
    'unsupportedPlace',
    `${formatReference(reference)}: ${place} places are not supported by this command yet`,
    { nextStep: 'copy between registries and file:// places, or use `oc image mirror` for this line' },
  );
}
