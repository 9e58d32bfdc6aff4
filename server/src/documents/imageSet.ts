import type { Range } from '../base/range.ts';
import type { SchemaProblem } from './schema.ts';
import type { OddName, YamlScalar } from './yamlNode.ts';

/** What oc-mirror's two generations call their configuration. v2 does not look at `apiVersion` at all. */
export const imageSetApiVersions = {
  v1: 'mirror.openshift.io/v1alpha2',
  v2: 'mirror.openshift.io/v2alpha1',
} as const;

/** The kinds that oc-mirror reads: what to mirror, and for v2 also what to delete. Nothing of them goes to a cluster. */
export const imageSetKinds = ['ImageSetConfiguration', 'DeleteImageSetConfiguration'] as const;

export type ImageSetKind = (typeof imageSetKinds)[number];

/** A generation of oc-mirror. */
export type OcMirrorGeneration = 1 | 2;

/** An ImageSetConfiguration, as far as rules, hovers and selections ask. */
export interface ImageSet {
  readonly kind: ImageSetKind;
  /** The key `kind`, where findings about the whole document are shown. */
  readonly heading: Range;
  /** Which generation of oc-mirror it is for, by its `apiVersion`; the second where it does not say, and to delete. */
  readonly generation: OcMirrorGeneration;
  /** True where lines of it are templates, so that nobody knows what is selected. */
  readonly isIncomplete: boolean;
  /** It has none: it is no object of a cluster. */
  readonly name: undefined;
  readonly operators: readonly ImageSetOperator[];
  readonly additionalImages: readonly AdditionalImage[];
  /** Regular expressions of Go: what their images are called is left out. */
  readonly blockedImages: readonly YamlScalar[];
  /** GiB of an archive; undefined where it does not say, and where it is no number of them. */
  readonly archiveSize: number | undefined;
  /** The keys of what else there is to mirror: `platform`, `helm`. */
  readonly otherContent: readonly YamlScalar[];
  /** What only v1 knows, and how the document says that it is for it: what a migration changes. */
  readonly words: ImageSetWords;
  /** Names of fields whose letters are not in the case that they should be: oc-mirror reads them all the same. */
  readonly oddNames: readonly OddName[];
  /** Fields that older releases of its generation of oc-mirror refuse. */
  readonly newFields: readonly NewField[];
  /** What oc-mirror refuses in the document before it reads a catalog, apart from what packages say: `configurationProblems`. */
  readonly problems: readonly SchemaProblem[];
}

/** An image by name. */
export interface AdditionalImage {
  readonly name: YamlScalar;
  /** Path and name at the mirror; its own where undefined. */
  readonly targetRepo: YamlScalar | undefined;
  readonly targetTag: YamlScalar | undefined;
}

/** A field with the release of oc-mirror that brought it. */
export interface NewField {
  readonly name: string;
  readonly range: Range;
  readonly since: string;
}

export interface ImageSetWords {
  readonly apiVersion: YamlScalar | undefined;
  /** `storageConfig`. */
  readonly storage: ImageSetField | undefined;
}

/** A field that v2 does not have. */
export interface ImageSetField {
  readonly key: YamlScalar;
  /** Undefined where it is no scalar. */
  readonly value: YamlScalar | undefined;
  /** The text that goes with it when it is taken away; undefined for the only field of a map. */
  readonly removal: Range | undefined;
}

/** An entry of `operators`: a catalog. Scalars that hold templates are left out, as if nothing were written. */
export interface ImageSetOperator {
  readonly range: Range;
  readonly catalog: YamlScalar | undefined;
  readonly full: boolean;
  readonly targetCatalog: YamlScalar | undefined;
  readonly targetTag: YamlScalar | undefined;
  /** Of v1. */
  readonly targetName: ImageSetField | undefined;
  /** Of v1, out of use. */
  readonly originalRef: ImageSetField | undefined;
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
  /** Of v1. */
  readonly minBundle: ImageSetField | undefined;
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
export function generationOf(apiVersion: string | undefined): OcMirrorGeneration {
  return apiVersion === imageSetApiVersions.v1 ? 1 : 2;
}
