import { t } from '../../base/sentences.ts';
import { shortName } from '../../base/words.ts';
import { formatReference, parseReference } from '../../documents/imageReference.ts';
import { defineRule } from '../rule.ts';

/** A catalog image that its registry does not have. */
export const catalogSourceImageMissing = defineRule({
  code: 'catalog-source/image-missing',
  severity: 'error',
  unit: 'catalog-source',
  summary: 'The registry does not have `spec.image`',
  documentation: `
The registry was asked and does not have the catalog image. The pod of the catalog would end in \`ImagePullBackOff\`, and
OperatorHub would show none of its operators.

Look at the index image's line in the \`mapping.txt\` beside the file: its destination is the name that the image really has.
After a hop over \`file://\` it repeats the folder's name (\`efk-mirror/efk-mirror-my-operator-my-operator-index\`).`,
  check({ source }, { facts, path }) {
    const { image } = source;
    const parsed = image === undefined ? undefined : parseReference(image.value);
    if (image === undefined || !parsed?.ok) return [];
    if (facts.image(parsed.reference, path).state !== 'missing') return [];
    return [
      {
        message: t(
          '{0} is not there: {1} does not have it, so the pod of the catalog cannot start',
          shortName(formatReference(parsed.reference)),
          parsed.reference.registry,
        ),
        range: image.range,
      },
    ];
  },
});
