import { type MirrorSetKind, mirrorSetTypes } from '../documents/mirrorSet.ts';
import { scalarText } from '../documents/yamlNode.ts';

/** A new mirror set as a file for `oc apply`, in the style in which `oc` writes them. */
export function mirrorSetText(
  kind: MirrorSetKind,
  name: string,
  entries: readonly {
    readonly source: string;
    readonly mirrors: readonly string[];
    readonly policy?: string | undefined;
  }[],
): string {
  const { apiVersion, list } = mirrorSetTypes[kind];
  const items = entries.map(({ source, mirrors, policy }) => {
    const values = mirrors.map((mirror) => `    - ${scalarText(mirror)}\n`).join('');
    const rest = policy === undefined ? '' : `    mirrorSourcePolicy: ${policy}\n`;
    return `  - mirrors:\n${values}    source: ${scalarText(source)}\n${rest}`;
  });
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: ${scalarText(name)}\nspec:\n  ${list}:\n${items.join('')}`;
}
