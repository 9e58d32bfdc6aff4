import type { Node } from 'yaml';
import type { FieldSchema, SchemaProblem } from './schema.ts';
import type { YamlReader } from './yamlNode.ts';

/**
 * The metadata that every Kubernetes resource has.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/
 */
export const metadataSchema: FieldSchema = {
  type: 'object',
  doc: 'Name, labels and annotations of the resource.',
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
    ownerReferences: { type: 'array', doc: 'Resources that own this one.' },
    managedFields: { type: 'array', doc: 'Which manager set which field; written by the API server.' },
    creationTimestamp: { type: 'any', doc: 'Written by the API server.' },
    deletionTimestamp: { type: 'any', doc: 'Written by the API server.' },
    deletionGracePeriodSeconds: { type: 'integer', doc: 'Written by the API server.' },
    generation: { type: 'integer', doc: 'Written by the API server.' },
    resourceVersion: { type: 'string', doc: 'Written by the API server.' },
    selfLink: { type: 'string', doc: 'Written by the API server.' },
    uid: { type: 'string', doc: 'Written by the API server.' },
  },
};

/** The frame round `spec`: what is the same for all kinds. */
export function resourceSchema(
  kind: string,
  apiVersion: string,
  doc: string,
  spec: FieldSchema,
): FieldSchema {
  return {
    type: 'object',
    doc,
    required: ['apiVersion', 'kind', 'metadata', 'spec'],
    fields: {
      apiVersion: { type: 'string', doc: `Always \`${apiVersion}\` for this kind.`, oneOf: [apiVersion] },
      kind: { type: 'string', doc: `\`${kind}\`.` },
      metadata: metadataSchema,
      spec,
      status: { type: 'any', doc: 'Written by the cluster.' },
    },
  };
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
