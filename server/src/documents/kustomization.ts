import type { Node, YAMLMap } from 'yaml';
import type { YamlReader } from './yamlNode.ts';

/** Where a kustomization names its patches: as a list of paths, or in a field of each entry. */
const patchLists = ['patches', 'patchesStrategicMerge', 'patchesJson6902'] as const;

const anyPatchList = new RegExp(`^(?:${patchLists.join('|')}):`, 'm');

/** Cheap, and true for every text that `patchesOf` finds patches in. */
export function mentionsPatches(text: string): boolean {
  return anyPatchList.test(text);
}

/**
 * The files that a document names as patches, with the paths as they stand there; none for what is no kustomization. A
 * patch is a fragment of a manifest: what it leaves out is in the manifest that it changes.
 * https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/
 */
export function patchesOf(reader: YamlReader, contents: unknown): string[] {
  const root = reader.map(contents);
  if (root === undefined || !isKustomization(reader, root)) return [];
  return patchLists.flatMap((name) => {
    const items = reader.sequence(reader.get(root, name)?.value)?.items ?? [];
    return items.flatMap((item) => pathOf(reader, item as Node) ?? []);
  });
}

/** Kind and version may be left out in a file that has the name of one. */
function isKustomization(reader: YamlReader, root: YAMLMap): boolean {
  const text = (name: string) => reader.scalar(reader.get(root, name)?.value)?.value;
  const apiVersion = text('apiVersion');
  return apiVersion === undefined
    ? text('kind') === undefined || text('kind') === 'Kustomization'
    : apiVersion.startsWith('kustomize.config.k8s.io/');
}

/** A patch may stand in the kustomization itself, as a text of several lines. */
function pathOf(reader: YamlReader, item: Node): string | undefined {
  const map = reader.map(item);
  const path = reader.scalar(map === undefined ? item : reader.get(map, 'path')?.value);
  return path?.type === 'string' && !path.value.includes('\n') && !path.value.includes(': ')
    ? path.value
    : undefined;
}
