import { type ImageReference, repositoryOf, withDockerDefaults } from '../../documents/imageReference.ts';
import type { ImageSource } from '../../stores/imageStore.ts';

/** One store for each repository, so that what is learnt of it is learnt once, and what is written to it is written together. */
export function openedOnce<Store extends ImageSource>(
  open: (reference: ImageReference) => Store,
): (reference: ImageReference) => Store {
  const stores = new Map<string, Store>();
  return (reference) => {
    const name = repositoryOf(withDockerDefaults(reference));
    const store = stores.get(name) ?? open(reference);
    stores.set(name, store);
    return store;
  };
}
