import { folderOf, resolvedPath } from '../base/paths.ts';
import { exactReference, parseReference } from '../documents/imageReference.ts';
import { catalogImageOf } from '../documents/resources.ts';
import { type FileContent, isReadAsTemplate, type WorkspaceFile } from '../documents/workspaceFile.ts';
import { type SharedObject, sharedObjects } from '../pulls/applyOrder.ts';
import { MirrorSets } from '../pulls/mirrorSets.ts';
import { type NodePools, nodePoolsIn, noNodePools } from '../pulls/nodePools.ts';
import type { PullFiles } from '../pulls/pullFiles.ts';
import { KnownCatalogs } from './knownCatalogs.ts';
import { type MappingIndex, mappingIndex } from './mappingIndex.ts';
import { Provenance } from './provenance.ts';
import { findTagPulls, noTagPulls, type TagPulls } from './tagPulls.ts';

/** What a snapshot hands on to the next one. */
interface Earlier {
  readonly provenance: Provenance | undefined;
  readonly mirrorSets: MirrorSets;
  readonly nodePools: NodePools;
  readonly tagPulls: TagPulls;
}

const nothing: Earlier = {
  provenance: undefined,
  mirrorSets: MirrorSets.none,
  nodePools: noNodePools,
  tagPulls: noTagPulls,
};

/**
 * All files that belong together, at one moment: what is open in an editor over what is on disk. Immutable;
 * `with` and `without` make the next one and keep what is still true of it.
 */
export class Snapshot implements PullFiles {
  readonly files: ReadonlyMap<string, WorkspaceFile>;
  /** Of the snapshot before, for as long as it is still true. */
  readonly #earlier: Earlier;
  /** What somebody has opened of the catalogs that these files come from; the same object while no other one is. */
  readonly catalogs: KnownCatalogs;
  #currentProvenance: Provenance | undefined;
  #currentMirrorSets: MirrorSets | undefined;
  #currentNodePools: NodePools | undefined;
  #currentTagPulls: TagPulls | undefined;
  #mappingIndexes: readonly MappingIndex[] | undefined;
  #patches: ReadonlySet<string> | undefined;
  #folders: ReadonlyMap<string, readonly WorkspaceFile[]> | undefined;
  #sharedObjects: readonly SharedObject[] | undefined;
  #asApplied: Snapshot | undefined;
  readonly #catalogImages = new Map<string, ReadonlySet<string>>();

  constructor(
    files: ReadonlyMap<string, WorkspaceFile> = new Map(),
    earlier: Earlier = nothing,
    catalogs: KnownCatalogs = KnownCatalogs.none,
  ) {
    this.files = files;
    this.#earlier = earlier;
    this.catalogs = catalogs;
  }

  /** The same files, and other catalogs that are open. */
  withCatalogs(catalogs: KnownCatalogs): Snapshot {
    return catalogs === this.catalogs ? this : new Snapshot(this.files, this.#last, catalogs);
  }

  with(path: string, content: FileContent): Snapshot {
    return new Snapshot(new Map(this.files).set(path, { path, content }), this.#last, this.catalogs);
  }

  /** Many changes at once; undefined takes a file out. */
  withAll(changes: ReadonlyMap<string, FileContent | undefined>): Snapshot {
    const files = new Map(this.files);
    for (const [path, content] of changes) {
      if (content === undefined) files.delete(path);
      else files.set(path, { path, content });
    }
    return new Snapshot(files, this.#last, this.catalogs);
  }

  without(path: string): Snapshot {
    const files = new Map(this.files);
    files.delete(path);
    return new Snapshot(files, this.#last, this.catalogs);
  }

  /** Where images came from. Its `key` stays the same as long as no line changes that a true source depends on. */
  get provenance(): Provenance {
    this.#currentProvenance ??= this.#findProvenance();
    return this.#currentProvenance;
  }

  get mappingIndexes(): readonly MappingIndex[] {
    this.#mappingIndexes ??= [...this.files.values()].flatMap(({ content }) =>
      content.type === 'mapping' ? [mappingIndex(content.mapping)] : [],
    );
    return this.#mappingIndexes;
  }

  get catalogRepositories(): readonly string[] {
    return this.mappingIndexes.flatMap(({ indexRepository }) => indexRepository ?? []);
  }

  /** The same object as long as no entry of a mirror set changes, so that it can stand for what rules read of it. */
  get mirrorSets(): MirrorSets {
    this.#currentMirrorSets ??= this.#earlier.mirrorSets.after(this.files.values());
    return this.#currentMirrorSets;
  }

  /** What MachineConfigs put on nodes about registries. The same object as long as none of these changes. */
  get nodePools(): NodePools {
    this.#currentNodePools ??= nodePoolsIn(this.files.values(), this.#earlier.nodePools);
    return this.#currentNodePools;
  }

  /** Manifests of one object in several places, of which `oc apply` leaves the last. Templates and patches are none yet. */
  get sharedObjects(): readonly SharedObject[] {
    this.#sharedObjects ??= sharedObjects(
      [...this.files.values()].filter(
        (file) => file.content.type === 'yaml' && !this.patches.has(file.path) && !isReadAsTemplate(file),
      ),
    );
    return this.#sharedObjects;
  }

  /**
   * This snapshot as a cluster has it after `oc apply` of all of it: without the manifests that a later one overwrites.
   * This very object where there are none.
   */
  get asApplied(): Snapshot {
    this.#asApplied ??= this.#withoutOverwritten();
    return this.#asApplied;
  }

  #withoutOverwritten(): Snapshot {
    const overwritten = this.sharedObjects.flatMap(({ lost }) => lost);
    if (overwritten.length === 0) return this;
    const gone = new Set(overwritten.map(({ resource }) => resource));
    const files = new Map(this.files);
    for (const { path } of overwritten) {
      const content = files.get(path)?.content;
      if (content?.type !== 'yaml') continue;
      const resources = content.yaml.resources.filter((resource) => !gone.has(resource));
      files.set(path, { path, content: { type: 'yaml', yaml: { ...content.yaml, resources } } });
    }
    return new Snapshot(files, this.#last, this.catalogs);
  }

  /** What pods pull by tag and no mirror set redirects. Its `byScope` stays the same object while that does. */
  get tagPulls(): TagPulls {
    // A template may be the set that redirects them.
    this.#currentTagPulls ??= this.mirrorSets.isIncomplete
      ? noTagPulls
      : findTagPulls(this, this.#earlier.tagPulls);
    return this.#currentTagPulls;
  }

  get #last(): Earlier {
    return {
      provenance: this.#currentProvenance ?? this.#earlier.provenance,
      mirrorSets: this.#currentMirrorSets ?? this.#earlier.mirrorSets,
      nodePools: this.#currentNodePools ?? this.#earlier.nodePools,
      tagPulls: this.#currentTagPulls ?? this.#earlier.tagPulls,
    };
  }

  #findProvenance(): Provenance {
    const { provenance } = this.#earlier;
    return (
      provenance?.after(this.mappingIndexes, this.catalogs) ??
      new Provenance(this.mappingIndexes, this.catalogs)
    );
  }

  /** The files that kustomizations name as patches: fragments of manifests. */
  get patches(): ReadonlySet<string> {
    this.#patches ??= new Set([...this.files.values()].flatMap(patchesNamedIn));
    return this.#patches;
  }

  /** The files that lie in a folder itself. All folders are found at once, because rules ask for many. */
  filesIn(folder: string): readonly WorkspaceFile[] {
    this.#folders ??= byFolder(this.files.values());
    return this.#folders.get(folder) ?? [];
  }

  /** The index images that CatalogSources and ClusterCatalogs of a folder name, as `exactReference` has them. */
  catalogImages(folder: string): ReadonlySet<string> {
    let images = this.#catalogImages.get(folder);
    if (images === undefined) {
      images = this.#findCatalogImages(folder);
      this.#catalogImages.set(folder, images);
    }
    return images;
  }

  #findCatalogImages(folder: string): ReadonlySet<string> {
    const images = new Set<string>();
    for (const { content } of this.filesIn(folder)) {
      if (content.type !== 'yaml') continue;
      for (const resource of content.yaml.resources) {
        const image = catalogImageOf(resource);
        const parsed = image && parseReference(image.value);
        if (parsed?.ok) images.add(exactReference(parsed.reference));
      }
    }
    return images;
  }
}

function patchesNamedIn({ path, content }: WorkspaceFile): string[] {
  if (content.type !== 'yaml' || content.yaml.patches.length === 0) return [];
  return content.yaml.patches.flatMap((patch) => resolvedPath(folderOf(path), patch) ?? []);
}

function byFolder(files: Iterable<WorkspaceFile>): ReadonlyMap<string, readonly WorkspaceFile[]> {
  const folders = new Map<string, WorkspaceFile[]>();
  for (const file of files) {
    const folder = folderOf(file.path);
    const others = folders.get(folder);
    if (others === undefined) folders.set(folder, [file]);
    else others.push(file);
  }
  return folders;
}
