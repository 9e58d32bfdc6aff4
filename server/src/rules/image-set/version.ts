import { t } from '../../base/sentences.ts';
import { nearestOf } from '../../base/words.ts';
import { type CatalogBundle, packageOf } from '../../catalog/model.ts';
import { parseVersion } from '../../catalog/version.ts';
import { parseLooseVersion } from '../../catalog/versionConstraint.ts';
import type { ImageSetOperator, OcMirrorGeneration } from '../../documents/imageSet.ts';
import { versionInName } from '../../documents/imageSetOfV1.ts';
import { replaceScalar, type YamlScalar } from '../../documents/yamlNode.ts';
import { defineRule, type Finding } from '../rule.ts';
import { openOperators } from './selectionFindings.ts';

/** A bound with where it stands. */
interface Bound {
  readonly scalar: YamlScalar;
  readonly operator: ImageSetOperator;
  /** The name of its package; empty where there is none. */
  readonly owner: string;
}

/** A bound of a range that is no version. */
export const imageSetVersion = defineRule<'image-set', Bound>({
  code: 'image-set/version',
  severity: 'error',
  unit: 'image-set',
  fixesAreOffers: true,
  summary: '`minVersion` or `maxVersion` is no version',
  documentation: `
oc-mirror v2 refuses the whole configuration where a bound of a range is no version. One number or two will do: as \`minVersion\`,
\`1.1\` is 1.1.0, as \`maxVersion\` it is every 1.1.x. A \`v\` before it is allowed, the name of a bundle (\`my-operator.v1.1.0\`) is not.

oc-mirror v1 takes whole versions only: \`1.1.0\`, not \`1.1\` and not \`v1.1.0\`. A lone \`minVersion\` that is none it refuses; a range of
two bounds it drops without a word.

The fix takes the version of the bundle that was named, or the nearest one that the package has, where the catalog is known.`,
  check({ set }) {
    const isRead = readers[set.generation];
    return set.operators.flatMap((operator) =>
      operator.packages.flatMap((wanted) =>
        [wanted, ...wanted.channels].flatMap((part) =>
          boundNames.flatMap((name): Finding<Bound>[] => {
            const scalar = part[name];
            // What is no text, the schema says.
            if (scalar?.type !== 'string' || scalar.value === '' || isRead(scalar.value)) return [];
            const owner = wanted.name?.value ?? '';
            const message = messageFor(set.generation, name, scalar.value);
            return [{ message, range: scalar.range, data: { scalar, operator, owner } }];
          }),
        ),
      ),
    );
  },
  fixes({ data }, { set }, context) {
    if (data === undefined) return [];
    const { scalar, operator, owner } = data;
    const open = openOperators(set, context).find((one) => one.operator === operator);
    const bundles = open === undefined ? [] : (packageOf(open.catalog, owner)?.bundles ?? []);
    const wanted = meantBy(scalar.value, set.generation, bundles);
    if (wanted === undefined) return [];
    const edits = () => [replaceScalar(scalar, wanted)];
    return [{ id: wanted, title: t('Change it to {0}', wanted), preferred: false, edits }];
  },
});

const boundNames = ['minVersion', 'maxVersion'] as const;

const readers: Readonly<Record<OcMirrorGeneration, (text: string) => boolean>> = {
  1: (text) => parseVersion(text) !== undefined,
  2: (text) => parseLooseVersion(text) !== undefined,
};

function messageFor(
  generation: OcMirrorGeneration,
  name: (typeof boundNames)[number],
  value: string,
): string {
  if (generation === 1) {
    return name === 'minVersion'
      ? t('minVersion {0} is no whole version such as 1.2.0: oc-mirror v1 takes no other', value)
      : t('maxVersion {0} is no whole version such as 1.2.0: oc-mirror v1 takes no other', value);
  }
  return name === 'minVersion'
    ? t('minVersion {0} is no version: oc-mirror v2 refuses it', value)
    : t('maxVersion {0} is no version: oc-mirror v2 refuses it', value);
}

/** Whoever writes the name of a bundle means its version, and quotes of a word processor mean none. */
function meantBy(
  text: string,
  generation: OcMirrorGeneration,
  bundles: readonly CatalogBundle[],
): string | undefined {
  const plain = text.replace(/[‘’“”'"\s]/g, '');
  if (plain !== text && readers[generation](plain)) return plain;
  const named = bundles.find(({ name }) => name === text)?.version || versionInName(text);
  if (named !== undefined) return named;
  const whole = generation === 1 ? completed(text) : undefined;
  return whole ?? nearestOf(text, [...new Set(bundles.map(({ version }) => version))].filter(isRead));
}

function isRead(version: string): boolean {
  return parseVersion(version) !== undefined;
}

/** With the numbers that are missing, and without the `v`; undefined where it is no version even then. */
function completed(text: string): string | undefined {
  const [release = '', ...more] = text.replace(/^v/, '').split('-');
  const numbers = [...release.split('.'), '0', '0'].slice(0, 3).join('.');
  const whole = [numbers, ...more].join('-');
  return release.split('.').length <= 3 && isRead(whole) ? whole : undefined;
}
