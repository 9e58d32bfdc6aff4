import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { splitLines } from '../../../server/src/documents/lines.ts';
import { applyEdits } from '../../../server/src/documents/textEdits.ts';
import { rename, renameTarget } from '../../../server/src/features/rename.ts';
import { typeByChoice } from '../../../server/src/files/find.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { filesOf, scenarios, textOf } from '../../support/groundTruth.ts';

const mirror = 'registry.ocp4.shinefire.com:8443';

type Files = Readonly<Record<string, string>>;

function snapshotOf(files: Files): Snapshot {
  return Object.entries(files).reduce(
    (before, [path, text]) => before.with(path, parseText(text, typeByChoice(path))),
    new Snapshot(),
  );
}

/** A cursor at the end of a text that stands in one line of a file. */
function cursor(files: Files, path: string, text: string) {
  const lines = splitLines(files[path] ?? '');
  const line = lines.findIndex((candidate) => candidate.includes(text));
  expect(line).toBeGreaterThanOrEqual(0);
  return { line, character: (lines[line] ?? '').indexOf(text) + text.length };
}

/** All files after a rename at the end of a text; or why there is none. */
function renamed(files: Files, path: string, text: string, newName: string): Files | string {
  const result = rename(snapshotOf(files), path, cursor(files, path, text), newName);
  if (result === undefined) return 'nothing';
  if (!result.ok) return result.problem;
  return Object.fromEntries(
    Object.entries(files).map(([name, before]) => [name, applyEdits(before, result.edits.get(name) ?? [])]),
  );
}

function replaceIn(files: Files, from: string, to: string): Files {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text.replaceAll(from, to)]));
}

/** What a real run wrote; `host` is where its first mapping.txt to a registry brings the images. */
function scenarioOf(name: string) {
  const paths = ['mapping.txt', 'imageContentSourcePolicy.yaml', 'catalogSource.yaml'];
  const files = Object.fromEntries(
    paths.flatMap((end) => filesOf(name, end)).map((path) => [path, textOf(name, path)]),
  );
  for (const [path, text] of Object.entries(files)) {
    const host = path.endsWith('mapping.txt') ? /=(?!file:)([^/\s]+)\//.exec(text)?.[1] : undefined;
    if (host !== undefined) return [{ name, files, path, host }];
  }
  return [];
}

it.each(scenarios.flatMap(scenarioOf))('gives the mirror of $name a new name in all files', (scenario) => {
  const { files, path, host } = scenario;
  const result = renamed(files, path, `=${host}`, 'mirror.example.com:5000/ocp');
  expect(result).toEqual(replaceIn(files, host, 'mirror.example.com:5000/ocp'));
  expect(result).not.toEqual(files);
});

describe('a rename', () => {
  const files = {
    'a/mapping.txt': `quay.io/strimzi/operator:1=${mirror}/efk-mirror/strimzi-operator:1 # to ${mirror}/efk-mirror
${mirror}/olm/index:v4.8 file://efk/index:v4.8 ${mirror}/efk-mirror2/index:v4.8
docker://${mirror}/olm/bad=${mirror}0/efk-mirror/x:1
registry.ocp4.shinefire.com/efk-mirror/x:1=other.example.com/${'x'.repeat(250)}:1
`,
    'b/sets.yaml': `# Pulled from ${mirror}
apiVersion: config.openshift.io/v1
kind: ImageDigestMirrorSet
metadata:
  name: all
  annotations: {from: "${mirror}/efk-mirror"}
spec:
  imageDigestMirrors:
  - source: quay.io/strimzi
    mirrors: ["${mirror}/efk-mirror/strimzi-operator", '${mirror}/efk-mirror'] # ${mirror}
  - source: ${mirror}/base
    mirrors:
    - >-
      ${mirror}/efk-mirror
    - "registry.ocp4.shinefire.com:8443\\/efk-mirror"
    - &here ${mirror}
    - *here
---
apiVersion: v1
kind: Pod
spec: {image: "${mirror}/efk-mirror/strimzi-operator:1"}
`,
    'b/catalog.yaml': `apiVersion: operators.coreos.com/v1alpha1\r
kind: CatalogSource\r
metadata:\r
  name: efk\r
spec:\r
  image: ${mirror}/efk-mirror/index:v4.8\r
`,
  };
  const at = (place: string, path = 'a/mapping.txt') =>
    renameTarget(snapshotOf(files), path, cursor(files, path, place));

  it('is of the name up to the component under the cursor', () => {
    const names = [`=${mirror}`, `=${mirror}/efk`, `=${mirror}/efk-mirror/str`].map((text) => at(text));
    expect(names).toEqual([
      { ok: true, name: mirror, range: expect.anything() },
      { ok: true, name: `${mirror}/efk-mirror`, range: expect.anything() },
      { ok: true, name: `${mirror}/efk-mirror/strimzi-operator`, range: expect.anything() },
    ]);
    expect(at("'registry", 'b/sets.yaml')).toMatchObject({ name: mirror });
    expect(at(`=${mirror}/efk-mirror/strimzi-operator:1`)).toBeUndefined();
    expect(at('# to registry')).toBeUndefined();
    expect(at('annotations', 'b/sets.yaml')).toBeUndefined();
  });

  it('changes the host everywhere but in comments, other YAML, and hosts that only begin alike', () => {
    const after = renamed(files, 'a/mapping.txt', `=${mirror}`, 'mirror.example.com');
    const host = 'mirror.example.com';
    expect(after).toEqual({
      'a/mapping.txt': `quay.io/strimzi/operator:1=${host}/efk-mirror/strimzi-operator:1 # to ${mirror}/efk-mirror
${host}/olm/index:v4.8 file://efk/index:v4.8 ${host}/efk-mirror2/index:v4.8
docker://${host}/olm/bad=${mirror}0/efk-mirror/x:1
registry.ocp4.shinefire.com/efk-mirror/x:1=other.example.com/${'x'.repeat(250)}:1
`,
      'b/sets.yaml': `# Pulled from ${mirror}
apiVersion: config.openshift.io/v1
kind: ImageDigestMirrorSet
metadata:
  name: all
  annotations: {from: "${mirror}/efk-mirror"}
spec:
  imageDigestMirrors:
  - source: quay.io/strimzi
    mirrors: ["${host}/efk-mirror/strimzi-operator", '${host}/efk-mirror'] # ${mirror}
  - source: ${host}/base
    mirrors:
    - ${host}/efk-mirror
    - "${host}/efk-mirror"
    - &here ${host}
    - ${host}
---
apiVersion: v1
kind: Pod
spec: {image: "${mirror}/efk-mirror/strimzi-operator:1"}
`,
      'b/catalog.yaml': files['b/catalog.yaml'].replace(mirror, host),
    });
  });

  it('changes a namespace where it is one, and nothing but its characters', () => {
    const result = rename(
      snapshotOf(files),
      'b/catalog.yaml',
      cursor(files, 'b/catalog.yaml', `${mirror}/efk`),
      `${mirror}/operators`,
    );
    const edits = result?.ok ? [...result.edits] : [];
    expect(edits.map(([path, changed]) => [path, changed.length])).toEqual([
      ['a/mapping.txt', 1],
      ['b/sets.yaml', 4],
      ['b/catalog.yaml', 1],
    ]);
    const [edit] = edits[0]?.[1] ?? [];
    expect(edit?.newText).toBe('operators');
    expect(edit?.range).toEqual({
      start: { line: 0, character: `quay.io/strimzi/operator:1=${mirror}/`.length },
      end: { line: 0, character: `quay.io/strimzi/operator:1=${mirror}/efk-mirror`.length },
    });
  });

  it('takes a namespace away or adds one', () => {
    const after = renamed(files, 'b/catalog.yaml', `${mirror}/efk`, mirror) as Files;
    expect(after['b/catalog.yaml']).toContain(`image: ${mirror}/index:v4.8\r\n`);
    expect(after['b/sets.yaml']).toContain(`mirrors: ["${mirror}/strimzi-operator", '${mirror}']`);
    expect(after['a/mapping.txt']).toContain(`=${mirror}/strimzi-operator:1 #`);
  });

  it.each([
    ['quay.io', 'quay.io is a registry that images come from'],
    ['quay.io/strimzi', 'quay.io/strimzi is where images come from, and no file brings images there'],
    ['file://efk', 'a file:// path is a folder on disk'],
  ])('is refused for %s', (text, problem) => {
    expect(at(text)).toEqual({ ok: false, problem: expect.stringContaining(problem) });
    expect(renamed(files, 'a/mapping.txt', text, 'mirror.example.com')).toContain(problem);
  });

  it.each([
    ['', '"" is not HOST[:PORT]'],
    ['mirror.example.com:x', '"mirror.example.com:x" is not HOST[:PORT]'],
    ['https://mirror.example.com', '"https:" is not HOST[:PORT]'],
    ['mirror', '"mirror" would be read as a namespace of docker.io'],
    ['mirror.example.com/', 'a path component is empty'],
    ['mirror.example.com/Efk', '"Efk" must be lower-case'],
    ['mirror.example.com/a b', '"a b" is not valid in a repository name'],
    [`mirror.example.com/${'x'.repeat(240)}`, 'the name is longer than 255 characters'],
    ['[::1]:5000', 'an IPv6 address is not allowed here'],
  ])('is refused with the new name "%s"', (newName, problem) => {
    expect(renamed(files, 'a/mapping.txt', `=${mirror}`, newName)).toContain(problem);
  });

  it('is refused where a repository would be left without a name', () => {
    const path = 'mapping.txt';
    const only = { [path]: `quay.io/a/b:1=${mirror}/b:1\n` };
    expect(renamed(only, path, `${mirror}/b`, mirror)).toContain(`${mirror}/b:1 would become ${mirror}:1`);
  });

  it('allows a namespace of a public registry that images are brought to', () => {
    const path = 'mapping.txt';
    const own = { [path]: 'registry.redhat.io/a/b:1=quay.io/mine/b:1\nquay.io/a/c:*=quay.io/mine/c\n' };
    expect(renamed(own, path, 'quay.io/mine', 'registry.example.com/ours')).toEqual({
      [path]:
        'registry.redhat.io/a/b:1=registry.example.com/ours/b:1\nquay.io/a/c:*=registry.example.com/ours/c\n',
    });
    expect(renamed(own, path, '=quay.io', 'registry.example.com')).toContain(
      'put the cursor on its namespace',
    );
  });

  it('changes nothing for the same name', () => {
    expect(renamed(files, 'a/mapping.txt', `=${mirror}`, mirror)).toEqual(files);
  });
});

it('renames in the examples as in a text', () => {
  const folder = join(import.meta.dirname, '../../../examples/1-efk-over-files');
  const paths = [
    'manifests-my-operator-index-1636424076/mapping.txt',
    ...['mapping.txt', 'imageContentSourcePolicy.yaml', 'catalogSource.yaml'].map(
      (name) => `manifests-my-operator/my-operator-index-1636602048/${name}`,
    ),
  ];
  const files = Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
  const [, , , catalog = ''] = paths;
  expect(renamed(files, catalog, 'localhost:5005', 'mirror.example.com')).toEqual(
    replaceIn(files, 'localhost:5005', 'mirror.example.com'),
  );
});
