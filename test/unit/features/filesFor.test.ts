import { expect, it } from 'vitest';
import { filesFor } from '../../../server/src/features/filesFor.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { setOf } from '../../support/mirrorSets.ts';

const v2 = 'apiVersion: mirror.openshift.io/v2alpha1\nkind: ImageSetConfiguration\nmirror: {}\n';
const v1 = v2.replace('v2alpha1', 'v1alpha2');
const toDelete = v2.replace('ImageSet', 'DeleteImageSet');
const template = `{{- if .Values.mirror }}\n${v2}{{- end }}\n`;

const snapshot = new Snapshot()
  .with('b/mapping.txt', parseText('quay.io/a/b:1=mirror.example.com/a/b:1\n', 'mapping'))
  .with('a/mapping.txt', parseText('quay.io/a/b:1=mirror.example.com/a/b:1\n', 'mapping'))
  .with('empty/mapping.txt', parseText('# nothing yet\n', 'mapping'))
  .with('imageset.yaml', parseText(v2, 'yaml'))
  .with('old.yaml', parseText(v1, 'yaml'))
  .with('delete.yaml', parseText(toDelete, 'yaml'))
  .with('template.yaml', parseText(template, 'yaml'))
  .with('idms.yaml', parseText(setOf('IDMS', 'quay.io/a <- mirror.example.com/a'), 'yaml'));

it.each([
  ['mapping', ['a/mapping.txt', 'b/mapping.txt']],
  ['imageSet', ['imageset.yaml']],
  ['mirrorSet', ['idms.yaml']],
] as const)('knows the files that can be used as a %s', (use, files) => {
  expect(filesFor(snapshot, use)).toEqual(files);
});
