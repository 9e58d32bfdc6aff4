import type { TextEdit } from '../../base/range.ts';
import { t } from '../../base/sentences.ts';
import { parseReference } from '../../documents/imageReference.ts';
import { type ImageSet, imageSetApiVersions } from '../../documents/imageSet.ts';
import { isInRegistry } from '../../documents/transport.ts';
import { replaceScalar } from '../../documents/yamlNode.ts';
import { defineRule } from '../rule.ts';

/** A configuration of oc-mirror v1. */
export const imageSetDeprecated = defineRule({
  code: 'image-set/deprecated',
  severity: 'information',
  unit: 'image-set',
  fixesAreOffers: true,
  summary: 'A configuration for oc-mirror v1, which is deprecated',
  documentation: `
oc-mirror v2 is there since OpenShift 4.16, v1 is deprecated since 4.18, and \`oc-mirror --v2\` refuses what only v1 knows. The fix
changes \`apiVersion\` to \`mirror.openshift.io/v2alpha1\`, takes \`storageConfig\` away (v2 keeps what it has mirrored in its
workspace) and writes \`targetCatalog\` for \`targetName\`. Comments and everything else stay.

It is not applied unasked, because v2 selects and names otherwise:

- Of a package without channels and ranges v2 mirrors the head of every channel.
- The bundles of a range are those on one chain of \`replaces\`; dependencies are not followed.
- Images keep their paths in the mirror registry, and the cluster gets ImageDigestMirrorSet and ImageTagMirrorSet instead of
  ImageContentSourcePolicy.
- \`minBundle\` has no successor: \`image-set/schema\` shows it after the fix; say \`minVersion\` instead.`,
  check({ set }) {
    const { apiVersion } = set.words;
    if (set.generation === 2 || apiVersion === undefined) return [];
    const message = t(
      '{0} is the format of oc-mirror v1, which is deprecated: oc-mirror v2 has {1}',
      imageSetApiVersions.v1,
      imageSetApiVersions.v2,
    );
    return [{ message, range: apiVersion.range }];
  },
  fixes: (_finding, { set }) => [
    {
      id: 'migrate',
      title: t('Migrate it to {0}', imageSetApiVersions.v2),
      preferred: false,
      edits: () => migration(set),
    },
  ],
});

function migration({ words: { apiVersion, storage }, operators }: ImageSet): TextEdit[] {
  const edits = apiVersion === undefined ? [] : [replaceScalar(apiVersion, imageSetApiVersions.v2)];
  if (storage !== undefined) {
    const start = { line: storage.start.line, character: 0 };
    edits.push({ range: { start, end: { line: storage.end.line + 1, character: 0 } }, newText: '' });
  }
  for (const { catalog, targetName, targetCatalog } of operators) {
    if (targetName === undefined || targetCatalog !== undefined) continue;
    edits.push(replaceScalar(targetName.key, 'targetCatalog'));
    edits.push(replaceScalar(targetName.value, pathWith(targetName.value.value, catalog?.value ?? '')));
  }
  return edits;
}

/** The path of the catalog with another name at its end: `targetCatalog` is all of the path, `targetName` was its end. */
function pathWith(name: string, catalog: string): string {
  const parsed = parseReference(catalog);
  if (!parsed.ok || !isInRegistry(parsed.reference)) return name;
  return parsed.reference.repository.replace(/[^/]*$/, () => name);
}
