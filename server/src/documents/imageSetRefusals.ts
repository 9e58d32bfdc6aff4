import { t } from '../base/sentences.ts';
import { brokenPattern } from './goPattern.ts';
import type { ImageSetOperator, OcMirrorGeneration } from './imageSet.ts';
import { parseOcMirrorReference } from './ocMirrorReference.ts';
import type { SchemaProblem } from './schema.ts';
import type { YamlScalar } from './yamlNode.ts';

// What oc-mirror refuses of a configuration whose fields are all right, before it reads a catalog.

/** Components of a path as oc-mirror takes them, written so that it takes linear time. */
const pathComponent = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;

/** References that oc-mirror v2 cannot take apart, and for both generations catalogs that would be mirrored to one place. */
export function catalogProblems(
  operators: readonly ImageSetOperator[],
  generation: OcMirrorGeneration,
): SchemaProblem[] {
  const seen = new Set<string>();
  return operators.flatMap((operator) => {
    const { catalog, targetCatalog } = operator;
    if (catalog === undefined || catalog.type !== 'string') return [];
    const refusal = generation === 2 ? referenceProblem(catalog) : undefined;
    if (refusal !== undefined) return [refusal];
    const target = targetCatalog?.value ?? '';
    if (
      generation === 2 &&
      targetCatalog !== undefined &&
      target !== '' &&
      !target.split('/').every((one) => pathComponent.test(one))
    ) {
      return [
        {
          message: t('targetCatalog must be a path of lower-case names, without registry, tag and digest'),
          range: targetCatalog.range,
        },
      ];
    }
    const place = placeOf(
      generation === 1 ? operator : { ...operator, targetName: undefined },
      catalog.value,
    );
    if (seen.has(place)) {
      return [{ message: t('{0} is there twice, which oc-mirror refuses', place), range: catalog.range }];
    }
    seen.add(place);
    return [];
  });
}

function referenceProblem({ value, range }: YamlScalar): SchemaProblem | undefined {
  const parsed = parseOcMirrorReference(value);
  if (!parsed.ok) return { message: t('oc-mirror refuses this catalog: {0}', parsed.problem), range };
  const { tag, digest } = parsed.reference;
  if (tag === '' || digest === '') return undefined;
  return {
    message: t('{0} has a tag and a digest, and oc-mirror can pull it by one of them only', value),
    range,
  };
}

/** Where a catalog is mirrored to, as far as it tells one from another. */
function placeOf({ targetCatalog, targetName, targetTag }: ImageSetOperator, catalog: string): string {
  const parsed = parseOcMirrorReference(catalog);
  const target = targetCatalog?.value ?? '';
  const last = targetName?.value?.value ?? '';
  const tag = targetTag?.value ?? '';
  if (!parsed.ok) return `${catalog} ${target}${last}:${tag}`;
  const { name, path } = parsed.reference;
  const tagged = tag === '' ? catalog : `${name}:${tag}`;
  if (target !== '') return tagged.replace(path, () => target);
  return last === '' ? tagged : tagged.replace(path, () => path.replace(/[^/]*$/, () => last));
}

/** Release channels that are there twice. */
export function repeatedReleases(names: readonly YamlScalar[]): SchemaProblem[] {
  const seen = new Set<string>();
  return names.flatMap(({ value, range }) => {
    if (!seen.has(value)) {
      seen.add(value);
      return [];
    }
    return [{ message: t('Release channel {0} is there twice, which oc-mirror refuses', value), range }];
  });
}

/** `blockedImages` that are no regular expressions: mostly somebody means `*` as shells do. */
export function blockedImageProblems(names: readonly YamlScalar[]): SchemaProblem[] {
  return names.flatMap(({ value, type, range, quote }) => {
    if (type !== 'string' || !brokenPattern(value)) return [];
    const message = t(
      '{0} is no regular expression, which oc-mirror takes a blocked image for: it refuses the configuration',
      value,
    );
    const meant = globPattern(value);
    if (meant === undefined || quote === 'block') return [{ message, range }];
    return [
      {
        message,
        range,
        repair: { title: t('Write it as {0}', meant), range, newText: quoted(meant, quote), certain: false },
      },
    ];
  });
}

/** The pattern for a name with `*` for anything; undefined where other characters than those of a name are in it. */
function globPattern(text: string): string | undefined {
  if (!/^[\w.:/@*-]+$/.test(text)) return undefined;
  return text.replaceAll('.', '\\.').replaceAll('*', '.*');
}

/** In single quotes a backslash is one in YAML. */
function quoted(text: string, quote: YamlScalar['quote']): string {
  return quote === '"' ? JSON.stringify(text) : `'${text.replaceAll("'", "''")}'`;
}
