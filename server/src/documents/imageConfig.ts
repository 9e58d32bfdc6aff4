import type { Node, YAMLMap } from 'yaml';
import type { Range } from '../base/range.ts';
import { sentence, t } from '../base/sentences.ts';
import { isHost } from './imageReference.ts';
import { metadataProblems, onlyNameProblems, resourceSchema, statusSchema } from './kubernetes.ts';
import { registryScopeProblem } from './mirrorScope.ts';
import { checkObject, type FieldSchema, type SchemaProblem } from './schema.ts';
import { scalarText, type YamlPair, type YamlReader, type YamlScalar } from './yamlNode.ts';

export const imageConfigApiVersion = 'config.openshift.io/v1';

/** The one Image that a cluster reads. */
export const onlyImageConfig = 'cluster';

const registry: FieldSchema = {
  type: 'string',
  doc: 'A registry, a path below one, or `*.DOMAIN` for all registries below a domain.',
};

/** https://github.com/openshift/api/blob/master/config/v1/types_image.go */
export const imageConfigSchema: FieldSchema = resourceSchema(
  'Image',
  imageConfigApiVersion,
  sentence(
    'How the cluster treats registries: which are blocked, which may go without TLS, which authorities they have. There is one, named `cluster`.',
  ),
  {
    type: 'object',
    doc: 'What is set for all registries that the cluster talks to.',
    usual: ['registrySources'],
    fields: {
      additionalTrustedCA: {
        type: 'object',
        doc: 'The ConfigMap in the namespace `openshift-config` with the authorities of registries, one key for each `HOST` or `HOST..PORT`. Nodes, builds and imports trust them.',
        required: ['name'],
        usual: ['name'],
        fields: { name: { type: 'string', doc: 'The name of the ConfigMap.' } },
      },
      allowedRegistriesForImport: {
        type: 'array',
        doc: 'The registries from which users may import images into image streams. Nodes do not look at it.',
        items: {
          type: 'object',
          doc: 'One registry.',
          required: ['domainName'],
          usual: ['domainName'],
          fields: {
            domainName: {
              type: 'string',
              doc: 'The name of the registry, with its port where that is neither 80 nor 443.',
            },
            insecure: { type: 'boolean', doc: 'Allows plain HTTP.', default: 'false' },
          },
        },
      },
      externalRegistryHostnames: {
        type: 'array',
        doc: 'The names, `HOST[:PORT]`, under which the cluster’s own registry is reached from outside.',
        items: { type: 'string', doc: 'One name.' },
      },
      imageStreamImportMode: {
        type: 'string',
        doc: 'What new image streams import of an image for several platforms: one platform (`Legacy`) or all (`PreserveOriginal`).',
        oneOf: ['', 'Legacy', 'PreserveOriginal'],
      },
      registrySources: {
        type: 'object',
        doc: 'What nodes do with single registries. The machine-config-operator writes it into registries.conf and policy.json of each node.',
        usual: ['insecureRegistries'],
        fields: {
          insecureRegistries: {
            type: 'array',
            doc: 'Registries that may be reached over plain HTTP or with a certificate that cannot be verified; mirrors at such a place too.',
            items: registry,
          },
          blockedRegistries: {
            type: 'array',
            doc: 'Registries that nodes never contact. The policy of the nodes also refuses images by these names, even where a mirror has them: to keep nodes from the source alone, a mirror set has `mirrorSourcePolicy: NeverContactSource`.',
            items: registry,
          },
          allowedRegistries: {
            type: 'array',
            doc: 'The only registries whose images nodes take, by the names that pods use. It cannot stand beside `blockedRegistries`.',
            items: registry,
          },
          containerRuntimeSearchRegistries: {
            type: 'array',
            doc: 'The registries in which nodes look for short names such as `ubi8/ubi`, in this order.',
            items: { type: 'string', doc: 'A registry, `HOST[:PORT]`.' },
            unique: true,
          },
        },
      },
    },
  },
  ['apiVersion', 'kind', 'metadata', 'spec'],
  statusSchema(['externalRegistryHostnames', 'imageStreamImportMode', 'internalRegistryHostname']),
);

/** The image configuration of a cluster, as far as it decides where nodes pull from. */
export interface ImageConfig {
  readonly kind: 'Image';
  /** The key `kind`, where findings about the whole resource are shown. */
  readonly heading: Range;
  readonly name: YamlScalar | undefined;
  readonly insecureRegistries: readonly YamlScalar[];
  readonly blockedRegistries: readonly YamlScalar[];
  readonly allowedRegistries: readonly YamlScalar[];
  readonly searchRegistries: readonly YamlScalar[];
  /** The name of the ConfigMap with the authorities of registries. */
  readonly additionalTrustedCA: YamlScalar | undefined;
  readonly problems: readonly SchemaProblem[];
}

/** True for the one that the cluster reads. */
export function isClusterImageConfig({ name }: ImageConfig): boolean {
  return name?.value === onlyImageConfig;
}

export function readImageConfig(reader: YamlReader, node: Node): ImageConfig {
  const root = reader.map(node);
  const heading = reader.get(root, 'kind')?.key.range ?? reader.range(node);
  const name = reader.scalar(reader.get(reader.map(reader.get(root, 'metadata')?.value), 'name')?.value);
  const spec = reader.map(reader.get(root, 'spec')?.value);
  const sources = reader.map(reader.get(spec, 'registrySources')?.value);
  const listOf = (key: string) => textsOf(reader, reader.get(sources, key));
  const authority = reader.map(reader.get(spec, 'additionalTrustedCA')?.value);
  const config = {
    kind: 'Image',
    heading,
    name,
    insecureRegistries: listOf('insecureRegistries'),
    blockedRegistries: listOf('blockedRegistries'),
    allowedRegistries: listOf('allowedRegistries'),
    searchRegistries: listOf('containerRuntimeSearchRegistries'),
    additionalTrustedCA: reader.scalar(reader.get(authority, 'name')?.value),
  } as const;
  return {
    ...config,
    problems: [
      ...checkObject(reader, node, imageConfigSchema, '', heading),
      ...metadataProblems(reader, node),
      ...onlyNameProblems(name, onlyImageConfig, (name) =>
        t('"{0}" is read by nobody: the cluster has one Image, named {1}', name, onlyImageConfig),
      ),
      ...scopeProblems(config),
      ...searchProblems(reader, sources, config.searchRegistries),
      ...bothListsProblems(reader, sources, config),
    ],
  };
}

function textsOf(reader: YamlReader, pair: YamlPair | undefined): YamlScalar[] {
  const items = reader.sequence(pair?.value)?.items ?? [];
  return items.flatMap((item) => {
    const scalar = reader.scalar(item);
    return scalar?.type === 'string' ? [scalar] : [];
  });
}

type Lists = Pick<ImageConfig, 'insecureRegistries' | 'blockedRegistries' | 'allowedRegistries'>;

function scopeProblems(lists: Lists): SchemaProblem[] {
  return (['insecureRegistries', 'blockedRegistries', 'allowedRegistries'] as const).flatMap((list) =>
    lists[list].flatMap((scalar): SchemaProblem[] => {
      const wrong = registryScopeProblem(scalar.value);
      if (wrong === undefined) return [];
      const problem = {
        message: t('"{0}" in {1}: {2}', scalar.value, list, wrong.message),
        range: scalar.range,
      };
      if (wrong.repaired === undefined || scalar.quote === 'block') return [problem];
      const newText = scalarText(wrong.repaired, scalar.quote);
      const title = t('Change it to {0}', wrong.repaired);
      return [{ ...problem, repair: { title, range: scalar.range, newText, certain: wrong.certain } }];
    }),
  );
}

function searchProblems(
  reader: YamlReader,
  sources: YAMLMap | undefined,
  entries: readonly YamlScalar[],
): SchemaProblem[] {
  const pair = reader.get(sources, 'containerRuntimeSearchRegistries');
  const list = reader.sequence(pair?.value);
  if (pair !== undefined && list?.items.length === 0)
    return [
      {
        message: t('containerRuntimeSearchRegistries is empty, which the API server refuses: leave it out'),
        range: pair.key.range,
      },
    ];
  return entries
    .filter(({ value }) => !isHost(value))
    .map(({ value, range }) => ({
      message: t(
        '"{0}" in containerRuntimeSearchRegistries is no HOST[:PORT], and nodes then refuse their whole configuration of registries',
        value,
      ),
      range,
    }));
}

function bothListsProblems(
  reader: YamlReader,
  sources: YAMLMap | undefined,
  { blockedRegistries, allowedRegistries }: Lists,
): SchemaProblem[] {
  const pair = reader.get(sources, 'allowedRegistries');
  if (pair === undefined || blockedRegistries.length === 0 || allowedRegistries.length === 0) return [];
  return [
    {
      message: t('allowedRegistries cannot stand beside blockedRegistries: only one of them may be set'),
      range: pair.key.range,
    },
  ];
}
