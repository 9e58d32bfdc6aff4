import { isMirrorSet, type MirrorEntry, type MirrorSet } from '../documents/mirrorSet.ts';
import { isResourceName } from '../documents/naming.ts';
import type { Resource } from '../documents/resources.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';

/** A resource with the file that it stands in. */
export interface PlacedResource {
  readonly path: string;
  readonly resource: Resource;
}

/** Manifests of one object, of which `oc apply` leaves only the last on the cluster. */
export interface SharedObject {
  /** What is applied last and stays. */
  readonly last: PlacedResource;
  /** What is applied before it and has something that is lost then, in the order in which it is applied. */
  readonly lost: readonly PlacedResource[];
}

/**
 * The order in which `oc apply -R -f DIR` takes files: each folder by the names in it, and a folder where its own name
 * stands. `a/z.yaml` comes before `a-b.yaml`, although `-` comes before `/`.
 */
export function compareApplyOrder(a: string, b: string): number {
  const left = a.split('/');
  const right = b.split('/');
  const at = left.findIndex((name, index) => name !== right[index]);
  if (at === -1) return left.length - right.length;
  const [own = '', other] = [left[at], right[at]];
  return other === undefined || own > other ? 1 : -1;
}

/**
 * Manifests of one object in several places of some files: of the same kind, name and namespace. Copies that lose
 * nothing are none, nor are names that are no valid ones yet, such as those of templates. The order within a file is
 * that of its documents and items.
 */
export function sharedObjects(files: Iterable<WorkspaceFile>): readonly SharedObject[] {
  const objects = new Map<string, PlacedResource[]>();
  for (const { path, content } of files) {
    if (content.type !== 'yaml') continue;
    for (const resource of content.yaml.resources) {
      const object = objectOf(resource);
      if (object === undefined) continue;
      const key = `${variantOf(path)} ${object}`;
      const others = objects.get(key);
      if (others === undefined) objects.set(key, [{ path, resource }]);
      else others.push({ path, resource });
    }
  }
  return [...objects.values()].flatMap((manifests): SharedObject[] => {
    if (manifests.length === 1) return [];
    // The sort is stable, which keeps the order within a file.
    const ordered = manifests.toSorted((a, b) => compareApplyOrder(a.path, b.path));
    const last = ordered.pop();
    const lost = ordered.filter(
      ({ resource }) => last !== undefined && losesSomething(resource, last.resource),
    );
    return last === undefined || lost.length === 0 ? [] : [{ last, lost }];
  });
}

/** Folders whose subfolders are for one cluster each, by the conventions of kustomize and GitOps: one is applied, not all. */
const variantFolders: ReadonlySet<string> = new Set(['overlays', 'clusters', 'environments', 'envs']);

/** The variants that a file is for, such as `overlays/prod`; empty for what all clusters get. */
function variantOf(path: string): string {
  const folders = path.split('/').slice(0, -1);
  return folders
    .flatMap((folder, at) =>
      variantFolders.has(folders[at - 1] ?? '') ? [`${folders[at - 1]}/${folder}`] : [],
    )
    .join(' ');
}

/** What makes two manifests the same object; undefined for one that has no name that the cluster could know. */
function objectOf(resource: Resource): string | undefined {
  const { kind, name } = resource;
  if (name === undefined || !isResourceName(name.value)) return undefined;
  // `oc apply` refuses a field that the kind does not have.
  if (isMirrorSet(resource) && resource.misnamedList) return undefined;
  return `${kind} ${namespaceOf(resource)} ${name.value}`;
}

function namespaceOf(resource: Resource): string {
  return 'namespace' in resource ? (resource.namespace?.value ?? '') : '';
}

/** True when something of a manifest is not in the one that is applied after it. */
function losesSomething(earlier: Resource, later: Resource): boolean {
  return isMirrorSet(earlier) && isMirrorSet(later)
    ? lostSources(earlier, later).length > 0
    : contentOf(earlier) !== contentOf(later);
}

/** The sources of a mirror set for which a later one of the same name has not all its mirrors. */
export function lostSources(earlier: MirrorSet, later: MirrorSet): readonly string[] {
  const kept = new Set(later.entries.flatMap(pairsOf));
  return earlier.entries.flatMap((entry) =>
    entry.source !== undefined && pairsOf(entry).some((pair) => !kept.has(pair)) ? [entry.source.value] : [],
  );
}

function pairsOf({ source, mirrors, policy }: MirrorEntry): string[] {
  const start = `${source?.value} ${policy?.value ?? ''}`;
  return mirrors.map(({ value }) => `${start} ${value}`);
}

/** How a scalar is written, and what is wrong with it, is no part of what it says. */
const writing: ReadonlySet<string> = new Set(['quote', 'type', 'problems']);

/** What is read of a resource, wherever and however it is written: all its texts with their places in it. */
function contentOf(value: unknown, place = ''): string {
  if (typeof value === 'string') return `${place}: ${value}\n`;
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .map(([key, part]) => (writing.has(key) ? '' : contentOf(part, `${place}/${key}`)))
    .join('');
}
