import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { maskCharacter, maskTemplates } from '../../../server/src/documents/template.ts';
import { codeLenses } from '../../../server/src/features/codeLenses.ts';
import { mirrorSetLenses } from '../../../server/src/features/mirrorSetLenses.ts';
import { typeByChoice } from '../../../server/src/files/find.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { analyze } from '../../../server/src/rules/analysis.ts';
import { type Facts, noFacts } from '../../../server/src/workspace/facts.ts';
import { readSettings } from '../../../server/src/workspace/settingsSchema.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { inFull } from '../../support/texts.ts';

const folder = new URL('../../fixtures/templates/', import.meta.url);
const names = readdirSync(folder);
const { settings } = readSettings({});

/** Whoever asks of an image is told that it is missing, so that a template taken for a name is found. */
const missing = { state: 'missing', reason: 'there is nothing' } as const;
const facts: Facts = {
  version: 0,
  asked: () => true,
  image: () => missing,
  peek: () => missing,
  tags: () => missing,
  peekTags: () => missing,
  needsLogin: () => ({ state: 'known', at: 0, value: true }),
  catalog: () => missing,
  catalogImages: () => missing,
};

function findingsIn(snapshot: Snapshot, name: string): string[] {
  const file = snapshot.files.get(name);
  if (file === undefined) throw new Error(`there is no ${name}`);
  return analyze(file, { snapshot, settings, facts }).map(
    ({ range, code, message }) => `${name}:${range.start.line + 1}: ${code}: ${message}`,
  );
}

describe('templates', () => {
  it('come in many kinds', () => expect(names.length).toBeGreaterThanOrEqual(30));

  it.each(names)('%s has nothing to complain about', (name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    const snapshot = new Snapshot().with(name, parseText(text, typeByChoice(name)));
    expect(findingsIn(snapshot, name)).toEqual([]);
  });

  it('have nothing to complain about beside each other and a manifest', () => {
    let snapshot = new Snapshot();
    for (const name of names)
      snapshot = snapshot.with(
        name,
        parseText(readFileSync(new URL(name, folder), 'utf8'), typeByChoice(name)),
      );
    expect(names.flatMap((name) => findingsIn(snapshot, name))).toEqual([]);
  });
});

describe('a mirror set that is a template', () => {
  const mapping = `quay.io/team/app@sha256:${'0'.repeat(64)}=registry.example.com/team/app:1\n`;
  const set = (source: string, mirror: string) =>
    `apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nmetadata:\n  name: ${source.length}\nspec:\n  imageDigestMirrors:\n  - source: ${source}\n    mirrors: [${mirror}]\n`;
  const ofMapping = (...sets: string[]) => {
    let snapshot = new Snapshot().with('mapping.txt', parseText(mapping, 'mapping'));
    for (const [at, text] of sets.entries()) snapshot = snapshot.with(`${at}.yaml`, parseText(text, 'yaml'));
    const file = snapshot.files.get('mapping.txt');
    if (file === undefined) throw new Error('there is no mapping');
    return analyze(file, { snapshot, settings, facts: noFacts }).map(({ code }) => code);
  };
  const other = set('quay.io/other', 'registry.example.com/other');

  it('may be the one that redirects an image, where its source is not known', () => {
    expect(ofMapping(other)).toContain('mapping/not-mirrored');
    expect(ofMapping(other, set('quay.io/$(TEAM)', 'registry.example.com/team'))).not.toContain(
      'mapping/not-mirrored',
    );
    expect(ofMapping(other, other.replace('  - source: quay.io/other', '{{ .entries }}'))).not.toContain(
      'mapping/not-mirrored',
    );
  });

  it('hides nothing where only its mirrors are not known', () => {
    expect(ofMapping(other, set('quay.io/third', '$(REGISTRY)/third'))).toContain('mapping/not-mirrored');
  });

  it('hides nothing but what is below it, where only its mirrors are not known', () => {
    expect(ofMapping(other, set('quay.io/team', '$(REGISTRY)/team'))).not.toContain('mapping/not-mirrored');
    expect(ofMapping(other, set('quay.io', '"{{ registry }}"'))).not.toContain('mapping/not-mirrored');
  });

  it('redirects nothing yet, and stops no operator', () => {
    const text = set('quay.io/team', '$(REGISTRY)/team, registry.example.com/team');
    const { mirrorSets } = new Snapshot().with('a.yaml', parseText(text, 'yaml'));
    expect(mirrorSets.registries.size).toBe(0);
    expect(mirrorSets.problems).toEqual([]);
  });

  it('has a lens that says so, and none that says what it does', () => {
    const text = set('quay.io/team', '$(REGISTRY)/team');
    const snapshot = new Snapshot().with('a.yaml', parseText(text, 'yaml'));
    expect(codeLenses(snapshot, 'a.yaml').map(({ title }) => title)).toEqual([
      'Read as a template: nothing is said of values that are filled in later',
    ]);
    expect(mirrorSetLenses({ snapshot, settings }, 'a.yaml')).toEqual([]);
  });
});

describe('masking', () => {
  it.each([
    ['leaves a text without templates alone', 'a: {b: {c: d}}\n# {{ x }}\nb: "a # x" # $(x)', undefined],
    ['knows what stands in quotes', 'a: "# {{ x }}"', 'a: "# ¤¤¤¤¤¤¤"'],
    ['takes no comment for a part of a template', 'a: {{ "#1 #2" }}/b # c', 'a: ¤¤¤¤¤¤¤¤¤¤¤¤¤/b # c'],
    ['blanks lines that are nothing else', '  {{- if x }} {% y %}\na: b', '                     \na: b'],
    ['follows a template over several lines', 'a: {{ b\n  c }}/d\ne: f', 'a: ¤¤¤¤\n      /d\ne: f'],
    ['masks the brackets of one that is half typed', 'a: "{{ b"\nc: d', 'a: "¤¤ b"\nc: d'],
    ['knows no date, digest or double dash for one', 'a: b@sha256:0@c\nd: e__f__g\nf: a<1>', undefined],
    ['knows HTML', 'a: <b>c</b>\nb: <c>', 'a: <b>c</b>\nb: ¤¤¤'],
    ['knows the marks of sed', 'a: @@B@@\nb: __C_D__/e\nc: %FOO%', 'a: ¤¤¤¤¤\nb: ¤¤¤¤¤¤¤/e\nc: ¤¤¤¤¤'],
  ])('%s', (_what, text, wanted) => {
    const masked = maskTemplates(text.split('\n'))?.lines.join('\n').replaceAll(maskCharacter, '¤');
    expect(masked).toBe(wanted);
  });

  it('takes linear time on brackets that nobody closes', () => {
    for (const part of ['{{', '{%\n', '$\u007b', '<a', '__a', '@a', '%A', '$(', '{{\n}}', '‹']) {
      const lines = part.repeat(inFull(200_000)).split('\n');
      expect(maskTemplates(lines)?.lines.length ?? lines.length).toBe(lines.length);
    }
  });
});
