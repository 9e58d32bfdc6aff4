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
    'The oldest version to mirror, with all that is on the way from it to the newest. A pre-release is only taken where one of the two bounds has a `-` itself: `4.8.0-0` finds 4.8.0-202111041632, `4.8.0` does not.',
  ),
};
const maxVersion: FieldSchema = {
  type: 'string',
  doc: sentence(
    'The newest version to mirror. With one or two numbers it is every version that begins with them.',
  ),
};

const platforms: FieldSchema = {
  ...listOf(
    sentence(
      'The platforms to mirror of images that are there for several; all of them without it. oc-mirror 4.23 and later.',
    ),
    {
      doc: sentence('One platform.'),
      usual: ['os', 'architecture'],
      fields: {
        os: {
          type: 'string',
          doc: sentence('The operating system, such as `linux`.'),
          suggestions: ['linux'],
        },
        architecture: {
          type: 'string',
          doc: sentence('The architecture, as Go names it.'),
          suggestions: ['amd64', 'arm64', 'ppc64le', 's390x'],
        },
      },
    },
  ),
  since: '4.23',
};

const operatorChannels: FieldSchema = listOf(
  sentence(
    'The channels to mirror; the default channel must be one of them, or `defaultChannel` must name one that is.',
  ),
  {
    doc: sentence('A channel to mirror. Without a range only its head.'),
    required: ['name'],
    usual: ['name', 'minVersion'],
    fields: { name: channelName, minVersion, maxVersion },
  },
);

const operatorPackages: FieldSchema = listOf(
  sentence('The packages to mirror. Without any, the head of every channel of the whole catalog.'),
  {
    doc: sentence('A package to mirror. Without channels, the heads of all of its channels.'),
    required: ['name'],
    usual: ['name', 'channels'],
    fields: {
      name: packageName,
      channels: operatorChannels,
      defaultChannel: {
        type: 'string',
        since: '4.18',
        doc: sentence(
          'The default channel in the mirrored catalog, where the one of the catalog is not mirrored. oc-mirror 4.18 and later.',
        ),
      },
      minVersion,
      maxVersion,
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
          'All versions, of the named packages or of the whole catalog, instead of heads. It does not go together with ranges.',
        ),
        default: 'false',
      },
      targetCatalog: {
        type: 'string',
        doc: sentence(
          'Path and name of the catalog in the mirror registry, without registry and tag. Without it, those of the catalog itself.',
        ),
      },
      targetTag,
      skipDependencies: {
        type: 'boolean',
        doc: sentence('Has no effect: oc-mirror v2 does not follow dependencies between packages.'),
        default: 'false',
      },
      targetCatalogSourceTemplate: {
        type: 'string',
        doc: sentence(
          'A file with a CatalogSource: the one that is made has everything from it but name and image.',
        ),
      },
      platforms,
    },
  },
);

/** What stands below `mirror` and `delete` for oc-mirror v2. https://github.com/openshift/oc-mirror/blob/main/internal/pkg/api/v2alpha1/type_config.go */
export const v2Content: FieldSchema = {
  type: 'object',
  doc: sentence('What is mirrored.'),
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
            doc: sentence('Whose releases. Anything else than `okd` is taken for `ocp`.'),
            suggestions: ['ocp', 'okd'],
            default: 'ocp',
          },
        }),
        architectures,
        platforms,
        release: { type: 'string', doc: sentence('A release image, instead of a channel.') },
        kubeVirtContainer: {
          type: 'boolean',
          since: '4.17',
          doc: sentence(
            'Mirrors the image of OpenShift Virtualization’s boot source too. oc-mirror 4.17 and later.',
          ),
          default: 'false',
        },
      },
    },
    operators,
    additionalImages: imagesField(sentence('Images by name.'), {
      name: {
        type: 'string',
        doc: sentence('The image with its tag or digest. One with neither is not mirrored.'),
      },
      targetRepo: {
        type: 'string',
        since: '4.22',
        doc: sentence('Path and name of the image in the mirror registry. oc-mirror 4.22 and later.'),
      },
      targetTag: {
        type: 'string',
        since: '4.22',
        doc: sentence('The tag of the image in the mirror registry. oc-mirror 4.22 and later.'),
      },
      platforms,
    }),
    helm: helmField({ ...chartFields, platforms }),
    blockedImages,
    samples,
  },
};
