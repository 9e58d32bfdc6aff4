import { resolve } from 'node:path';
import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import type { ImageReference } from '../documents/imageReference.ts';
import { isInRegistry, keepsReferences } from '../documents/transport.ts';
import type { RegistryClient } from '../registry/client.ts';
import type { ImageSource, ImageStore } from './imageStore.ts';
import { hasStore } from './ocDirectoryFolder.ts';
import { OcDirectoryStore } from './ocDirectoryStore.ts';
import { isOciLayout, OciLayout } from './ociLayout.ts';
import { OciLayoutStore } from './ociLayoutStore.ts';
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
    case 'oci':
      return new OciLayout(reference.repository);
    case 's3':
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
      return openFolder(reference, folder, OcDirectoryStore);
    case 'oci':
      return new OciLayoutStore(reference.repository);
    case 's3':
      throw unsupported(reference);
  }
}

/**
 * What a reference's repository itself has: a registry is asked past all mirrors, and a folder is only read.
 * @throws UserError `unsupportedPlace`, `badReference`
 */
export function openAsItIs(reference: ImageReference, client: RegistryClient, folder?: string): ImageSource {
  return isInRegistry(reference)
    ? new RegistryStore(client.repository(reference))
    : openOnDisk(reference, folder);
}

/**
 * The same of a folder of this machine, for whoever asks no registry.
 * @throws UserError `unsupportedPlace`, `badReference`
 */
export function openOnDisk(reference: ImageReference, folder?: string): ImageSource {
  return keepsReferences(reference) ? new OciLayout(reference.repository) : openFolder(reference, folder);
}

/**
 * Why nothing can be read from where a reference leads, whichever image it names: a folder of this machine that is not there.
 * Undefined for all else, and for registries, which nobody asks for this.
 */
export async function missingPlace(
  reference: ImageReference,
  folder: string,
): Promise<UserError | undefined> {
  switch (reference.transport) {
    case 'file':
      if (await hasStore(folder)) return undefined;
      return new UserError('noStore', t('there is no v2/ in {0}', resolve(folder)), {
        nextStep: t('run this where the v2/ lies, or name the folder that holds it with --dir'),
      });
    case 'oci':
      if (await isOciLayout(reference.repository)) return undefined;
      return new UserError('noStore', t('{0} is no OCI image layout', resolve(reference.repository)), {
        nextStep: t('name the folder that holds oci-layout, index.json and blobs'),
      });
    case 'registry':
    case 's3':
      return undefined;
  }
}
