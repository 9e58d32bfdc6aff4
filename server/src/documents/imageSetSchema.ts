import { sentence } from '../base/sentences.ts';
import {
  type ImageSetKind,
  imageSetApiVersions,
  imageSetKinds,
  type OcMirrorGeneration,
} from './imageSet.ts';
import { archiveSize } from './imageSetFields.ts';
import { storageConfig, v1Content } from './imageSetFieldsV1.ts';
import { v2Content } from './imageSetFieldsV2.ts';
import type { FieldSchema } from './schema.ts';

/** All fields of a configuration, from `apiVersion` down, for a generation of oc-mirror. Only the second one deletes. */
export function imageSetSchema(kind: ImageSetKind, generation: OcMirrorGeneration): FieldSchema {
  const isDelete = kind === 'DeleteImageSetConfiguration';
  const top: Readonly<Record<string, FieldSchema>> = {
    apiVersion: {
      type: 'string',
      doc: sentence('`{0}` for oc-mirror v2, `{1}` for v1.'),
      docPlaces: [imageSetApiVersions.v2, imageSetApiVersions.v1],
      suggestions: [imageSetApiVersions.v2, ...(isDelete ? [] : [imageSetApiVersions.v1])],
    },
    kind: { type: 'string', doc: sentence('`{0}`.'), docPlaces: [kind], oneOf: [kind] },
  };
  if (isDelete) {
    return {
      type: 'object',
      doc: sentence('What oc-mirror deletes from a mirror registry.'),
      required: ['kind', 'delete'],
      fields: { ...top, delete: { ...v2Content, doc: sentence('What is deleted.') } },
    };
  }
  return {
    type: 'object',
    doc: sentence('What oc-mirror mirrors: releases, operators, charts and images.'),
    required: ['kind', 'mirror'],
    fields:
      generation === 1
        ? { ...top, mirror: v1Content, archiveSize, storageConfig }
        : { ...top, mirror: v2Content, archiveSize },
  };
}

/** All fields of both generations, by their names in lower case: oc-mirror reads them in any. */
export function imageSetFieldNames(): ReadonlyMap<string, string> {
  fieldNames ??= new Map(
    imageSetKinds
      .flatMap((kind) => [imageSetSchema(kind, 1), imageSetSchema(kind, 2)])
      .flatMap((schema) => [...namesIn(schema)])
      .map((name) => [name.toLowerCase(), name]),
  );
  return fieldNames;
}

let fieldNames: ReadonlyMap<string, string> | undefined;

function* namesIn({ fields = {}, items }: FieldSchema): Generator<string> {
  if (items !== undefined) yield* namesIn(items);
  for (const [name, field] of Object.entries(fields)) {
    yield name;
    yield* namesIn(field);
  }
}
