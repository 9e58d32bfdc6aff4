import { type Sentence, sentence } from '../base/sentences.ts';
import type { FieldSchema } from './schema.ts';

// Fields that oc-mirror v1 and v2 both have, and mean alike.

/** A list of maps. */
export function listOf(doc: Sentence, item: Omit<FieldSchema, 'type'>): FieldSchema {
  return { type: 'array', doc, items: { type: 'object', ...item } };
}

/** `helm`, whose charts have these fields. */
export function helmField(chart: Readonly<Record<string, FieldSchema>>): FieldSchema {
  const charts = listOf(sentence('Charts whose images are mirrored.'), {
    doc: sentence('A chart.'),
    fields: chart,
  });
  return {
    type: 'object',
    doc: sentence('Helm charts whose images are mirrored.'),
    fields: {
      repositories: listOf(sentence('Repositories of charts.'), {
        doc: sentence('A repository of charts.'),
        usual: ['name', 'url', 'charts'],
        fields: {
          url: { type: 'string', doc: sentence('Where the repository is.') },
          name: { type: 'string', doc: sentence('A name for the repository.') },
          charts,
        },
      }),
      local: charts,
    },
  };
}

export const chartFields: Readonly<Record<string, FieldSchema>> = {
  name: { type: 'string', doc: sentence('The chart.') },
  version: { type: 'string', doc: sentence('The version of the chart; the newest without it.') },
  path: { type: 'string', doc: sentence('The chart on disk, for those under `local`.') },
  imagePaths: {
    type: 'array',
    doc: sentence('JSON paths to images that are not where images usually are.'),
    items: { type: 'string', doc: sentence('A JSON path.') },
  },
};

/** A list of images by name. */
export function imagesField(doc: Sentence, fields: Readonly<Record<string, FieldSchema>>): FieldSchema {
  return listOf(doc, { doc: sentence('An image.'), required: ['name'], usual: ['name'], fields });
}

export const blockedImages: FieldSchema = imagesField(
  sentence('Images that are left out wherever they come from.'),
  {
    name: {
      type: 'string',
      doc: sentence(
        'What the name of an image must hold to be left out: a regular expression of Go, such as `quay.io/a/.*`. oc-mirror does not say what it left out.',
      ),
    },
  },
);

export const samples: FieldSchema = imagesField(sentence('Has no effect: samples are not mirrored.'), {
  name: { type: 'string', doc: sentence('The image with its tag or digest.') },
});

export const releaseFields: Readonly<Record<string, FieldSchema>> = {
  name: { type: 'string', doc: sentence('The release channel, such as `stable-4.18`.') },
  minVersion: { type: 'string', doc: sentence('The oldest release to mirror.') },
  maxVersion: { type: 'string', doc: sentence('The newest release to mirror.') },
  shortestPath: {
    type: 'boolean',
    doc: sentence('Only the releases on the shortest way of upgrades from the oldest to the newest.'),
    default: 'false',
  },
  full: { type: 'boolean', doc: sentence('All releases of the channel.'), default: 'false' },
};

/** `channels` of `platform`, with these fields. */
export function releaseChannels(fields: Readonly<Record<string, FieldSchema>>): FieldSchema {
  return listOf(sentence('Release channels to mirror, each once.'), {
    doc: sentence('A release channel of OpenShift or OKD.'),
    required: ['name'],
    usual: ['name', 'minVersion', 'maxVersion'],
    fields,
  });
}

export const graph: FieldSchema = {
  type: 'boolean',
  doc: sentence('Mirrors the graph of upgrades too, for the update service in the cluster.'),
  default: 'false',
};

export const architectures: FieldSchema = {
  type: 'array',
  doc: sentence('The architectures of the releases.'),
  default: '[amd64]',
  items: {
    type: 'string',
    doc: sentence('An architecture.'),
    suggestions: ['amd64', 'arm64', 'ppc64le', 's390x', 'multi'],
  },
};

export const archiveSize: FieldSchema = {
  type: 'integer',
  doc: sentence('The size of each archive in GiB.'),
};

export const catalogName: FieldSchema = {
  type: 'string',
  doc: sentence('The catalog image with its tag or digest, or `oci://` and a folder.'),
};

export const packageName: FieldSchema = {
  type: 'string',
  doc: sentence('The package, as the catalog names it: mostly not the name that the console shows.'),
};

export const channelName: FieldSchema = {
  type: 'string',
  doc: sentence('The channel, as the catalog names it. A name that looks like a number needs quotes.'),
};

export const targetTag: FieldSchema = {
  type: 'string',
  doc: sentence('The tag of the catalog in the mirror registry. Without it, the tag of the catalog itself.'),
};
