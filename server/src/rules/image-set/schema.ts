import { t } from '../../base/sentences.ts';
import { configurationProblems } from '../../catalog/selection.ts';
import { selectionOf } from '../../catalog/selectionOfImageSet.ts';
import { looksLikeRegistry } from '../../documents/imageReference.ts';
import { type ImageSet, isImageSet } from '../../documents/imageSet.ts';
import { parseOcMirrorReference } from '../../documents/ocMirrorReference.ts';
import type { SchemaProblem } from '../../documents/schema.ts';
import { replaceScalar } from '../../documents/yamlNode.ts';
import { isBefore } from '../../pulls/openShiftVersion.ts';
import { versionOfSetting } from '../../workspace/clusterVersion.ts';
import { schemaFindings, schemaFixes, yamlFindings } from '../repairs.ts';
import { defineRule, type Finding, type RuleContext } from '../rule.ts';
import { problemPlace } from './problemPlace.ts';

const shared = {
  code: 'image-set/schema',
  severity: 'error',
  summary: 'An unknown, missing or ill-typed field in an ImageSetConfiguration',
  documentation: `
oc-mirror refuses a configuration with a field that it does not know, with a number where a name belongs, with the same catalog or
release channel twice; v2 also with the same package or channel twice, and with a range at a package and at one of its channels. It does so before it reads a catalog, and with
one line that names neither file nor place. \`apiVersion\` says for which of its generations the file is:
\`mirror.openshift.io/v2alpha1\` for \`oc-mirror --v2\`, \`mirror.openshift.io/v1alpha2\` for v1.

\`\`\`yaml
apiVersion: mirror.openshift.io/v2alpha1
kind: ImageSetConfiguration
mirror:
  operators:
  - catalog: registry.redhat.io/redhat/redhat-operator-index:v4.18
    packages:
    - name: cluster-logging
      channels:
      - name: stable-6.2
        minVersion: 6.2.1
\`\`\`

- A channel that looks like a number needs quotes: \`name: "4.9"\`.
- An image without tag and digest under \`additionalImages\` is \`latest\` for v1. v2 leaves it out, and ends with an error in newer releases.
- \`blockedImages\` are regular expressions: \`quay.io/a/.*\`, not \`quay.io/a/*\` or \`*/a\`.
- Fields came release by release: \`targetCatalog\` with oc-mirror v1 4.13, \`defaultChannel\` with oc-mirror v2 4.18, \`targetRepo\` and \`targetTag\` of additional images with
  4.22, \`platforms\` with 4.23. Where the setting \`operatorMirror.cluster.version\` names an older OpenShift, that is an information.
- The names of fields are read in any case. Other letters than usual are an information too.

Broken YAML is reported here too.`,
} as const;

export const imageSetSchemaRule = defineRule<'image-set', SchemaProblem>({
  ...shared,
  unit: 'image-set',
  reads: ({ settings }) => settings.cluster.version,
  check: ({ set }, context) => [
    ...schemaFindings(set.problems),
    ...contradictions(set),
    ...rangesOfAll(set),
    ...unnamedVersions(set),
    ...unnamedRegistries(set),
    ...oddNames(set),
    ...newFields(set, context),
  ],
  fixes: (finding) => schemaFixes(finding),
});

/** Broken YAML in a file whose first resource is an ImageSetConfiguration. */
export const imageSetYaml = defineRule({
  ...shared,
  unit: 'yaml',
  check: ({ yaml }) => yamlFindings(yaml, isImageSet),
});

/** The same name twice, and two ranges for one channel, none of which v1 minds. What the schema misses already is not told again. */
function contradictions({ operators, generation }: ImageSet): Finding<SchemaProblem>[] {
  if (generation === 1) return [];
  return operators.flatMap((operator) =>
    configurationProblems(selectionOf(operator)).flatMap((problem): Finding<SchemaProblem>[] => {
      if (problem.code !== 'configuration' || problem.package === '' || problem.channel === '') return [];
      return [{ message: problem.message, range: problemPlace(operator, problem).range }];
    }),
  );
}

/** Ranges beside `full`, which v2 finds when it filters the catalog. */
function rangesOfAll({ operators, generation }: ImageSet): Finding<SchemaProblem>[] {
  if (generation === 1) return [];
  return operators.flatMap(({ full, packages }) =>
    (full ? packages : []).flatMap((wanted): Finding<SchemaProblem>[] => {
      const bounds = [wanted, ...wanted.channels].flatMap((part) => part.minVersion ?? part.maxVersion ?? []);
      const [bound] = bounds;
      if (bound === undefined) return [];
      const message = t(
        'A range of versions does not go together with full: true, which takes all versions: oc-mirror v2 refuses both together',
      );
      return [{ message, range: bound.range }];
    }),
  );
}

/** Images that v1 takes for `latest`. Older releases of v2 leave them out, newer ones end with an error. */
function unnamedVersions({ additionalImages, generation }: ImageSet): Finding<SchemaProblem>[] {
  if (generation === 1) return [];
  return additionalImages.flatMap(({ name: image }): Finding<SchemaProblem>[] => {
    if (image.type !== 'string' || parseOcMirrorReference(image.value).ok) return [];
    const tagged = `${image.value}:latest`;
    if (!parseOcMirrorReference(tagged).ok) return [];
    const message = t('{0} has neither tag nor digest: oc-mirror v2 does not mirror it', image.value);
    const { range } = image;
    const repair = { title: t('Make it {0}', tagged), ...replaceScalar(image, tagged), certain: false };
    return [{ message, range, data: { message, range, repair } }];
  });
}

/** Images without a registry: oc-mirror v2 copies them, and takes the first part of their path for the registry. */
function unnamedRegistries({ additionalImages, generation }: ImageSet): Finding<SchemaProblem>[] {
  if (generation === 1) return [];
  return additionalImages.flatMap(({ name: image }): Finding<SchemaProblem>[] => {
    const { value, type, range } = image;
    const parsed = parseOcMirrorReference(value);
    if (type !== 'string' || !parsed.ok || parsed.reference.scheme !== '') return [];
    const [first = '', ...others] = parsed.reference.name.split('/');
    if (looksLikeRegistry(first) && others.length > 0) return [];
    const whole = others.length === 0 ? `docker.io/library/${value}` : `docker.io/${value}`;
    const message = t(
      '{0} names no registry: oc-mirror v2 takes the first part of the path for one, so that no node is sent to what it mirrors',
      value,
    );
    const repair = { title: t('Make it {0}', whole), ...replaceScalar(image, whole), certain: false };
    return [{ message, range, severity: 'warning', data: { message, range, repair } }];
  });
}

function oddNames(set: ImageSet): Finding<SchemaProblem>[] {
  return set.oddNames.map(({ key, name }) => {
    const message = t('{0} is usually written {1}; oc-mirror reads it all the same', key.value, name);
    const edit = replaceScalar(key, name);
    const repair = { title: t('Rename it to {0}', name), ...edit, certain: true };
    return {
      message,
      range: key.range,
      severity: 'information',
      data: { message, range: key.range, repair },
    };
  });
}

function newFields({ newFields: fields }: ImageSet, { settings }: RuleContext): Finding<SchemaProblem>[] {
  const version = versionOfSetting(settings);
  if (version === undefined) return [];
  return fields.flatMap(({ name, range, since }): Finding<SchemaProblem>[] => {
    if (!isBefore(version, since)) return [];
    const message = t(
      '{0} came with oc-mirror {1}: the one of OpenShift {2} refuses the whole configuration because of it',
      name,
      since,
      version,
    );
    return [{ message, range, severity: 'information' }];
  });
}
