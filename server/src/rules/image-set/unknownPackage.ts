import { t } from '../../base/sentences.ts';
import { replaceScalar } from '../../documents/yamlNode.ts';
import { defineRule, type Finding } from '../rule.ts';
import {
  type OpenOperator,
  openOperator,
  type SelectionFinding,
  selectionFindings,
} from './selectionFindings.ts';

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

Looked up in the catalog itself, as soon as it is known. The fixes take the nearest name, or those that have most of its words.`,
  check({ set }, context) {
    const found = selectionFindings(set, context, ['unknown-package'], 'error');
    return set.generation === 2 ? found : found.map((one) => ({ ...one, message: messageOfV1(one) }));
  },
  fixes({ data }, { set }, context) {
    const name = data?.place.package?.name;
    const open = data && openOperator(set, context, data.place.operator);
    if (data === undefined || name === undefined || open === undefined) return [];
    const { suggestions } = data.problem;
    const names = suggestions.length > 0 ? suggestions : namesWith(name.value, open);
    return names.map((wanted) => ({
      id: wanted,
      title: t('Change it to {0}', wanted),
      preferred: false,
      edits: () => [replaceScalar(name, wanted)],
    }));
  },
});

function messageOfV1({ data }: Finding<SelectionFinding>): string {
  const { package: name = '', suggestions = [] } = data?.problem ?? {};
  const [near] = suggestions;
  return near === undefined
    ? t('Package {0} is not in this catalog: oc-mirror v1 ends with an error', name)
    : t('Package {0} is not in this catalog, which has {1}: oc-mirror v1 ends with an error', name, near);
}

/** As many names as a light bulb can show. */
const mostOffered = 5;
/** Words of which many names are made. */
const commonWords: ReadonlySet<string> = new Set([
  'operator',
  'operators',
  'certified',
  'community',
  'redhat',
  'cloud',
]);

/** Packages that have most of the telling words of a name, those with the shortest names first. */
function namesWith(name: string, { catalog, operator }: OpenOperator): string[] {
  const words = new Set(
    name
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .filter((word) => word.length > 2 && !commonWords.has(word)),
  );
  const named = new Set(operator.packages.map((one) => one.name?.value));
  const ranked = catalog.packages.flatMap((owner) => {
    const count = [...words].filter((word) => owner.name.toLowerCase().includes(word)).length;
    return count === 0 || named.has(owner.name) ? [] : [{ name: owner.name, count }];
  });
  return ranked
    .sort((a, b) => b.count - a.count || a.name.length - b.name.length)
    .slice(0, mostOffered)
    .map((one) => one.name);
}
