import type { ImageReference } from '../documents/imageReference.ts';
import type { RegistryClient } from '../registry/client.ts';
import type { ImageSource, ImageStore } from './imageStore.ts';
import { openFolder, unsupported } from './openFolder.ts';
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
  switch (reference.transport) {
    case 'registry':
      return new PullStore(client.repository(reference), client.pullRepository(reference));
    case 'file':
      return openFolder(reference, folder);
    case 's3':
    case 'oci':
      throw unsupported(reference);
  }
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
  switch (reference.transport) {
    case 'registry':
      return new RegistryStore(client.repository(reference));
    case 'file':
      return openFolder(reference, folder);
    case 's3':
    case 'oci':
      throw unsupported(reference);
  }
}
