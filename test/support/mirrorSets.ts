import { parseReference } from '../../server/src/documents/imageReference.ts';
import { parseMapping } from '../../server/src/documents/mapping.ts';
import { parseYaml } from '../../server/src/documents/yamlFile.ts';
import { Snapshot } from '../../server/src/workspace/snapshot.ts';

const types = {
  ICSP: ['operator.openshift.io/v1alpha1', 'ImageContentSourcePolicy', 'repositoryDigestMirrors'],
  IDMS: ['config.openshift.io/v1', 'ImageDigestMirrorSet', 'imageDigestMirrors'],
  ITMS: ['config.openshift.io/v1', 'ImageTagMirrorSet', 'imageTagMirrors'],
} as const;

export type SetType = keyof typeof types;

/**
 * The YAML of a set from entries `SOURCE <- MIRROR MIRROR [!]`; `!` is NeverContactSource. Each entry takes two
 * lines, or three with a policy, from the seventh line on.
 */
export function setOf(type: SetType, ...entries: string[]): string {
  return namedSet(type, type.toLowerCase(), ...entries);
}

export function namedSet(type: SetType, name: string, ...entries: string[]): string {
  const [apiVersion, kind, list] = types[type];
  const items = entries.map((entry) => {
    const [source, rest = ''] = entry.split(' <- ');
    const mirrors = rest.split(' ').filter((mirror) => mirror !== '' && mirror !== '!');
    const policy = rest.endsWith('!') ? '\n    mirrorSourcePolicy: NeverContactSource' : '';
    return `  - source: "${source}"\n    mirrors: [${mirrors.join(', ')}]${policy}`;
  });
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: ${name}\nspec:\n  ${list}:\n${items.join('\n')}\n`;
}

/** A snapshot of texts as `set0.yaml`, `set1.yaml` and so on; a text that is no YAML of ours as `mapping.txt`. */
export function snapshotOf(...texts: string[]): Snapshot {
  return texts.reduce((snapshot, text, index) => {
    const lines = text.split('\n');
    return text.startsWith('apiVersion')
      ? snapshot.with(`set${index}.yaml`, { type: 'yaml', yaml: parseYaml(lines) })
      : snapshot.with(`run${index}/mapping.txt`, { type: 'mapping', mapping: parseMapping(lines) });
  }, new Snapshot());
}

export function imageOf(text: string) {
  const parsed = parseReference(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.reference;
}
