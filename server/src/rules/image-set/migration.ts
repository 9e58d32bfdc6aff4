import type { TextEdit } from '../../base/range.ts';
import { packageOf } from '../../catalog/model.ts';
import {
  type ImageSet,
  type ImageSetChannel,
  type ImageSetField,
  type ImageSetOperator,
  imageSetApiVersions,
} from '../../documents/imageSet.ts';
import { targetCatalogOf, versionInName } from '../../documents/imageSetOfV1.ts';
import { parseOcMirrorReference } from '../../documents/ocMirrorReference.ts';
import { replaceScalar, type YamlScalar } from '../../documents/yamlNode.ts';
import type { RuleContext } from '../rule.ts';

/**
 * The edits that make a configuration of oc-mirror v1 one of v2. What it has no word for is left, and `image-set/schema` shows it
 * then.
 */
export function migration(
  { words: { apiVersion, storage }, operators, additionalImages }: ImageSet,
  { facts, path }: Pick<RuleContext, 'facts' | 'path'>,
): TextEdit[] {
  const edits = apiVersion === undefined ? [] : [replaceScalar(apiVersion, imageSetApiVersions.v2)];
  edits.push(...removal(storage));
  for (const operator of operators) {
    const { catalog, packages } = operator;
    edits.push(...withTag(catalog), ...target(operator), ...removal(operator.originalRef));
    const fact = catalog === undefined ? undefined : facts.catalog(catalog.value, path);
    for (const wanted of packages) {
      const bundles = fact?.state === 'known' ? packageOf(fact.value, wanted.name?.value ?? '')?.bundles : [];
      const versions = new Map(bundles?.map(({ name, version }) => [name, version]));
      for (const part of [wanted, ...wanted.channels]) edits.push(...minimum(part, versions));
    }
  }
  edits.push(...additionalImages.flatMap(({ name }) => withTag(name)));
  return edits;
}

/** Where both are there, v1 took `targetCatalog`. */
function target({ catalog, targetName, targetCatalog }: ImageSetOperator): TextEdit[] {
  const name = targetName?.value;
  if (targetName === undefined) return [];
  if (targetCatalog !== undefined) return removal(targetName);
  if (name === undefined) return [];
  return [
    replaceScalar(targetName.key, 'targetCatalog'),
    replaceScalar(name, targetCatalogOf(name.value, catalog?.value ?? '')),
  ];
}

/** The version of the bundle, as its catalog has it, or else as the name of the bundle says. */
function minimum(
  { minBundle, minVersion }: ImageSetChannel,
  versions: ReadonlyMap<string, string>,
): TextEdit[] {
  const bundle = minBundle?.value;
  if (minBundle === undefined || bundle === undefined || minVersion !== undefined) return [];
  const version = versions.get(bundle.value) || versionInName(bundle.value);
  if (version === undefined) return [];
  return [replaceScalar(minBundle.key, 'minVersion'), replaceScalar(bundle, version)];
}

/** Without tag and digest v1 takes `latest`, and v2 takes nothing. */
function withTag(image: YamlScalar | undefined): TextEdit[] {
  if (image === undefined || image.type !== 'string' || image.quote === 'block') return [];
  const tagged = `${image.value}:latest`;
  if (parseOcMirrorReference(image.value).ok || !parseOcMirrorReference(tagged).ok) return [];
  return [replaceScalar(image, tagged)];
}

function removal(field: ImageSetField | undefined): TextEdit[] {
  return field?.removal === undefined ? [] : [{ range: field.removal, newText: '' }];
}
