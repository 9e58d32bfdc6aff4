import type { Node, YAMLMap } from 'yaml';
import type { Range } from '../base/range.ts';
import { sentence, t } from '../base/sentences.ts';
import { labelValueProblem, qualifiedNameProblem } from './labels.ts';
import { isResourceName, validResourceName } from './naming.ts';
import { type FieldSchema, isNull, type SchemaProblem } from './schema.ts';
import { scalarText, type YamlPair, type YamlReader, type YamlScalar } from './yamlNode.ts';

/**
 * The metadata that every Kubernetes resource has.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/
 */
export const metadataSchema: FieldSchema = {
  type: 'object',
  doc: 'Name, labels and annotations of the resource.',
  usual: ['name'],
  fields: {
    name: { type: 'string', doc: 'The name of the resource, unique among resources of its kind.' },
    generateName: { type: 'string', doc: 'A prefix from which the API server makes a unique name.' },
    namespace: { type: 'string', doc: 'The namespace that the resource lives in.' },
    labels: {
      type: 'object',
      doc: 'Labels, by which resources are selected.',
      values: { type: 'string', doc: 'The value of the label.' },
    },
    annotations: {
      type: 'object',
      doc: 'Annotations, for tools and people.',
      values: { type: 'string', doc: 'The value of the annotation.' },
    },
    finalizers: {
      type: 'array',
      doc: 'What must be done before the resource is removed.',
      items: { type: 'string', doc: 'One finalizer.' },
    },
    ownerReferences: {
      type: 'array',
      doc: 'Resources that own this one: it goes when they have gone.',
      items: {
        type: 'object',
        doc: 'One owner.',
        required: ['apiVersion', 'kind', 'name', 'uid'],
        fields: {
          apiVersion: { type: 'string', doc: 'The API version of the owner.' },
          kind: { type: 'string', doc: 'The kind of the owner.' },
          name: { type: 'string', doc: 'The name of the owner.' },
          uid: { type: 'string', doc: 'The unique id that the API server gave the owner.' },
          controller: { type: 'boolean', doc: 'Whether the owner is the one that manages this resource.' },
          blockOwnerDeletion: {
            type: 'boolean',
            doc: 'Whether the owner, deleted in the foreground, waits for this resource to go first.',
          },
        },
      },
    },
    managedFields: {
      type: 'array',
      doc: 'Which manager set which field; written by the API server.',
      readOnly: true,
    },
    creationTimestamp: { type: 'any', doc: 'Written by the API server.', readOnly: true },
    deletionTimestamp: { type: 'any', doc: 'Written by the API server.', readOnly: true },
    deletionGracePeriodSeconds: { type: 'integer', doc: 'Written by the API server.', readOnly: true },
    generation: { type: 'integer', doc: 'Written by the API server.', readOnly: true },
    resourceVersion: { type: 'string', doc: 'Written by the API server.', readOnly: true },
    selfLink: { type: 'string', doc: 'Written by the API server.', readOnly: true },
    uid: { type: 'string', doc: 'Written by the API server.', readOnly: true },
  },
};

const anyStatus: FieldSchema = { type: 'any', doc: 'Written by the cluster.', readOnly: true };

/** The status of a kind: the API server drops it, but asks for its fields by name. */
export function statusSchema(names: readonly string[]): FieldSchema {
  return { ...anyStatus, fields: Object.fromEntries(names.map((name) => [name, anyStatus])) };
}

/**
 * The frame round `spec`: what is the same for all kinds.
 * @param status `statusSchema` of the kind; null where it has none, so that it is an unknown field
 */
export function resourceSchema(
  kind: string,
  apiVersion: string,
  doc: string,
  spec: FieldSchema,
  required: readonly string[] = ['apiVersion', 'kind', 'metadata', 'spec'],
  status: FieldSchema | null = anyStatus,
): FieldSchema {
  return {
    type: 'object',
    doc,
    required,
    fields: {
      apiVersion: {
        type: 'string',
        doc: sentence('Always `{0}` for this kind.'),
        docPlaces: [apiVersion],
        oneOf: [apiVersion],
      },
      kind: { type: 'string', doc: `\`${kind}\`.`, oneOf: [kind] },
      metadata: metadataSchema,
      spec,
      ...(status === null ? {} : { status }),
    },
  };
}

/** A name that the API server refuses, with the name made valid; for kinds that have no rule of their own for it. */
export function resourceNameProblems(name: YamlScalar | undefined): SchemaProblem[] {
  if (name === undefined || name.type !== 'string' || isResourceName(name.value)) return [];
  const message = t('"{0}" is no valid resource name: lower-case letters, digits, "-" and "."', name.value);
  return [nameProblem(message, name, validResourceName(name.value, 253))];
}

/** For a kind of which a cluster reads one object only: `message` says so of one with another name. */
export function onlyNameProblems(
  name: YamlScalar | undefined,
  only: string,
  message: (name: string) => string,
): SchemaProblem[] {
  if (name === undefined || name.type !== 'string' || name.value === only) return [];
  return [nameProblem(message(name.value), name, only)];
}

/** A name that is wrong, with the one that it can only be; empty where there is none. */
function nameProblem(message: string, { range, quote }: YamlScalar, valid: string): SchemaProblem {
  if (valid === '' || quote === 'block') return { message, range };
  const newText = scalarText(valid, quote);
  return { message, range, repair: { title: t('Rename it to {0}', valid), range, newText, certain: true } };
}

/** What the API server holds the metadata of all kinds to, beyond the types: those are the schema's business. */
export function metadataProblems(reader: YamlReader, resource: Node): SchemaProblem[] {
  const metadata = reader.get(reader.map(resource), 'metadata');
  const fields = reader.map(metadata?.value);
  if (metadata === undefined || fields === undefined) return [];
  return [
    ...namelessProblems(reader, metadata.key.range, fields),
    ...labelProblems(reader, reader.get(fields, 'labels')),
    ...annotationProblems(reader, reader.get(fields, 'annotations')),
    ...finalizerProblems(reader, reader.get(fields, 'finalizers')),
    ...['creationTimestamp', 'deletionTimestamp'].flatMap((name) =>
      timeProblems(reader, reader.get(fields, name)),
    ),
  ];
}

/** The API server wants a name, or a prefix to make one from. An empty name is said where names are checked. */
function namelessProblems(reader: YamlReader, owner: Range, fields: YAMLMap): SchemaProblem[] {
  const named = ['name', 'generateName'].some((field) => !isNull(reader, reader.get(fields, field)?.value));
  return named || reader.isIncomplete
    ? []
    : [{ message: t('metadata.name is missing'), range: owner, isAbsence: true }];
}

function labelProblems(reader: YamlReader, labels: YamlPair | undefined): SchemaProblem[] {
  const map = reader.map(labels?.value);
  return (map === undefined ? [] : reader.pairs(map)).flatMap(({ key, value }) => {
    const problems = keyProblems('label', key, key.value);
    const scalar = reader.scalar(value);
    const problem = scalar?.type === 'string' ? labelValueProblem(scalar.value) : undefined;
    if (scalar === undefined || problem === undefined) return problems;
    const message = t('"{0}" is no valid value of a label: {1}', excerpt(scalar.value), problem);
    return [...problems, { message, range: scalar.range }];
  });
}

function annotationProblems(reader: YamlReader, annotations: YamlPair | undefined): SchemaProblem[] {
  const map = reader.map(annotations?.value);
  // Capitals are allowed in the prefix here, other than in a label's.
  return (map === undefined ? [] : reader.pairs(map)).flatMap(({ key }) =>
    keyProblems('annotation', key, key.value.toLowerCase()),
  );
}

function finalizerProblems(reader: YamlReader, finalizers: YamlPair | undefined): SchemaProblem[] {
  const items = reader.sequence(finalizers?.value)?.items ?? [];
  return items.flatMap((item) => {
    const scalar = reader.scalar(item);
    return scalar?.type === 'string' ? keyProblems('finalizer', scalar, scalar.value) : [];
  });
}

function keyProblems(
  what: 'label' | 'annotation' | 'finalizer',
  at: YamlScalar,
  name: string,
): SchemaProblem[] {
  const problem = at.type === 'template' ? undefined : qualifiedNameProblem(name);
  if (problem === undefined) return [];
  const named = `"${excerpt(at.value)}"`;
  const messages = {
    label: t('{0} is no valid name of a label: {1}', named, problem),
    annotation: t('{0} is no valid name of an annotation: {1}', named, problem),
    finalizer: t('{0} is no valid finalizer: {1}', named, problem),
  };
  return [{ message: messages[what], range: at.range }];
}

const time =
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)?(?:Z|[-+][0-9]{2}:[0-9]{2})$/;

function timeProblems(reader: YamlReader, pair: YamlPair | undefined): SchemaProblem[] {
  if (pair === undefined || isNull(reader, pair.value)) return [];
  const scalar = reader.scalar(pair.value);
  if (scalar?.type === 'template' || (scalar?.type === 'string' && time.test(scalar.value))) return [];
  const message = t(
    'metadata.{0} is no time such as 2024-01-31T12:00:00Z; the cluster writes it, so leave it out',
    pair.key.value,
  );
  return [{ message, range: scalar?.range ?? pair.key.range }];
}

function excerpt(text: string): string {
  return text.slice(0, 60);
}
