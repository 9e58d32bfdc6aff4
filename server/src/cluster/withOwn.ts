import { isPlainObject, type PlainObject } from '../documents/plainObjects.ts';

/** What becomes of an object that is on the cluster already. */
export interface Merged {
  readonly object: PlainObject;
  /** Whole sentences: what of the cluster stays, and what is other than it was. */
  readonly notes: readonly string[];
}

/** The object of the cluster with another `spec`, and the labels and annotations that it does not have. */
export function withOwn(current: PlainObject, spec: unknown, wanted: PlainObject): PlainObject {
  const metadata = isPlainObject(current.metadata) ? current.metadata : {};
  const added = isPlainObject(wanted.metadata) ? wanted.metadata : {};
  const marks = Object.fromEntries(
    ['labels', 'annotations'].flatMap((field) => {
      const both = { ...asObject(added[field]), ...asObject(metadata[field]) };
      return Object.keys(both).length === 0 ? [] : [[field, both]];
    }),
  );
  return { ...current, metadata: { ...metadata, ...marks }, spec };
}

/** An object of JSON, or an empty one in the place of anything else. */
export function asObject(value: unknown): PlainObject {
  return isPlainObject(value) ? value : {};
}
