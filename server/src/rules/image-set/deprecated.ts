import { t } from '../../base/sentences.ts';
import { imageSetApiVersions } from '../../documents/imageSet.ts';
import { defineRule } from '../rule.ts';
import { migration } from './migration.ts';

/** A configuration of oc-mirror v1. */
export const imageSetDeprecated = defineRule({
  code: 'image-set/deprecated',
  severity: 'information',
  unit: 'image-set',
  fixesAreOffers: true,
  summary: 'A configuration for oc-mirror v1, which is deprecated',
  documentation: `
oc-mirror v2 is there since OpenShift 4.16, v1 is deprecated since 4.18, and \`oc-mirror --v2\` refuses what only v1 knows. The fix

- changes \`apiVersion\` to \`mirror.openshift.io/v2alpha1\`,
- takes \`storageConfig\` and \`originalRef\` away: v2 keeps what it has mirrored in its workspace,
- writes \`targetCatalog\` for \`targetName\`, with the rest of the path,
- writes \`minVersion\` for \`minBundle\`, with the version that the bundle has,
- adds \`:latest\` to images that have neither tag nor digest: v1 takes that for granted, v2 refuses them.

Comments and everything else stay. It is not applied unasked, because v2 selects and names otherwise:

- Of a package without channels and ranges v2 mirrors the head of every channel, v1 that of the default channel.
- The bundles of a range are those on one chain of \`replaces\`, and pre-releases are in a range only where one of its bounds has a
  \`-\` itself.
- v2 does not follow dependencies: \`image-set/missing-dependency\` shows those that are missing, once the catalog is known.
- v2 deletes nothing from the mirror registry unless a DeleteImageSetConfiguration says so.
- Images keep their paths in the mirror registry, and the cluster gets ImageDigestMirrorSet and ImageTagMirrorSet instead of
  ImageContentSourcePolicy.`,
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
  fixes: (_finding, { set }, context) => [
    {
      id: 'migrate',
      title: t('Migrate it to {0}', imageSetApiVersions.v2),
      preferred: false,
      edits: () => migration(set, context),
    },
  ],
});
