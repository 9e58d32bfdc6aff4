import type { Node, YAMLMap } from 'yaml';
import type { Range } from '../base/range.ts';
import { type Sentence, sentence, t } from '../base/sentences.ts';
import { parseOcMirrorReference } from './ocMirrorReference.ts';
import { checkObject, type FieldSchema, type SchemaProblem } from './schema.ts';
import { known, type OddName, type YamlReader, type YamlScalar } from './yamlNode.ts';

/** What oc-mirror's two generations call their configuration. v2 does not look at `apiVersion` at all. */
export const imageSetApiVersions = {
  v1: 'mirror.openshift.io/v1alpha2',
  v2: 'mirror.openshift.io/v2alpha1',
} as const;

/** The kinds that oc-mirror reads: what to mirror, and for v2 also what to delete. Nothing of them goes to a cluster. */
export const imageSetKinds = ['ImageSetConfiguration', 'DeleteImageSetConfiguration'] as const;

export type ImageSetKind = (typeof imageSetKinds)[number];

const minVersion: FieldSchema = {
  type: 'string',
  doc: 'The oldest version to mirror, with all that is on the way from it to the newest. A pre-release is only taken where one of the two bounds has a `-` itself: `4.8.0-0` finds 4.8.0-202111041632, `4.8.0` does not.',
};
const maxVersion: FieldSchema = {
  type: 'string',
  doc: 'The newest version to mirror. With one or two numbers it is every version that begins with them.',
};

const operatorChannel: FieldSchema = {
  type: 'object',
  doc: 'A channel to mirror. Without a range only its head.',
  required: ['name'],
  usual: ['name', 'minVersion'],
  fields: {
    name: {
      type: 'string',
      doc: 'The channel, as the catalog names it. A name that looks like a number needs quotes.',
    },
    minVersion,
    maxVersion,
  },
};

const operatorPackage: FieldSchema = {
  type: 'object',
  doc: 'A package to mirror. Without channels, the heads of all of its channels.',
  required: ['name'],
  usual: ['name', 'channels'],
  fields: {
    name: {
      type: 'string',
      doc: 'The package, as the catalog names it: mostly not the name that the console shows.',
    },
    channels: {
      type: 'array',
      doc: 'The channels to mirror; the default channel must be one of them, or `defaultChannel` must name one that is.',
      items: operatorChannel,
    },
    defaultChannel: {
      type: 'string',
      since: '4.18',
      doc: 'The default channel in the mirrored catalog, where the one of the catalog is not mirrored.',
    },
    minVersion,
    maxVersion,
  },
};

const platforms: FieldSchema = {
  type: 'array',
  since: '4.23',
  doc: 'The platforms to mirror of images that are there for several; all of them without it. oc-mirror 4.23 and later.',
  items: {
    type: 'object',
    doc: 'One platform.',
    usual: ['os', 'architecture'],
    fields: {
      os: { type: 'string', doc: 'The operating system, such as `linux`.', suggestions: ['linux'] },
      architecture: {
        type: 'string',
        doc: 'The architecture, as Go names it.',
        suggestions: ['amd64', 'arm64', 'ppc64le', 's390x'],
      },
    },
  },
};

const catalogFields: Readonly<Record<string, FieldSchema>> = {
  catalog: {
    type: 'string',
    doc: 'The catalog image with its tag or digest, or `oci://` and a folder.',
  },
  packages: {
    type: 'array',
    doc: 'The packages to mirror. Without any, the head of every channel of the whole catalog.',
    items: operatorPackage,
  },
  full: {
    type: 'boolean',
    doc: 'All versions, of the named packages or of the whole catalog, instead of heads and ranges.',
    default: 'false',
  },
  targetCatalog: {
    type: 'string',
    doc: 'Path and name of the catalog in the mirror registry, without registry and tag.',
  },
  targetTag: { type: 'string', doc: 'The tag of the catalog in the mirror registry.' },
  skipDependencies: {
    type: 'boolean',
    doc: 'Has no effect: dependencies between packages are not followed.',
    default: 'false',
  },
};

const release: FieldSchema = {
  type: 'object',
  doc: 'A release channel of OpenShift or OKD.',
  required: ['name'],
  usual: ['name', 'minVersion', 'maxVersion'],
  fields: {
    name: { type: 'string', doc: 'The release channel, such as `stable-4.18`.' },
    type: {
      type: 'string',
      doc: 'Whose releases. Anything else than `okd` is taken for `ocp`.',
      suggestions: ['ocp', 'okd'],
      default: 'ocp',
    },
    minVersion: { type: 'string', doc: 'The oldest release to mirror.' },
    maxVersion: { type: 'string', doc: 'The newest release to mirror.' },
    shortestPath: {
      type: 'boolean',
      doc: 'Only the releases on the shortest way of upgrades from the oldest to the newest.',
      default: 'false',
    },
    full: { type: 'boolean', doc: 'All releases of the channel.', default: 'false' },
  },
};

const platformFields: Readonly<Record<string, FieldSchema>> = {
  graph: {
    type: 'boolean',
    doc: 'Mirrors the graph of upgrades too, for the update service in the cluster.',
    default: 'false',
  },
  channels: { type: 'array', doc: 'Release channels to mirror.', items: release },
  architectures: {
    type: 'array',
    doc: 'The architectures of the releases.',
    items: {
      type: 'string',
      doc: 'An architecture.',
      suggestions: ['amd64', 'arm64', 'ppc64le', 's390x', 'multi'],
    },
  },
};

const chartFields: Readonly<Record<string, FieldSchema>> = {
  name: { type: 'string', doc: 'The chart.' },
  version: { type: 'string', doc: 'The version of the chart; the newest without it.' },
  path: { type: 'string', doc: 'The chart on disk, for those under `local`.' },
  imagePaths: {
    type: 'array',
    doc: 'JSON paths to images that are not where images usually are.',
    items: { type: 'string', doc: 'A JSON path.' },
  },
};

function helm(chart: Readonly<Record<string, FieldSchema>>): FieldSchema {
  const charts: FieldSchema = {
    type: 'array',
    doc: sentence('Charts whose images are mirrored.'),
    items: { type: 'object', doc: sentence('A chart.'), fields: chart },
  };
  return {
    type: 'object',
    doc: sentence('Helm charts whose images are mirrored.'),
    fields: {
      repositories: {
        type: 'array',
        doc: sentence('Repositories of charts.'),
        items: {
          type: 'object',
          doc: sentence('A repository of charts.'),
          usual: ['name', 'url', 'charts'],
          fields: {
            url: { type: 'string', doc: sentence('Where the repository is.') },
            name: { type: 'string', doc: sentence('A name for the repository.') },
            charts,
          },
        },
      },
      local: charts,
    },
  };
}

function images(doc: Sentence, fields: Readonly<Record<string, FieldSchema>>): FieldSchema {
  return {
    type: 'array',
    doc,
    items: { type: 'object', doc: sentence('An image.'), required: ['name'], usual: ['name'], fields },
  };
}

const imageName: FieldSchema = { type: 'string', doc: 'The image with its tag or digest.' };
const blockedName: FieldSchema = {
  type: 'string',
  doc: 'The image that is left out; for oc-mirror v2 a regular expression of Go.',
};
const samples: FieldSchema = images(sentence('Has no effect: samples are not mirrored.'), {
  name: imageName,
});

/** https://github.com/openshift/oc-mirror/blob/main/internal/pkg/api/v2alpha1/type_config.go */
const v2Content: FieldSchema = {
  type: 'object',
  doc: 'What is mirrored.',
  usual: ['operators'],
  fields: {
    platform: {
      type: 'object',
      doc: 'Releases of OpenShift.',
      usual: ['channels'],
      fields: {
        ...platformFields,
        platforms,
        release: { type: 'string', doc: 'A release image, instead of a channel.' },
        kubeVirtContainer: {
          type: 'boolean',
          since: '4.17',
          doc: 'Mirrors the image of OpenShift Virtualization’s boot source too.',
          default: 'false',
        },
      },
    },
    operators: {
      type: 'array',
      doc: 'Catalogs of operators, with the packages to mirror of each.',
      items: {
        type: 'object',
        doc: 'A catalog.',
        required: ['catalog'],
        usual: ['catalog', 'packages'],
        fields: {
          ...catalogFields,
          targetCatalogSourceTemplate: {
            type: 'string',
            doc: 'A file with a CatalogSource: the one that is made has everything from it but name and image.',
          },
          platforms,
        },
      },
    },
    additionalImages: images(sentence('Images by name.'), {
      name: imageName,
      targetRepo: {
        type: 'string',
        since: '4.22',
        doc: 'Path and name of the image in the mirror registry. oc-mirror 4.22 and later.',
      },
      targetTag: {
        type: 'string',
        since: '4.22',
        doc: 'The tag of the image in the mirror registry. oc-mirror 4.22 and later.',
      },
      platforms,
    }),
    helm: helm({ ...chartFields, platforms }),
    blockedImages: images(sentence('Images that are left out wherever they come from.'), {
      name: blockedName,
    }),
    samples,
  },
};

const minBundle: FieldSchema = {
  type: 'string',
  doc: 'The oldest bundle to mirror, by its name, where it has no version. oc-mirror v2 does not know it.',
};

/** https://github.com/openshift/oc-mirror/blob/main/v1/pkg/api/v1alpha2/types_config.go */
const v1Content: FieldSchema = {
  type: 'object',
  doc: 'What is mirrored.',
  usual: ['operators'],
  fields: {
    platform: { type: 'object', doc: 'Releases of OpenShift.', usual: ['channels'], fields: platformFields },
    operators: {
      type: 'array',
      doc: 'Catalogs of operators, with the packages to mirror of each.',
      items: {
        type: 'object',
        doc: 'A catalog.',
        required: ['catalog'],
        usual: ['catalog', 'packages'],
        fields: {
          ...catalogFields,
          packages: {
            type: 'array',
            doc: 'The packages to mirror. Without any, the head of every channel of the whole catalog.',
            items: {
              ...operatorPackage,
              fields: {
                ...operatorPackage.fields,
                channels: {
                  type: 'array',
                  doc: 'The channels to mirror.',
                  items: { ...operatorChannel, fields: { ...operatorChannel.fields, minBundle } },
                },
                minBundle,
              },
            },
          },
          targetName: {
            type: 'string',
            doc: 'The name of the catalog in the mirror registry; `targetCatalog` took its place.',
          },
          originalRef: { type: 'string', doc: 'What a catalog in a folder was before; out of use.' },
        },
      },
    },
    additionalImages: images(sentence('Images by name.'), { name: imageName }),
    helm: helm(chartFields),
    blockedImages: images(sentence('Images that are left out wherever they come from.'), {
      name: blockedName,
    }),
    samples,
  },
};

const archiveSize: FieldSchema = {
  type: 'integer',
  doc: 'The size of each archive in GiB.',
};

const storageConfig: FieldSchema = {
  type: 'object',
  doc: 'Where oc-mirror v1 keeps what it has mirrored so far.',
  fields: {
    registry: {
      type: 'object',
      doc: 'In a registry.',
      fields: {
        imageURL: { type: 'string', doc: 'The image that holds the metadata.' },
        skipTLS: { type: 'boolean', doc: 'Does without TLS.', default: 'false' },
      },
    },
    local: {
      type: 'object',
      doc: 'In a folder.',
      fields: { path: { type: 'string', doc: 'The folder.' } },
    },
  },
};

/** All fields of a configuration, from `apiVersion` down, for the generation of oc-mirror that its `apiVersion` names. */
export function imageSetSchema(kind: ImageSetKind, generation: 1 | 2): FieldSchema {
  const isDelete = kind === 'DeleteImageSetConfiguration';
  const content = generation === 1 ? v1Content : v2Content;
  return {
    type: 'object',
    doc: isDelete
      ? sentence('What oc-mirror deletes from a mirror registry.')
      : sentence('What oc-mirror mirrors: releases, operators, charts and images.'),
    required: ['kind', isDelete ? 'delete' : 'mirror'],
    fields: {
      apiVersion: {
        type: 'string',
        doc: sentence('`{0}` for oc-mirror v2, `{1}` for v1.'),
        docPlaces: [imageSetApiVersions.v2, imageSetApiVersions.v1],
        suggestions: [imageSetApiVersions.v2, imageSetApiVersions.v1],
      },
      kind: { type: 'string', doc: `\`${kind}\`.`, oneOf: [kind] },
      ...(isDelete
        ? { delete: { ...content, doc: sentence('What is deleted.') } }
        : {
            mirror: content,
            archiveSize,
            ...(generation === 1 ? { storageConfig } : {}),
          }),
    },
  };
}

/** An ImageSetConfiguration, as far as operators go. */
export interface ImageSet {
  readonly kind: ImageSetKind;
  /** The key `kind`, where findings about the whole document are shown. */
  readonly heading: Range;
  /** Which generation of oc-mirror its `apiVersion` is for; the second where it does not say. */
  readonly generation: 1 | 2;
  /** True where lines of it are templates, so that nobody knows what is selected. */
  readonly isIncomplete: boolean;
  /** It has none: it is no object of a cluster. */
  readonly name: undefined;
  readonly operators: readonly ImageSetOperator[];
  /** What only v1 knows, and how the document says that it is for it: what a migration changes. */
  readonly words: ImageSetWords;
  /** Names of fields whose letters are not in the case that they should be: oc-mirror reads them all the same. */
  readonly oddNames: readonly OddName[];
  /** Fields that older releases of oc-mirror v2 refuse. */
  readonly newFields: readonly NewField[];
  /** What oc-mirror refuses in the document before it reads a catalog, apart from what packages say: `configurationProblems`. */
  readonly problems: readonly SchemaProblem[];
}

/** A field with the release of oc-mirror that brought it. */
export interface NewField {
  readonly name: string;
  readonly range: Range;
  readonly since: string;
}

export interface ImageSetWords {
  readonly apiVersion: YamlScalar | undefined;
  /** `storageConfig` with its value, where it has its lines to itself. */
  readonly storage: Range | undefined;
}

/** An entry of `operators`: a catalog. Scalars that hold templates are left out, as if nothing were written. */
export interface ImageSetOperator {
  readonly range: Range;
  readonly catalog: YamlScalar | undefined;
  readonly full: boolean;
  readonly targetCatalog: YamlScalar | undefined;
  readonly targetTag: YamlScalar | undefined;
  /** The key `targetName` of v1 and its value. */
  readonly targetName: { readonly key: YamlScalar; readonly value: YamlScalar } | undefined;
  readonly packages: readonly ImageSetPackage[];
}

export interface ImageSetPackage extends ImageSetChannel {
  readonly defaultChannel: YamlScalar | undefined;
  readonly channels: readonly ImageSetChannel[];
}

export interface ImageSetChannel {
  readonly range: Range;
  readonly name: YamlScalar | undefined;
  readonly minVersion: YamlScalar | undefined;
  readonly maxVersion: YamlScalar | undefined;
}

/** True for a name of a kind that `readImageSet` reads. */
export function isImageSetKind(kind: string): kind is ImageSetKind {
  return imageSetKinds.some((one) => one === kind);
}

/** True for a resource that `readImageSet` has read. */
export function isImageSet(resource: { readonly kind: string }): resource is ImageSet {
  return isImageSetKind(resource.kind);
}

/** Which generation of oc-mirror an `apiVersion` is for. */
export function generationOf(apiVersion: string | undefined): 1 | 2 {
  return apiVersion === imageSetApiVersions.v1 ? 1 : 2;
}

/** Reads a map that says it is of this kind. Names of fields may be in any case, as oc-mirror takes them. */
export function readImageSet(reader: YamlReader, node: Node, kind: ImageSetKind): ImageSet {
  const { value, oddNames } = reader.inAnyCase(fieldNames, () => readFields(reader, node, kind));
  return { ...value, oddNames };
}

function readFields(reader: YamlReader, node: Node, kind: ImageSetKind): Omit<ImageSet, 'oddNames'> {
  const root = reader.map(node);
  const heading = reader.get(root, 'kind')?.key.range ?? reader.range(node);
  const apiVersion = reader.scalar(reader.get(root, 'apiVersion')?.value);
  const generation = generationOf(apiVersion?.value);
  const content = reader.map(
    reader.get(root, kind === 'DeleteImageSetConfiguration' ? 'delete' : 'mirror')?.value,
  );
  const operators = itemsOf(reader, content, 'operators').map((item) => readOperator(reader, item));
  const problems = [
    ...checkObject(reader, node, imageSetSchema(kind, generation), '', heading),
    ...catalogProblems(operators),
  ];
  const storage = root?.flow === true ? undefined : reader.get(root, 'storageConfig')?.range;
  const words = { apiVersion, storage };
  const newFields = generation === 1 ? [] : [...newFieldsIn(reader, node, imageSetSchema(kind, 2))];
  const { isIncomplete } = reader;
  return { kind, heading, isIncomplete, name: undefined, generation, operators, words, newFields, problems };
}

function* newFieldsIn(reader: YamlReader, node: unknown, schema: FieldSchema): Generator<NewField> {
  const { items, fields = {} } = schema;
  for (const item of items === undefined ? [] : (reader.sequence(node)?.items ?? [])) {
    yield* newFieldsIn(reader, item, items as FieldSchema);
  }
  const map = reader.map(node);
  for (const { key, value } of map === undefined ? [] : reader.pairs(map)) {
    const field = Object.hasOwn(fields, key.value) ? fields[key.value] : undefined;
    if (field === undefined) continue;
    if (field.since !== undefined) yield { name: key.value, range: key.range, since: field.since };
    yield* newFieldsIn(reader, value, field);
  }
}

/** All fields of both generations, by their names in lower case. */
const fieldNames: ReadonlyMap<string, string> = new Map(
  imageSetKinds
    .flatMap((kind) => [imageSetSchema(kind, 1), imageSetSchema(kind, 2)])
    .flatMap((schema) => [...namesIn(schema)])
    .map((name) => [name.toLowerCase(), name]),
);

function* namesIn({ fields = {}, items }: FieldSchema): Generator<string> {
  if (items !== undefined) yield* namesIn(items);
  for (const [name, field] of Object.entries(fields)) {
    yield name;
    yield* namesIn(field);
  }
}

function readOperator(reader: YamlReader, item: YAMLMap): ImageSetOperator {
  return {
    range: reader.range(item),
    catalog: textAt(reader, item, 'catalog'),
    full: isTrue(textAt(reader, item, 'full')),
    targetCatalog: textAt(reader, item, 'targetCatalog'),
    targetTag: textAt(reader, item, 'targetTag'),
    targetName: fieldAt(reader, item, 'targetName'),
    packages: itemsOf(reader, item, 'packages').map((one) => ({
      ...readChannel(reader, one),
      defaultChannel: textAt(reader, one, 'defaultChannel'),
      channels: itemsOf(reader, one, 'channels').map((channel) => readChannel(reader, channel)),
    })),
  };
}

function readChannel(reader: YamlReader, item: YAMLMap): ImageSetChannel {
  return {
    range: reader.range(item),
    name: textAt(reader, item, 'name'),
    minVersion: textAt(reader, item, 'minVersion'),
    maxVersion: textAt(reader, item, 'maxVersion'),
  };
}

/** As YAML 1.1 has it, which oc-mirror reads. */
function isTrue(scalar: YamlScalar | undefined): boolean {
  return scalar?.type === 'boolean' && /^(?:true|yes|on|y)$/i.test(scalar.value);
}

function fieldAt(reader: YamlReader, map: YAMLMap, field: string): ImageSetOperator['targetName'] {
  const key = reader.get(map, field)?.key;
  const value = textAt(reader, map, field);
  return key === undefined || value === undefined ? undefined : { key, value };
}

function textAt(reader: YamlReader, map: YAMLMap, field: string): YamlScalar | undefined {
  const scalar = known(reader.scalar(reader.get(map, field)?.value));
  return scalar?.type === 'null' ? undefined : scalar;
}

/** The maps in a list; what else is in it the schema says. */
function itemsOf(reader: YamlReader, map: YAMLMap | undefined, field: string): YAMLMap[] {
  const items = reader.sequence(reader.get(map, field)?.value)?.items ?? [];
  return items.flatMap((item) => reader.map(item) ?? []);
}

/** Components of a path as oc-mirror takes them, written so that it takes linear time. */
const pathComponent = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;

/** References that oc-mirror v2 cannot take apart, and catalogs that would be mirrored to one place. */
function catalogProblems(operators: readonly ImageSetOperator[]): SchemaProblem[] {
  const seen = new Set<string>();
  return operators.flatMap(({ catalog, targetCatalog, targetTag }) => {
    if (catalog === undefined || catalog.type !== 'string') return [];
    const parsed = parseOcMirrorReference(catalog.value);
    if (!parsed.ok) {
      return [{ message: t('oc-mirror refuses this catalog: {0}', parsed.problem), range: catalog.range }];
    }
    const { name, path, tag, digest } = parsed.reference;
    if (tag !== '' && digest !== '') {
      return [
        {
          message: t(
            '{0} has a tag and a digest, and oc-mirror can pull it by one of them only',
            catalog.value,
          ),
          range: catalog.range,
        },
      ];
    }
    const target = targetCatalog?.value ?? '';
    if (
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
    const tagged = (targetTag?.value ?? '') === '' ? catalog.value : `${name}:${targetTag?.value}`;
    const unique = target === '' ? tagged : tagged.replace(path, () => target);
    if (seen.has(unique)) {
      return [{ message: t('{0} is there twice, which oc-mirror refuses', unique), range: catalog.range }];
    }
    seen.add(unique);
    return [];
  });
}
