import { type MirrorSetKind, mirrorSetTypes } from '../documents/mirrorSet.ts';
import { scalarText } from '../documents/yamlNode.ts';

/** A new mirror set as a file for `oc apply`, in the style in which `oc` writes them. */
export function mirrorSetText(
  kind: MirrorSetKind,
  name: string,
  entries: readonly { readonly source: string; readonly mirrors: readonly string[] }[],
): string {
  const { apiVersion, list } = mirrorSetTypes[kind];
  const items = entries.map(({ source, mirrors }) => {
    const values = mirrors.map((mirror) => `    - ${scalarText(mirror)}\n`).join('');
    return `  - mirrors:\n${values}    source: ${scalarText(source)}\n`;
  });
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: ${scalarText(name)}\nspec:\n  ${list}:\n${items.join('')}`;
}
