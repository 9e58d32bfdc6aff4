import { UserError } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import type { MappingDocument } from '../../documents/mapping.ts';
import { mappingRefusals } from '../../documents/mappingRefusals.ts';
import { type CopyOptions, type CopySummary, copyImages } from './copyImages.ts';
import { planOfMapping } from './mappingPlan.ts';

/**
 * Does the job of `oc image mirror -f`: copies every image of a mapping to its destination.
 *
 * @throws UserError `badMapping` before anything is copied, when the mapping is refused (`mappingRefusals` names all
 * reasons) or names no images
 */
export async function copyMapping(document: MappingDocument, options: CopyOptions): Promise<CopySummary> {
  const refusals = mappingRefusals(document);
  const [first] = refusals;
  if (first !== undefined) {
    throw new UserError('badMapping', t('line {0}: {1}', first.line + 1, first.message), {
      nextStep:
        refusals.length === 1
          ? t('correct it; nothing was copied')
          : t('correct all {0} problems; nothing was copied', refusals.length),
    });
  }
  const plan = planOfMapping(document);
  if (plan.length === 0) {
    throw new UserError('badMapping', t('the mapping names no image'), {
      nextStep: t('its lines are SOURCE=DESTINATION'),
    });
  }
  return copyImages(plan, options);
}
