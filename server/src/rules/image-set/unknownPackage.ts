import { t } from '../../base/sentences.ts';
import { replaceScalar } from '../../documents/yamlNode.ts';
import { defineRule, type Finding } from '../rule.ts';
import { type SelectionFinding, selectionFindings } from './selectionFindings.ts';

/** A package that the catalog does not have. */
export const imageSetUnknownPackage = defineRule<'image-set', SelectionFinding>({
  code: 'image-set/unknown-package',
  severity: 'error',
  unit: 'image-set',
  fixesAreOffers: true,
  summary: 'A package that is not in the catalog',
  documentation: `
The name of a package is the one that the catalog has for it, which is mostly not the one that the console shows: the operator for
logging is \`cluster-logging\`. oc-mirror v1 ends with an error, unless it is told to go on after errors. oc-mirror v2 drops an unknown package without a word where another one of the entry is there; where none is, it ends
with \`no related images found\`.

Looked up in the catalog itself, as soon as it is known. The fix takes the nearest name.`,
  check({ set }, context) {
    const found = selectionFindings(set, context, ['unknown-package'], 'error');
    return set.generation === 2 ? found : found.map((one) => ({ ...one, message: messageOfV1(one) }));
  },
  fixes: ({ data }) => {
    const name = data?.place.package?.name;
    return (data?.problem.suggestions ?? []).flatMap((wanted) =>
      name === undefined
        ? []
        : {
            id: wanted,
            title: t('Change it to {0}', wanted),
            preferred: false,
            edits: () => [replaceScalar(name, wanted)],
          },
    );
  },
});

function messageOfV1({ data }: Finding<SelectionFinding>): string {
  const { package: name = '', suggestions = [] } = data?.problem ?? {};
  const [near] = suggestions;
  return near === undefined
    ? t('Package {0} is not in this catalog: oc-mirror v1 ends with an error', name)
    : t('Package {0} is not in this catalog, which has {1}: oc-mirror v1 ends with an error', name, near);
}
