import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { formatReference, type ImageReference } from '../documents/imageReference.ts';
import { prefixOf } from '../documents/transport.ts';
import { OcDirectory } from './ocDirectory.ts';

/**
 * The images of a reference's repository in a folder of this machine.
 *
 * @param folder the one that holds the `v2/` of `file://` references; without it they are refused
 * @param Store what is made of it
 * @throws UserError `unsupportedPlace`, `badReference`
 */
export function openFolder(
  reference: ImageReference,
  folder: string | undefined,
  Store: typeof OcDirectory = OcDirectory,
): OcDirectory {
  switch (reference.transport) {
    case 'file':
      if (folder === undefined) throw unsupported(reference);
      // Like `oc`, which leaves out a first component that looks like a registry.
      return new Store(folder, reference.repository);
    case 'registry':
    case 's3':
    case 'oci':
      throw unsupported(reference);
  }
}

/** A place that no store stands for. */
export function unsupported(reference: ImageReference): UserError {
  return new UserError(
    'unsupportedPlace',
    t(
      '{0}: {1} places are not supported by this command yet',
      formatReference(reference),
      prefixOf(reference),
    ),
    {
      nextStep: t(
        'copy between registries, file:// and oci:// places, or use `oc image mirror` for this line',
      ),
    },
  );
}
