import type { Node, YAMLMap } from 'yaml';
import type { Range } from '../base/range.ts';
import { sentence, t } from '../base/sentences.ts';
import { metadataProblems, onlyNameProblems, resourceSchema, statusSchema } from './kubernetes.ts';
import { checkObject, type FieldSchema, type SchemaProblem } from './schema.ts';
import { known, type YamlReader, type YamlScalar } from './yamlNode.ts';

export const operatorHubApiVersion = 'config.openshift.io/v1';

/** The one OperatorHub that a cluster has, and the only name that its operator looks at. */
export const onlyOperatorHub = 'cluster';

/**
 * The catalogs that come with OpenShift.
 * https://github.com/operator-framework/operator-marketplace/tree/master/defaults
 */
const defaultCatalogs = [
  'redhat-operators',
  'certified-operators',
  'community-operators',
  'redhat-marketplace',
] as const;

/** https://github.com/openshift/api/blob/master/config/v1/types_operatorhub.go */
export const operatorHubSchema: FieldSchema = resourceSchema(
  'OperatorHub',
  operatorHubApiVersion,
  sentence('Which of the catalogs that come with OpenShift are used. There is one, named `cluster`.'),
  {
    type: 'object',
    doc: 'Which default catalogs are on and which are off.',
    usual: ['disableAllDefaultSources'],
    fields: {
      disableAllDefaultSources: {
        type: 'boolean',
        doc: 'Switches off all catalogs that come with OpenShift: a cluster without internet access cannot pull them. `sources` can switch single ones on again.',
        default: 'false',
      },
      sources: {
        type: 'array',
        doc: 'Default catalogs that are switched on or off one by one; an entry wins over `disableAllDefaultSources`.',
        items: {
          type: 'object',
          doc: 'One default catalog.',
          required: ['name'],
          usual: ['name', 'disabled'],
          fields: {
            name: {
              type: 'string',
              doc: 'The name of a catalog that comes with OpenShift, such as `redhat-operators`.',
              shortest: 1,
              longest: 253,
              suggestions: defaultCatalogs,
            },
            disabled: { type: 'boolean', doc: 'Switches the catalog off.', default: 'false' },
          },
        },
      },
    },
  },
  ['apiVersion', 'kind', 'metadata'],
  statusSchema(['sources']),
);

export interface OperatorHub {
  readonly kind: 'OperatorHub';
  /** The key `kind`, where findings about the whole resource are shown. */
  readonly heading: Range;
  readonly name: YamlScalar | undefined;
  /** The names of the entries of `sources`, in their order. */
  readonly sources: readonly YamlScalar[];
  readonly problems: readonly SchemaProblem[];
}

export function readOperatorHub(reader: YamlReader, node: Node): OperatorHub {
  const root = reader.map(node);
  const heading = reader.get(root, 'kind')?.key.range ?? reader.range(node);
  const metadata = reader.map(reader.get(root, 'metadata')?.value);
  const name = known(reader.scalar(reader.get(metadata, 'name')?.value));
  return {
    kind: 'OperatorHub',
    heading,
    name,
    sources: sourceNames(reader, reader.map(reader.get(root, 'spec')?.value)),
    problems: [
      ...checkObject(reader, node, operatorHubSchema, '', heading),
      ...metadataProblems(reader, node),
      ...onlyNameProblems(name, onlyOperatorHub, (name) =>
        t('the cluster reads only the OperatorHub named {0}, not "{1}"', onlyOperatorHub, name),
      ),
    ],
  };
}

function sourceNames(reader: YamlReader, spec: YAMLMap | undefined): YamlScalar[] {
  const entries = reader.sequence(reader.get(spec, 'sources')?.value)?.items ?? [];
  return entries.flatMap((entry) => known(reader.scalar(reader.get(reader.map(entry), 'name')?.value)) ?? []);
}
