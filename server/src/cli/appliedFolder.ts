import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { inApplyOrder, type Manifest, manifestOf } from '../cluster/manifest.ts';
import { splitLines } from '../documents/lines.ts';
import { type PlainObject, plainObjects } from '../documents/plainObjects.ts';
import type { FileContent } from '../documents/workspaceFile.ts';
import { parseYaml } from '../documents/yamlFile.ts';
import type { Settings } from '../workspace/settings.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { Terminal } from './command.ts';
import { readNodeFiles } from './nodeFiles.ts';

/** A folder of files that a mirror run has left for the cluster. */
export interface AppliedFolder {
  /** In the order in which a cluster should get them. */
  readonly manifests: readonly Manifest[];
  /** Files with something else that is ours, such as the cluster's image configuration: nobody applies that unasked. */
  readonly leftAlone: readonly string[];
  readonly settings: Settings;
  /** The folder with other objects in the place of its manifests: what would be on the cluster in the end. */
  withObjects(objects: ReadonlyMap<Manifest, PlainObject>): Snapshot;
  /** A path as it was given, or found below a folder that was given. */
  show(path: string): string;
}

/**
 * @param command that says what cannot be read
 * @throws UserError `noManifests`, `badManifest`; as `readNodeFiles`
 */
export async function readAppliedFolder(
  directory: string,
  command: string,
  terminal: Terminal,
): Promise<AppliedFolder> {
  const { snapshot, settings, show } = await readNodeFiles([directory], command, terminal);
  const manifests: Manifest[] = [];
  const leftAlone: string[] = [];
  const yaml = [...snapshot.files].flatMap(([path, { content }]) =>
    content.type === 'yaml' ? [[path, content.yaml] as const] : [],
  );
  for (const [path, { lines }] of yaml) {
    const read = plainObjects(lines.join('\n'));
    if (!read.ok) {
      throw new UserError('badManifest', t('{0}:{1}: {2}', show(path), read.line, read.problem), {
        nextStep: t('correct it, and look with operator-mirror check'),
      });
    }
    const found = read.objects.map((object) => manifestOf(object, path));
    manifests.push(...found.flatMap((manifest) => manifest ?? []));
    if (found.includes(undefined)) leftAlone.push(show(path));
  }
  if (manifests.length === 0) {
    throw new UserError('noManifests', t('{0} holds nothing that can be applied', directory), {
      nextStep: t('name the folder manifests-NAME-TIME that a mirror run has written'),
    });
  }
  return {
    manifests: inApplyOrder(manifests),
    leftAlone,
    settings,
    withObjects: (objects) => snapshot.withAll(contents(yaml, objects)),
    show,
  };
}

/** Files of which nothing is applied go: they decide on nothing. */
function contents(
  files: readonly (readonly [string, unknown])[],
  objects: ReadonlyMap<Manifest, PlainObject>,
): Map<string, FileContent | undefined> {
  return new Map(
    files.map(([path]) => {
      const items = [...objects].flatMap(([{ file }, object]) => (file === path ? [object] : []));
      if (items.length === 0) return [path, undefined];
      const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 1);
      return [path, { type: 'yaml', yaml: parseYaml(splitLines(text)) }];
    }),
  );
}
