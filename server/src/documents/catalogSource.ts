import type { Node, YAMLMap } from 'yaml';
import type { Range } from '../base/range.ts';
import { sentence, t } from '../base/sentences.ts';
import { affinitySchema } from './affinity.ts';
import { parseReference } from './imageReference.ts';
import { metadataProblems, resourceSchema, statusSchema } from './kubernetes.ts';
import { isResourceName } from './naming.ts';
import { checkObject, type FieldSchema, isTemplate, type SchemaProblem } from './schema.ts';
import { isInRegistry } from './transport.ts';
import { type FieldPlace, fieldPlace } from './yamlFields.ts';
import { known, scalarText, type YamlPair, type YamlReader, type YamlScalar } from './yamlNode.ts';

export const catalogSourceApiVersion = 'operators.coreos.com/v1alpha1';

const text = (doc: string): FieldSchema => ({ type: 'string', doc });

/** https://github.com/operator-framework/api/blob/master/pkg/operators/v1alpha1/catalogsource_types.go */
export const catalogSourceSchema: FieldSchema = resourceSchema(
  'CatalogSource',
  catalogSourceApiVersion,
  sentence('A catalog of operators that OperatorHub shows.'),
  {
    type: 'object',
    doc: 'Where the catalog is and how it is shown.',
    required: ['sourceType'],
    usual: ['sourceType', 'image'],
    fields: {
      sourceType: {
        type: 'string',
        doc: '`grpc` for a catalog image or address; `configmap` (or its old name `internal`) for a ConfigMap.',
        oneOf: ['grpc', 'configmap', 'internal'],
      },
      image: text(sentence('The catalog image that the cluster runs, by tag or digest.')),
      address: text(sentence('`HOST:PORT` of a running catalog; ignored when `image` is set.')),
      configMap: text(sentence('The ConfigMap that holds the catalog, for `configmap`.')),
      priority: {
        type: 'integer',
        doc: 'Catalogs of higher priority are preferred when several have an operator.',
        default: '0',
      },
      secrets: {
        type: 'array',
        doc: 'Pull secrets, in the same namespace, for the catalog image and its bundles.',
        items: text(sentence('The name of a secret.')),
      },
      displayName: text(sentence('The name that OperatorHub shows.')),
      description: text(sentence('What is in the catalog.')),
      publisher: text(sentence('Who publishes the catalog.')),
      icon: {
        type: 'object',
        doc: 'The icon that OperatorHub shows.',
        required: ['base64data', 'mediatype'],
        fields: {
          base64data: text(sentence('The picture, base64.')),
          mediatype: text(sentence('The media type of the picture.')),
        },
      },
      updateStrategy: {
        type: 'object',
        doc: 'How new versions of the catalog are found.',
        fields: {
          registryPoll: {
            type: 'object',
            doc: 'Asks the registry whether the tag of `image` has moved.',
            fields: {
              interval: { ...text(sentence('How often, a Go duration such as `30m`.')), default: '15m' },
            },
          },
        },
      },
      grpcPodConfig: {
        type: 'object',
        doc: 'How the pod of the catalog is run.',
        fields: {
          nodeSelector: {
            type: 'object',
            doc: 'Labels of the nodes it may run on.',
            values: text(sentence('The value of the label.')),
          },
          tolerations: {
            type: 'array',
            doc: 'Taints that it tolerates.',
            items: {
              type: 'object',
              doc: 'One toleration; with operator `Exists` and no key, of every taint.',
              fields: {
                key: text(sentence('The key of the taint.')),
                operator: {
                  type: 'string',
                  doc: '`Equal` wants the same value, `Exists` any value.',
                  suggestions: ['Equal', 'Exists'],
                  default: 'Equal',
                },
                value: text(sentence('The value of the taint, with `Equal`.')),
                effect: {
                  type: 'string',
                  doc: 'Which effect of the taint is tolerated; all where it is missing.',
                  suggestions: ['NoSchedule', 'PreferNoSchedule', 'NoExecute'],
                },
                tolerationSeconds: {
                  type: 'integer',
                  doc: 'How long the pod may stay under a `NoExecute` taint; for ever where it is missing.',
                },
              },
            },
          },
          affinity: affinitySchema(sentence('Where it may run, and where it prefers to.')),
          priorityClassName: text(sentence('Its priority class.')),
          securityContextConfig: {
            type: 'string',
            doc: '`restricted` by default on new clusters; catalog images of before 2022 need `legacy`.',
            oneOf: ['legacy', 'restricted'],
          },
          memoryTarget: { type: 'quantity', doc: 'A soft limit of its memory, such as `512Mi`.' },
          extractContent: {
            type: 'object',
            doc: 'Takes catalog and cache out of the image and serves them with the cluster’s own `opm`.',
            required: ['catalogDir'],
            fields: {
              catalogDir: text(sentence('The folder of the catalog in the image.')),
              cacheDir: text(sentence('The folder of the prebuilt cache in the image.')),
            },
          },
        },
      },
      runAsRoot: {
        type: 'boolean',
        doc: 'Runs the pod as root; for very old catalog images.',
        default: 'false',
      },
    },
  },
  undefined,
  statusSchema([
    'conditions',
    'configMapReference',
    'connectionState',
    'latestImageRegistryPoll',
    'message',
    'reason',
    'registryService',
  ]),
);

export interface CatalogSource {
  readonly kind: 'CatalogSource';
  /** The key `kind`, where findings about the whole resource are shown. */
  readonly heading: Range;
  readonly metadata: FieldPlace | undefined;
  readonly spec: FieldPlace | undefined;
  readonly name: YamlScalar | undefined;
  readonly namespace: YamlScalar | undefined;
  /** The annotation in which oc-mirror says that it wrote the file. */
  readonly createdBy: YamlScalar | undefined;
  readonly sourceType: YamlScalar | undefined;
  readonly image: YamlScalar | undefined;
  readonly address: YamlScalar | undefined;
  readonly configMap: YamlScalar | undefined;
  readonly displayName: YamlScalar | undefined;
  readonly publisher: YamlScalar | undefined;
  readonly updateStrategy: UpdateStrategy | undefined;
  /** `grpcPodConfig.extractContent.cacheDir`. */
  readonly cacheDir: YamlScalar | undefined;
  /** The names in `secrets`; undefined where the field is missing. */
  readonly secrets: readonly YamlScalar[] | undefined;
  readonly problems: readonly SchemaProblem[];
}

/** How new versions of a catalog are found, where the file says anything about it. */
export interface UpdateStrategy {
  /** The field `updateStrategy`, key and value. */
  readonly field: Range;
  readonly value: Range;
  /** The field `registryPoll`; undefined where it is missing or has nothing in it. */
  readonly registryPoll: Range | undefined;
  /** How often the registry is asked. */
  readonly interval: YamlScalar | undefined;
}

export function readCatalogSource(reader: YamlReader, node: Node): CatalogSource {
  const root = reader.map(node);
  const heading = reader.get(root, 'kind')?.key.range ?? reader.range(node);
  const metadataPair = reader.get(root, 'metadata');
  const metadata = reader.map(metadataPair?.value);
  const annotations = reader.map(reader.get(metadata, 'annotations')?.value);
  const specPair = reader.get(root, 'spec');
  const spec = reader.map(specPair?.value);
  const field = (name: string) => reader.scalar(reader.get(spec, name)?.value);
  const sourceType = field('sourceType');
  const isSet = (name: string) => (field(name)?.value ?? '') !== '';
  const problems = [
    ...checkObject(reader, node, catalogSourceSchema, '', heading),
    ...metadataProblems(reader, node),
  ];

  // What OLM itself refuses beyond the types, in the words of its CatalogSource status.
  const owner = specPair?.key.range ?? heading;
  if (reader.isIncomplete) {
    // What is missing may be in one of its templates.
  } else if (sourceType?.value === 'grpc' && !isSet('image') && !isSet('address')) {
    problems.push({
      message: t('spec.image is missing: a grpc catalog needs image or address'),
      range: owner,
      isAbsence: true,
    });
  } else if ((sourceType?.value === 'configmap' || sourceType?.value === 'internal') && !isSet('configMap')) {
    problems.push({
      message: t('spec.configMap is missing: a configmap catalog needs it'),
      range: owner,
      isAbsence: true,
    });
  }
  const image = known(field('image'));
  if (image?.type === 'string' && image.quote !== 'block') problems.push(...imageProblems(image));
  const namespace = reader.scalar(reader.get(metadata, 'namespace')?.value);
  problems.push(...namespaceProblems(namespace));
  return {
    kind: 'CatalogSource',
    heading,
    metadata: fieldPlace(reader, metadataPair),
    spec: fieldPlace(reader, specPair),
    name: known(reader.scalar(reader.get(metadata, 'name')?.value)),
    namespace,
    createdBy: reader.scalar(reader.get(annotations, 'createdBy')?.value),
    sourceType,
    image,
    address: field('address'),
    configMap: field('configMap'),
    displayName: field('displayName'),
    publisher: field('publisher'),
    updateStrategy: updateStrategyOf(reader, reader.get(spec, 'updateStrategy')),
    cacheDir: cacheDirOf(reader, spec),
    secrets: secretsOf(reader, spec),
    problems,
  };
}

function secretsOf(reader: YamlReader, spec: YAMLMap | undefined): YamlScalar[] | undefined {
  const secrets = reader.get(spec, 'secrets');
  const names = reader.sequence(secrets?.value)?.items ?? [];
  const template = isTemplate(reader, secrets?.value) ? reader.scalar(secrets?.value) : undefined;
  return secrets && [...names.flatMap((name) => reader.scalar(name) ?? []), ...(template ? [template] : [])];
}

/** The name of a namespace is a DNS label, which a path to the catalog's service is made of. */
function namespaceProblems(namespace: YamlScalar | undefined): SchemaProblem[] {
  if (namespace?.type !== 'string' || namespace.value === '') return [];
  const { value, range } = namespace;
  if (!value.includes('.') && value.length <= 63 && isResourceName(value)) return [];
  const message = t(
    '"{0}" is no valid namespace: lower-case letters, digits and "-" are allowed, at most 63',
    value.slice(0, 60),
  );
  return [{ message, range }];
}

/** What no node can pull. A text with variables in it is not the text that the cluster gets. */
function imageProblems(image: YamlScalar): SchemaProblem[] {
  if (image.value === '' || /[${}]/.test(image.value)) return [];
  const parsed = parseReference(image.value);
  if (parsed.ok && isInRegistry(parsed.reference)) return [];
  const problem = parsed.ok ? t('it must be in a registry') : parsed.problem;
  const found = {
    message: t('spec.image is no image that a node can pull: {0}', problem),
    range: image.range,
  };
  const rest = /^(?:docker|https?):\/\/(.+)$/.exec(image.value)?.[1] ?? '';
  if (!parseReference(rest).ok) return [found];
  const newText = scalarText(rest, image.quote);
  return [
    { ...found, repair: { title: t('Change it to {0}', rest), range: image.range, newText, certain: true } },
  ];
}

function updateStrategyOf(reader: YamlReader, pair: YamlPair | undefined): UpdateStrategy | undefined {
  // A field with nothing in it is the same as none: the API server drops it.
  const strategy = reader.map(pair?.value);
  if (pair?.value === undefined || strategy === undefined) return undefined;
  const poll = reader.get(strategy, 'registryPoll');
  const registryPoll = reader.map(poll?.value);
  const interval = reader.get(registryPoll, 'interval');
  if (reader.isIncomplete && interval === undefined) return undefined;
  if ([poll, interval].some((part) => isTemplate(reader, part?.value))) return undefined;
  return {
    field: pair.range,
    value: reader.range(pair.value),
    registryPoll: registryPoll && poll?.range,
    interval: reader.scalar(interval?.value),
  };
}

function cacheDirOf(reader: YamlReader, spec: YAMLMap | undefined): YamlScalar | undefined {
  const pod = reader.map(reader.get(spec, 'grpcPodConfig')?.value);
  const content = reader.map(reader.get(pod, 'extractContent')?.value);
  return known(reader.scalar(reader.get(content, 'cacheDir')?.value));
}
