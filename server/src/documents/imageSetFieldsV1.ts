import { sentence } from '../base/sentences.ts';
import {
  architectures,
  blockedImages,
  catalogName,
  channelName,
  chartFields,
  graph,
  helmField,
  imagesField,
  listOf,
  packageName,
  releaseChannels,
  releaseFields,
  samples,
  targetTag,
} from './imageSetFields.ts';
import type { FieldSchema } from './schema.ts';

const minVersion: FieldSchema = {
  type: 'string',
  doc: sentence(
    'The oldest version to mirror, whole: `1.2.0`, not `1.2`. Without `maxVersion`, all on the way from it to the head of the channel. Pre-releases count as what they are: 4.8.0-202111041632 comes before 4.8.0.',
  ),
};
const maxVersion: FieldSchema = {
  type: 'string',
  doc: sentence('The newest version to mirror, whole: `1.2.0`, not `1.2`. What is newer is left out.'),
};
const minBundle: FieldSchema = {
  type: 'string',
  doc: sentence(
    'The oldest bundle to mirror, by its name, where it has no version; with all on the way from it to the head of the channel. oc-mirror v2 does not know it.',
  ),
};

const operatorChannels: FieldSchema = listOf(
  sentence('The channels to mirror. The default channel must be one of them, or `defaultChannel` name one.'),
  {
    doc: sentence('A channel to mirror. Without a range only its head.'),
    required: ['name'],
    usual: ['name', 'minVersion'],
    fields: { name: channelName, minVersion, maxVersion, minBundle },
  },
);

const operatorPackages: FieldSchema = listOf(
  sentence(
    'The packages to mirror, with what they need. Without any, heads of channels of the whole catalog.',
  ),
  {
    doc: sentence(
      'A package to mirror. Without channels, the head of its default channel; older releases of oc-mirror v1 take the heads of all channels.',
    ),
    required: ['name'],
    usual: ['name', 'channels'],
    fields: {
      name: packageName,
      channels: operatorChannels,
      defaultChannel: {
        type: 'string',
        doc: sentence(
          'The default channel in the mirrored catalog, where the one of the catalog is not mirrored. Older releases of oc-mirror v1 do not know it.',
        ),
      },
      minVersion,
      maxVersion,
      minBundle,
    },
  },
);

const operators: FieldSchema = listOf(
  sentence('Catalogs of operators, with the packages to mirror of each.'),
  {
    doc: sentence('A catalog.'),
    required: ['catalog'],
    usual: ['catalog', 'packages'],
    fields: {
      catalog: catalogName,
      packages: operatorPackages,
      full: {
        type: 'boolean',
        doc: sentence(
          'All versions, of the named packages and channels or of the whole catalog, instead of heads.',
        ),
        default: 'false',
      },
      targetCatalog: {
        type: 'string',
        since: '4.13',
        doc: sentence(
          'Path and name of the catalog in the mirror registry, without registry and tag. oc-mirror 4.13 and later.',
        ),
      },
      targetTag,
      skipDependencies: {
        type: 'boolean',
        doc: sentence(
          'Leaves out the packages that the selected ones need, which oc-mirror v1 mirrors else.',
        ),
        default: 'false',
      },
      targetName: {
        type: 'string',
        doc: sentence(
          'The name of the catalog in the mirror registry, in place of the last part of its path. `targetCatalog`, which is all of the path, took its place with oc-mirror 4.13.',
        ),
      },
      originalRef: {
        type: 'string',
        doc: sentence('What a catalog in a folder was before. It has had no effect since oc-mirror 4.13.'),
      },
    },
  },
);

/** What stands below `mirror` for oc-mirror v1. https://github.com/openshift/oc-mirror/blob/main/v1/pkg/api/v1alpha2/types_config.go */
export const v1Content: FieldSchema = {
  type: 'object',
  doc: sentence('What is mirrored. What is taken out of it, oc-mirror v1 deletes from the mirror registry.'),
  usual: ['operators'],
  fields: {
    platform: {
      type: 'object',
      doc: sentence('Releases of OpenShift.'),
      usual: ['channels'],
      fields: {
        graph,
        channels: releaseChannels({
          ...releaseFields,
          type: {
            type: 'string',
            doc: sentence('Whose releases.'),
            suggestions: ['ocp', 'okd'],
            default: 'ocp',
          },
        }),
        architectures,
      },
    },
    operators,
    additionalImages: imagesField(sentence('Images by name.'), {
      name: { type: 'string', doc: sentence('The image. Without tag and digest it is `latest`.') },
    }),
    helm: helmField(chartFields),
    blockedImages,
    samples,
  },
};

/** `storageConfig`, which v2 does without. */
export const storageConfig: FieldSchema = {
  type: 'object',
  doc: sentence(
    'Where oc-mirror v1 keeps what it has mirrored so far. Without it each run mirrors everything, and nothing is deleted.',
  ),
  fields: {
    registry: {
      type: 'object',
      doc: sentence('In a registry.'),
      fields: {
        imageURL: { type: 'string', doc: sentence('The image that holds the metadata.') },
        skipTLS: {
          type: 'boolean',
          doc: sentence('Does without TLS, or without checking the certificate.'),
          default: 'false',
        },
      },
    },
    local: {
      type: 'object',
      doc: sentence('In a folder.'),
      fields: { path: { type: 'string', doc: sentence('The folder.') } },
    },
  },
};
