import { formatReference } from '../../documents/imageReference.ts';
import { namedAfter } from '../../documents/layoutReference.ts';
import type { MappingDocument } from '../../documents/mapping.ts';
import type { CopyOptions, CopySummary } from '../copy/copyImages.ts';
import { copyMapping } from '../copy/copyMapping.ts';
import { planOfMapping } from '../copy/mappingPlan.ts';
import { openedOnce } from '../copy/openedOnce.ts';
import { AttachmentCopies } from './attachmentCopies.ts';
import type { AttachmentOutcome } from './attachmentOutcome.ts';

/**
 * `copyMapping`, and with each image that is at its destination then what is beside it at its source.
 * @throws as `copyMapping`
 */
export async function copyWithSignatures(
  document: MappingDocument,
  options: CopyOptions,
): Promise<{ readonly summary: CopySummary; readonly attachments: readonly AttachmentOutcome[] }> {
  let attachments: AttachmentCopies | undefined;
  const shared: CopyOptions = {
    ...options,
    openSource: openedOnce(options.openSource),
    openDestination: openedOnce(options.openDestination),
  };
  const summary = await copyMapping(document, {
    ...shared,
    listener: (event) => {
      options.listener(event);
      if (event.type === 'planned') attachments = attachmentsOf(document, shared);
      if (event.type !== 'imageCopied' && event.type !== 'imageSkipped') return;
      const { source, destination } = event.image;
      attachments?.add({ source, destination, digest: event.digest });
    },
  });
  return { summary, attachments: (await attachments?.ended()) ?? [] };
}

function attachmentsOf(document: MappingDocument, options: CopyOptions): AttachmentCopies {
  const taken = new Set(
    planOfMapping(document).map(({ source, destination }) =>
      formatReference(namedAfter(source, destination)),
    ),
  );
  return new AttachmentCopies({ ...options, isTaken: (name) => taken.has(name) });
}
