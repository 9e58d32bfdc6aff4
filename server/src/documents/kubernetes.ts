import type { Node } from 'yaml';
import { isResourceName, validResourceName } from './naming.ts';
import type { FieldSchema, SchemaProblem } from './schema.ts';
import { scalarText, type YamlReader, type YamlScalar } from './yamlNode.ts';

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

/** The frame round `spec`: what is the same for all kinds. */
export function resourceSchema(
  kind: string,
  apiVersion: string,
  doc: string,
  spec: FieldSchema,
  required: readonly string[] = ['apiVersion', 'kind', 'metadata', 'spec'],
): FieldSchema {
  return {
    type: 'object',
    doc,
    required,
    fields: {
      apiVersion: { type: 'string', doc: `Always \`${apiVersion}\` for this kind.`, oneOf: [apiVersion] },
      kind: { type: 'string', doc: `\`${kind}\`.` },
      metadata: metadataSchema,
      spec,
      status: { type: 'any', doc: 'Written by the cluster.', readOnly: true },
    },
  };
}

/** A name that the API server refuses, with the name made valid; for kinds that have no rule of their own for it. */
export function resourceNameProblems(name: YamlScalar | undefined): SchemaProblem[] {
  if (name === undefined || name.type !== 'string' || isResourceName(name.value)) return [];
  const problem = {
    message: `"${name.value}" is no valid resource name: lower-case letters, digits, "-" and "."`,
    range: name.range,
  };
  const valid = validResourceName(name.value, 253);
  if (valid === '' || name.quote === 'block') return [problem];
  const newText = scalarText(valid, name.quote);
  return [
    { ...problem, repair: { title: `Rename it to ${valid}`, range: name.range, newText, certain: true } },
  ];
}

/** The API server wants a name, or a prefix to make one from. Types are the schema's business. */
export function nameProblems(reader: YamlReader, resource: Node): SchemaProblem[] {
  const metadata = reader.get(reader.map(resource), 'metadata');
  if (metadata === undefined) return [];
  const fields = reader.map(metadata.value);
  // Anything but a map, and nothing at all, is the schema's business.
  if (fields === undefined && reader.scalar(metadata.value)?.type !== 'null') return [];
  const named = ['name', 'generateName'].some((field) => reader.get(fields, field) !== undefined);
  return named ? [] : [{ message: 'metadata.name is missing', range: metadata.key.range }];
}
