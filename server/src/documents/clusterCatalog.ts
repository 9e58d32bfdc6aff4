import type { Node, YAMLMap } from 'yaml';
import type { Range } from '../base/range.ts';
import { sentence, t } from '../base/sentences.ts';
import { isHost, parseReference } from './imageReference.ts';
import { metadataProblems, resourceNameProblems, resourceSchema, statusSchema } from './kubernetes.ts';
import { checkObject, type FieldSchema, isNull, type SchemaProblem } from './schema.ts';
import { isInRegistry, prefixOf } from './transport.ts';
import { known, type YamlReader, type YamlScalar } from './yamlNode.ts';

export const clusterCatalogApiVersion = 'olm.operatorframework.io/v1';

/** The API server takes the text behind the first colon of a reference for its tag, the one before a port included. */
const longestTag = 127;

/** https://github.com/operator-framework/operator-controller/blob/main/api/v1/clustercatalog_types.go */
export const clusterCatalogSchema: FieldSchema = resourceSchema(
  'ClusterCatalog',
  clusterCatalogApiVersion,
  sentence('A file-based catalog of operators for OLM v1 (OpenShift 4.18 and later).'),
  {
    type: 'object',
    doc: 'Where the catalog is, and whether and when it is used.',
    required: ['source'],
    fields: {
      source: {
        type: 'object',
        doc: 'Where the catalog comes from.',
        required: ['type'],
        usual: ['type', 'image'],
        fields: {
          type: {
            type: 'string',
            doc: 'How the catalog is delivered: only as an image so far.',
            oneOf: ['Image'],
          },
          image: {
            type: 'object',
            doc: 'The catalog image.',
            required: ['ref'],
            fields: {
              ref: {
                type: 'string',
                doc: 'The catalog image with registry, repository, and tag or digest. The cluster pulls it with its global pull secret.',
                longest: 1000,
              },
              pollIntervalMinutes: {
                type: 'integer',
                doc: 'How often, in minutes, the registry is asked whether the tag has moved; never when it is left out. Not allowed with a digest, which cannot move.',
                least: 1,
              },
            },
          },
        },
      },
      priority: {
        type: 'integer',
        doc: 'Of several catalogs that have a package, the one with the highest priority is used.',
        default: '0',
        least: -2147483648,
        most: 2147483647,
      },
      availabilityMode: {
        type: 'string',
        doc: 'Whether the cluster serves the catalog. `Unavailable` keeps the resource and switches the catalog off.',
        oneOf: ['Available', 'Unavailable'],
        default: 'Available',
      },
    },
  },
  undefined,
  statusSchema(['conditions', 'lastUnpacked', 'resolvedSource', 'urls']),
);

export interface ClusterCatalog {
  readonly kind: 'ClusterCatalog';
  /** The key `kind`, where findings about the whole resource are shown. */
  readonly heading: Range;
  readonly name: YamlScalar | undefined;
  /** `spec.source.image.ref`, the catalog image. */
  readonly image: YamlScalar | undefined;
  readonly problems: readonly SchemaProblem[];
}

export function readClusterCatalog(reader: YamlReader, node: Node): ClusterCatalog {
  const root = reader.map(node);
  const heading = reader.get(root, 'kind')?.key.range ?? reader.range(node);
  const metadata = reader.map(reader.get(root, 'metadata')?.value);
  const spec = reader.map(reader.get(root, 'spec')?.value);
  const sourcePair = reader.get(spec, 'source');
  const source = reader.map(sourcePair?.value);
  const image = reader.map(reader.get(source, 'image')?.value);
  const ref = known(reader.scalar(reader.get(image, 'ref')?.value));
  const name = known(reader.scalar(reader.get(metadata, 'name')?.value));

  const problems = [
    ...checkObject(reader, node, clusterCatalogSchema, '', heading),
    ...metadataProblems(reader, node),
    ...resourceNameProblems(name),
    ...(ref === undefined ? [] : refProblems(ref)),
    ...pollProblems(reader, image, ref),
  ];
  const type = reader.scalar(reader.get(source, 'type')?.value)?.value;
  if (reader.isIncomplete) {
    // What is missing may be in one of its templates.
  } else if (
    sourcePair !== undefined &&
    type === 'Image' &&
    isNull(reader, reader.get(source, 'image')?.value)
  ) {
    const message = t('spec.source.image is missing: a source of type Image needs it');
    problems.push({ message, range: sourcePair.key.range, isAbsence: true });
  }
  return { kind: 'ClusterCatalog', heading, name, image: ref, problems };
}

/** What the API server refuses in a reference, and what catalogd refuses later: no registry, no version. */
function refProblems(ref: YamlScalar): SchemaProblem[] {
  if (ref.type !== 'string') return [];
  const problem = refProblem(ref.value);
  return problem === undefined ? [] : [{ message: `spec.source.image.ref: ${problem}`, range: ref.range }];
}

function refProblem(text: string): string | undefined {
  if (text === '') return t('the image is missing');
  const parsed = parseReference(text);
  if (!parsed.ok) return parsed.problem;
  const { registry, tag, digest } = parsed.reference;
  if (!isInRegistry(parsed.reference))
    return t('the cluster cannot read a {0} reference', prefixOf(parsed.reference));
  if (registry === '' || !isDomain(registry)) return t('it must begin with a registry, HOST[:PORT]/');
  if (digest !== undefined) return undefined;
  if (tag === undefined) return t('it needs a tag or a digest');
  if (text.length - text.indexOf(':') - 1 <= longestTag) return undefined;
  return tag.length > longestTag
    ? t('the tag is longer than {0} characters', longestTag)
    : t(
        'the API server counts everything behind the port’s colon as the tag and takes {0} characters; a digest has no such limit',
        longestTag,
      );
}

/** For the API server a host has letters, digits and hyphens between dots: no underscore, and no IPv6 address. */
function isDomain(registry: string): boolean {
  return isHost(registry) && !registry.startsWith('[');
}

function pollProblems(
  reader: YamlReader,
  image: YAMLMap | undefined,
  ref: YamlScalar | undefined,
): SchemaProblem[] {
  const poll = reader.get(image, 'pollIntervalMinutes');
  if (
    image === undefined ||
    poll === undefined ||
    isNull(reader, poll.value) ||
    ref === undefined ||
    !ref.value.includes('@')
  )
    return [];
  const { start, end } = poll.range;
  const problem = {
    message: t('pollIntervalMinutes is not allowed with a digest: what it names never changes'),
    range: poll.key.range,
  };
  // In block style the field has its lines to itself; in braces it would take a comma along.
  if (image.flow === true || start.line !== end.line) return [problem];
  const range = { start: { line: start.line, character: 0 }, end: { line: start.line + 1, character: 0 } };
  return [
    { ...problem, repair: { title: t('Remove pollIntervalMinutes'), range, newText: '', certain: true } },
  ];
}
