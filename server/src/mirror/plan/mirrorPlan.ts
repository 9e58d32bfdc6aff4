import type { OperatorSelection } from '../../catalog/selection.ts';

/**
 * What a mirror run is to do, before a byte is copied. It can be kept in a file and run again (`planFile.ts`): what was planned
 * is what is copied, also when a tag moves meanwhile.
 */
export interface MirrorPlan {
  readonly version: 1;
  /** Of the image set or the catalog. It names objects on the cluster, and the folder of the manifests. */
  readonly name: string;
  /** A place, as `formatPlace` writes it: `docker://HOST/NAMESPACE`, `oci://DIR` or `file://PREFIX`; empty for a mapping that names several. */
  readonly destination: string;
  /** Whose names the images have; undefined where a mapping names them. */
  readonly naming?: Naming | undefined;
  readonly catalogs: readonly PlannedCatalog[];
  /** Sorted by source. Of a catalog each source is there once; a mapping may bring one to several destinations. */
  readonly images: readonly MirrorImage[];
  /** Bytes of all images, each blob once; undefined while the bytes of none are known. */
  readonly uniqueBytes?: number | undefined;
  /** Bytes of a volume of an archive, where an ImageSetConfiguration says so. */
  readonly archiveSize?: number | undefined;
  /** Where different images would be written over each other. A plan that has any cannot be run. */
  readonly collisions: readonly Collision[];
  /** What the catalogs name as images and nobody can pull; sorted. */
  readonly refused: readonly RefusedName[];
}

/** `oc adm catalog mirror`, which joins components of paths, or oc-mirror v2, which keeps them. */
export const namings = ['oc', 'oc-mirror'] as const;
export type Naming = (typeof namings)[number];

/** One image of a plan. */
export interface MirrorImage {
  /**
   * Where it is read: `HOST/NAME` with tag, digest, or both, Docker's defaults filled in; behind a hop `file://NAME`, or
   * `oci://DIR:NAME` in a layout.
   */
  readonly source: string;
  /** What pods call it, where the source is behind a hop: the name in the catalog. Several where registries met in one path. */
  readonly originals?: readonly string[] | undefined;
  /** What the source is: said by its name, or by the registry that was asked. Undefined while nobody knows. */
  readonly digest?: string | undefined;
  /**
   * What it is called below any destination, `PATH:TAG`, where the plan names destinations: so that they can be planned anew for
   * another place.
   */
  readonly name?: string | undefined;
  /** The whole reference, by tag; `oci://DIR:SOURCE` in an OCI layout. */
  readonly destination: string;
  readonly role: ImageRole;
  /** Why it is there, sorted: `package/bundle`, `catalog`, or `mapping`. */
  readonly reason: readonly string[];
  /** Configuration and layers of all platforms, each blob once within the image. Undefined while nobody has read its manifests. */
  readonly bytes?: number | undefined;
}

/** What an image is to the catalog; a bundle image that is a related image too is a bundle image. */
export const imageRoles = ['bundle', 'related', 'additional', 'catalog', 'mapping'] as const;
export type ImageRole = (typeof imageRoles)[number];

/** A catalog of a plan, and where it goes. */
export interface PlannedCatalog {
  /** As somebody named it: an image, `oci://DIR`, a folder, a file. */
  readonly source: string;
  /** The image that it is or stands for, by which the cluster will call it. */
  readonly image: string;
  /** Of what was read: the manifest of one platform's image, or all files of a folder. */
  readonly digest: string;
  /** Of the whole index image, all its platforms; undefined where the catalog was in none, or nobody looked. */
  readonly imageDigest?: string | undefined;
  /** As `MirrorImage.name`. */
  readonly name?: string | undefined;
  /** Where the catalog image goes, by tag. */
  readonly destination: string;
  /** The packages that are left, sorted; undefined where the catalog goes there as it is. */
  readonly packages?: readonly string[] | undefined;
  /** What was selected of it; undefined where the catalog goes there as it is. */
  readonly selection?: OperatorSelection | undefined;
  /** Which images a bundle needs, as sources of the plan; by package and name. */
  readonly bundles: readonly PlannedBundle[];
}

export interface PlannedBundle {
  readonly name: string;
  readonly package: string;
  /** Sorted, each once. */
  readonly images: readonly string[];
}

export interface Collision {
  readonly destination: string;
  /** Sorted; behind a hop the original names. */
  readonly sources: readonly string[];
}

export interface RefusedName {
  /** As the catalog has it. */
  readonly image: string;
  readonly reason: readonly string[];
  /** Why, for a person. */
  readonly problem: string;
}

/** What a finished run proved: an image of its plan, and what the destination has now. */
export interface ProvenImage {
  readonly image: MirrorImage;
  readonly digest: string;
  readonly result: 'copied' | 'skipped';
}
