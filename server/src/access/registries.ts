import type { ImageReference } from '../documents/imageReference.ts';
import { RegistryClient } from '../registry/client.ts';
import { noCredentials } from '../registry/credentials.ts';
import type { ImageSource, ImageStore } from '../stores/imageStore.ts';
import { openAsItIs, openDestination, openSource } from '../stores/open.ts';
import { type Access, registryOptionsOf } from './access.ts';

/** Opens the images of a reference; `folder` holds the `v2/` of `file://` references, which are refused without it. */
type Open<Store> = (reference: ImageReference, folder?: string) => Store;

/** The registries that somebody may use, until they are closed. */
export interface Registries {
  /** To read from: through the mirrors of registries.conf. */
  readonly openSource: Open<ImageSource>;
  /** To write to: the registry itself. */
  readonly openDestination: Open<ImageStore>;
  /** To look at what a place itself has, past all mirrors; nothing is written. */
  readonly openAsItIs: Open<ImageSource>;
  /** To read from as a stranger does: without any login. */
  readonly openWithoutLogin: Open<ImageSource>;
  /** Ends all connections, also those in use. */
  close(): Promise<void>;
}

export function openRegistries(access: Access): Registries {
  const options = registryOptionsOf(access);
  const client = new RegistryClient(options);
  // What cannot be used is told once, by the other.
  const stranger = new RegistryClient({ ...options, report: undefined }, { credentials: noCredentials });
  return {
    openSource: (reference, folder) => openSource(reference, client, folder),
    openDestination: (reference, folder) => openDestination(reference, client, folder),
    openAsItIs: (reference, folder) => openAsItIs(reference, client, folder),
    openWithoutLogin: (reference, folder) => openSource(reference, stranger, folder),
    close: async () => {
      await Promise.all([client.close(), stranger.close()]);
    },
  };
}
