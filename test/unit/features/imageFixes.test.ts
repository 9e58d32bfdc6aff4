import { describe, expect, it } from 'vitest';
import { fixesForImage } from '../../../server/src/features/imageFixes.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { noFacts } from '../../../server/src/workspace/facts.ts';
import { readSettings } from '../../../server/src/workspace/settingsSchema.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';

const store = 'file://community-operator/my-operator/community-operator-index';
const registry = 'registry.ocp4.shinefire.com:8443/community-operator';
const second = [
  `${store}:v4.8=${registry}/my-operator-community-operator-index:v4.8`,
  `${store}/keycloak/keycloak-operator:15.0.2=${registry}/keycloak-keycloak-operator:15.0.2`,
  `${store}/keycloak/keycloak:15.0.2=${registry}/keycloak-keycloak:15.0.2`,
].join('\n');
const first = second.replaceAll(
  /^(.*)=.*$/gm,
  (_line, place: string) =>
    `${place.replace(store, 'quay.io').replace('quay.io:', 'quay.io/my/community-operator-index:')}=${place}`,
);
const pod = 'kind: Pod\nspec:\n  containers:\n  - image: quay.io/keycloak/keycloak-operator:15.0.2\n';

function offered(files: Readonly<Record<string, string>>, image = { line: 3, character: 15 }) {
  let snapshot = new Snapshot();
  for (const [name, text] of Object.entries(files))
    snapshot = snapshot.with(name, parseText(text, name.endsWith('.txt') ? 'mapping' : 'yaml'));
  const { settings } = readSettings({});
  const found = fixesForImage({ snapshot, settings, facts: noFacts }, 'pod.yaml', image);
  return { snapshot, path: found?.path, fixes: found?.offered.map(({ fix }) => fix) ?? [] };
}

describe('on the image of a pod', () => {
  it.each([
    ['that both hops tell', { 'first/mapping.txt': first, 'second/mapping.txt': second }, ''],
    ['whose first hop is not at hand', { 'second/mapping.txt': second }, ' (from quay.io: a guess)'],
  ])('%s, the MachineConfigs of its mapping.txt are offered', (_name, files, end) => {
    const { snapshot, path, fixes } = offered({ ...files, 'pod.yaml': pod });
    expect(path).toBe('second/mapping.txt');
    expect(fixes.map(({ title }) => title)).toEqual([
      `Create machineConfig.yaml that redirects pulls of all 2 repositories by tag on the nodes of worker and master${end}`,
    ]);
    const [change] = fixes[0]?.others?.() ?? [];
    const texts = Object.fromEntries([...Object.entries({ ...files, 'pod.yaml': pod })]);
    const text = change !== undefined && 'text' in change ? change.text : '';
    expect(offered({ ...texts, 'second/machineConfig.yaml': text }).fixes).toEqual([]);
    expect(snapshot.files.has('second/machineConfig.yaml')).toBe(false);
  });

  it('nothing is offered elsewhere, or where no mapping.txt copies it', () => {
    expect(
      offered({ 'second/mapping.txt': second, 'pod.yaml': pod }, { line: 1, character: 0 }).fixes,
    ).toEqual([]);
    expect(offered({ 'pod.yaml': pod }).fixes).toEqual([]);
  });
});
