import { describe, expect, it } from 'vitest';
import { parseText } from '../../../server/src/files/load.ts';
import { analyze, fixesOf } from '../../../server/src/rules/analysis.ts';
import { noFacts } from '../../../server/src/workspace/facts.ts';
import { readSettings } from '../../../server/src/workspace/settingsSchema.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';

const store = 'file://community-operator/my-operator/community-operator-index';
const registry = 'registry.ocp4.shinefire.com:8443/community-operator';
const first = [
  `quay.io/keycloak/keycloak-operator:15.0.2=${store}/keycloak/keycloak-operator:15.0.2`,
  `quay.io/keycloak/keycloak:15.0.2=${store}/keycloak/keycloak:15.0.2`,
].join('\n');
const second = [
  `${store}/keycloak/keycloak-operator:15.0.2=${registry}/keycloak-keycloak-operator:15.0.2`,
  `${store}/keycloak/keycloak:15.0.2=${registry}/keycloak-keycloak:15.0.2`,
].join('\n');

/** Both hops, or the second alone, of which nothing tells where its images come from. */
const withFirstHop = { 'first/mapping.txt': first, 'second/mapping.txt': second };
const secondAlone = { 'second/mapping.txt': second };
const path = 'second/mapping.txt';

function snapshotOf(files: Readonly<Record<string, string>>): Snapshot {
  let snapshot = new Snapshot();
  for (const [name, text] of Object.entries(files))
    snapshot = snapshot.with(name, parseText(text, name.endsWith('.txt') ? 'mapping' : 'yaml'));
  return snapshot;
}

function look(snapshot: Snapshot, version: string) {
  const { settings } = readSettings({ cluster: { version } });
  const context = { snapshot, settings, facts: noFacts };
  const file = snapshot.files.get(path);
  if (file === undefined) throw new Error(`${path} is gone`);
  const findings = analyze(file, context).filter(({ code }) => code.startsWith('mapping/tag'));
  const fixes = findings.flatMap((finding) => fixesOf(finding, file, context));
  return { findings: findings.map(({ severity, message }) => `${severity} ${message}`), fixes };
}

/** The snapshot after the first fix with these words, and the text of the file that it makes. */
function fixed(snapshot: Snapshot, version: string, words: RegExp) {
  const fix = look(snapshot, version).fixes.find(({ title }) => words.test(title));
  const [change] = fix?.others?.() ?? [];
  if (change === undefined || !('text' in change)) throw new Error('no such fix, or it makes no file');
  return { after: snapshot.with(change.path, parseText(change.text, 'yaml')), change };
}

describe('a repository that is pulled by tag', () => {
  it.each([
    [
      '4.8',
      withFirstHop,
      [/^Create machineConfig\.yaml .* all 2 repositories by tag on the nodes of worker and master$/],
    ],
    ['4.13', withFirstHop, [/^Create imageTagMirrorSet\.yaml/, /^Redirect all 2 repositories/]],
    [
      '',
      withFirstHop,
      [
        /^Create imageTagMirrorSet\.yaml/,
        /^Redirect all 2/,
        /^Create machineConfig\.yaml .*, for OpenShift before 4\.13$/,
      ],
    ],
  ] as const)('is offered what the cluster has: %s', (version, files, titles) => {
    const { fixes } = look(snapshotOf(files), version);
    const offered = [
      ...new Set(fixes.filter(({ awaits }) => awaits === undefined).map(({ title }) => title)),
    ];
    for (const [at, words] of titles.entries()) expect(offered[at]).toMatch(words);
    if (version === '4.13') expect(offered.some((title) => title.includes('machineConfig'))).toBe(false);
    if (version === '4.8') expect(offered.some((title) => title.includes('TagMirror'))).toBe(false);
  });

  it.each([
    ['MachineConfigs', withFirstHop, '4.8', /^Create machineConfig/],
    ['MachineConfigs for what is guessed', secondAlone, '4.8', /^Create machineConfig.*from quay\.io/],
    ['an ImageTagMirrorSet', withFirstHop, '4.16', /^Redirect all/],
    ['an ImageTagMirrorSet for what is guessed', secondAlone, '4.16', /^Redirect all.*from quay\.io/],
  ])('is no finding any more with %s in the workspace', (_name, files, version, words) => {
    const snapshot = snapshotOf(files);
    expect(look(snapshot, version).findings).toHaveLength(2);
    const { after } = fixed(snapshot, version, words);
    expect(look(after, version).findings).toEqual([]);
    // Nobody has anything to say against what the fix wrote.
    const { settings } = readSettings({ cluster: { version } });
    const all = [...after.files.values()].filter(({ path: own }) => own.endsWith('.yaml'));
    const against = all.flatMap((file) => analyze(file, { snapshot: after, settings, facts: noFacts }));
    expect(against.map(({ message }) => message)).toEqual([]);
  });

  it('keeps a finding that names the pool which is missing, and a fix for that pool', () => {
    const snapshot = snapshotOf(withFirstHop);
    const { change } = fixed(snapshot, '4.8', /^Create machineConfig/);
    const [workers = ''] = change.text.split('---\n');
    const half = snapshot.with(change.path, parseText(workers, 'yaml'));
    const { findings, fixes } = look(half, '4.8');
    expect(findings).toEqual([
      expect.stringMatching(
        /^information .*keycloak-operator:15\.0\.2 is redirected on nodes of worker only: those of master need/,
      ),
      expect.stringMatching(
        /^information .*keycloak:15\.0\.2 is redirected on nodes of worker only: those of master need/,
      ),
    ]);
    expect(fixes[0]?.title).toBe(
      'Create machineConfig-2.yaml that redirects pulls of all 2 repositories by tag on the nodes of master',
    );
    const { after } = fixed(half, '4.8', /^Create machineConfig-2/);
    expect(look(after, '4.8').findings).toEqual([]);
  });

  it('keeps its finding where the text of the drop-in is one that nodes refuse', () => {
    const snapshot = snapshotOf(withFirstHop);
    const { change } = fixed(snapshot, '4.8', /^Create machineConfig/);
    const broken = change.text.replaceAll('data:,', 'data:,x');
    expect(look(snapshot.with(change.path, parseText(broken, 'yaml')), '4.8').findings).toHaveLength(2);
  });
});
