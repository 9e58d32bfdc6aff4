import { t } from '../base/sentences.ts';
import { parseReference } from './imageReference.ts';
import type { ImageSetField, ImageSetOperator, ImageSetWords } from './imageSet.ts';
import type { SchemaProblem } from './schema.ts';
import { isInRegistry } from './transport.ts';
import { scalarText } from './yamlNode.ts';

// What only oc-mirror v1 knows, and what v2 says instead.

/** What is said of the fields of v1 in a configuration for v2, each at its name, with what takes their place. */
export function problemsOfV1(
  { storage }: Pick<ImageSetWords, 'storage'>,
  operators: readonly ImageSetOperator[],
): SchemaProblem[] {
  return [
    ...(storage === undefined ? [] : [refused(storage, removal(storage))]),
    ...operators.flatMap(({ catalog, targetName, targetCatalog, originalRef, packages }) => [
      ...(originalRef === undefined ? [] : [refused(originalRef, removal(originalRef))]),
      ...(targetName === undefined
        ? []
        : [
            refused(
              targetName,
              targetCatalog === undefined
                ? replacement(targetName, 'targetCatalog', (name) =>
                    targetCatalogOf(name, catalog?.value ?? ''),
                  )
                : removal(targetName),
            ),
          ]),
      ...packages
        .flatMap((wanted) => [wanted, ...wanted.channels])
        .flatMap(({ minBundle, minVersion }) =>
          minBundle === undefined
            ? []
            : [
                refused(
                  minBundle,
                  minVersion === undefined ? replacement(minBundle, 'minVersion', versionInName) : undefined,
                ),
              ],
        ),
    ]),
  ];
}

/** `targetCatalog` is all of the path, `targetName` was its end. */
export function targetCatalogOf(name: string, catalog: string): string {
  const parsed = parseReference(catalog);
  if (!parsed.ok || !isInRegistry(parsed.reference)) return name;
  return parsed.reference.repository.replace(/[^/]*$/, () => name);
}

const wholeVersion = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;

/** The version at the end of the usual name of a bundle, `my-operator.v1.1.0`; undefined where there is none. */
export function versionInName(bundle: string): string | undefined {
  const version = /^[^.]+\.v?(\d.*)$/.exec(bundle)?.[1];
  return version !== undefined && wholeVersion.test(version) ? version : undefined;
}

function refused({ key }: ImageSetField, repair: SchemaProblem['repair']): SchemaProblem {
  const message = t(
    '{0} is a field of oc-mirror v1: v2 refuses the whole configuration because of it',
    key.value,
  );
  return { message, range: key.range, ...(repair === undefined ? {} : { repair }) };
}

/** It has no successor, so that nothing is lost. */
function removal({ key, removal: range }: ImageSetField): SchemaProblem['repair'] {
  return range && { title: t('Remove {0}', key.value), range, newText: '', certain: true };
}

function replacement(
  { key, value }: ImageSetField,
  field: string,
  successor: (text: string) => string | undefined,
): SchemaProblem['repair'] {
  const text = value === undefined || value.quote === 'block' ? undefined : successor(value.value);
  if (value === undefined || text === undefined) return undefined;
  return {
    title: t('Write {0} for it', `${field}: ${text}`),
    range: { start: key.range.start, end: value.range.end },
    newText: `${scalarText(field, key.quote)}: ${scalarText(text, value.quote)}`,
    certain: false,
  };
}
