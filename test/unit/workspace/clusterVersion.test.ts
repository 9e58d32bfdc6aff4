import { describe, expect, it } from 'vitest';
import { typeByChoice } from '../../../server/src/files/find.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { hasTagMirrorSets, isBefore } from '../../../server/src/pulls/openShiftVersion.ts';
import { clusterVersion } from '../../../server/src/workspace/clusterVersion.ts';
import { readSettings } from '../../../server/src/workspace/settingsSchema.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';

const digest = `sha256:${'0'.repeat(64)}`;

function catalogSource(image: string): string {
  return `apiVersion: operators.coreos.com/v1alpha1\nkind: CatalogSource\nmetadata:\n  name: a\nspec:\n  sourceType: grpc\n  image: ${image}\n`;
}

function versionOf(files: Readonly<Record<string, string>>, setting = ''): string | undefined {
  let snapshot = new Snapshot();
  for (const [path, text] of Object.entries(files))
    snapshot = snapshot.with(path, parseText(text, typeByChoice(path)));
  const { settings } = readSettings({ cluster: { version: setting } });
  return clusterVersion({ snapshot, settings, path: 'a/icsp.yaml' });
}

describe('the version of the cluster', () => {
  it.each([
    ['4.12', '4.12'],
    ['4.12.30', '4.12'],
    ['v4.9', '4.9'],
    [' 4.16-rc.1 ', '4.16'],
    ['5.0', '5.0'],
    ['latest', undefined],
    ['4', undefined],
  ])('set to "%s" is %s', (setting, version) => {
    expect(versionOf({}, setting)).toBe(version);
  });

  it.each([
    ['registry.example.com:8443/olm/index:v4.8', '4.8'],
    ['registry.example.com:8443/olm/index:v4.8-202111', '4.8'],
    ['registry.example.com:8443/olm/index:4.14', '4.14'],
    // Somebody's own numbers, which say nothing of OpenShift.
    ['registry.example.com:8443/olm/index:v1.2', undefined],
    ['registry.example.com:8443/olm/index:v4.8.1', undefined],
    ['registry.example.com:8443/olm/index:latest', undefined],
    [`registry.example.com:8443/olm/index@${digest}`, undefined],
    ['registry.example.com:8443/olm/index', undefined],
  ])('is told by the catalog %s beside a file: %s', (image, version) => {
    expect(versionOf({ 'a/catalogSource.yaml': catalogSource(image) })).toBe(version);
  });

  it('is told by the index image in the mapping.txt beside a file, in both hops', () => {
    const first = `quay.io/my/idx:v4.8=file://efk/my/idx:v4.8\nquay.io/ns/app:v4.13=file://efk/my/idx/ns/app:v4.13\n`;
    expect(versionOf({ 'a/mapping.txt': first })).toBe('4.8');
    const second = `file://efk/my/idx:v4.8=reg.example.com/olm/idx:v4.8\nfile://efk/my/idx/ns/app:v4.13=reg.example.com/olm/app:v4.13\n`;
    expect(versionOf({ 'a/mapping.txt': second })).toBe('4.8');
  });

  it('is the newest that catalogs beside it tell, and not what those of other folders do', () => {
    const old = { 'a/one.yaml': catalogSource('reg.example.com/olm/one:v4.9') };
    expect(versionOf({ ...old, 'a/two.yaml': catalogSource('reg.example.com/olm/two:v4.10') })).toBe('4.10');
    expect(versionOf({ ...old, 'b/two.yaml': catalogSource('reg.example.com/olm/two:v4.14') })).toBe('4.9');
  });

  it('is the setting where both tell', () => {
    expect(versionOf({ 'a/one.yaml': catalogSource('reg.example.com/olm/one:v4.9') }, '4.14')).toBe('4.14');
  });

  it('compares by numbers', () => {
    expect(isBefore('4.9', '4.13')).toBe(true);
    expect(isBefore('4.13', '4.13')).toBe(false);
    expect(isBefore('5.0', '4.13')).toBe(false);
    expect(['4.12', '4.13', '4.14', undefined].map(hasTagMirrorSets)).toEqual([false, true, true, true]);
  });
});
