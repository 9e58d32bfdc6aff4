import { describe, expect, it } from 'vitest';
import { splitLines } from '../../../server/src/documents/lines.ts';
import { definition } from '../../../server/src/features/definition.ts';
import { references } from '../../../server/src/features/references.ts';
import { typeByChoice } from '../../../server/src/files/find.ts';
import { parseText } from '../../../server/src/files/load.ts';
import type { Place } from '../../../server/src/workspace/places.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { inFull } from '../../support/texts.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const mirror = 'registry.ocp4.shinefire.com:8443';

/** Seed 002 in small, after two hops; beside it a mirror set with true sources for whole namespaces. */
const files: Readonly<Record<string, string>> = {
  'first/mapping.txt': `registry.redhat.io/openshift4/proxy@${digest}=file://efk/olm/index/openshift4/proxy:1a2b
quay.io/strimzi/operator:0.26=file://efk/olm/index/strimzi/operator:0.26
${mirror}/olm/index:v4.8=file://efk/olm/index:v4.8
`,
  'second/mapping.txt': `file://efk/olm/index/openshift4/proxy@${digest}=${mirror}/efk/openshift4-proxy:1a2b
file:///efk/olm/index/strimzi/operator:0.26=${mirror}/efk/strimzi-operator:0.26
file://efk/olm/index:v4.8=${mirror}/efk/efk-olm-index:v4.8 # the catalog
`,
  'second/policy.yaml': `apiVersion: operator.openshift.io/v1alpha1
kind: ImageContentSourcePolicy
metadata:
  name: efk
spec:
  repositoryDigestMirrors:
  - mirrors:
    - ${mirror}/efk/openshift4-proxy
    source: efk/olm/index/openshift4/proxy
`,
  'second/catalog.yaml': `apiVersion: operators.coreos.com/v1alpha1
kind: CatalogSource
metadata:
  name: efk
spec:
  image: "${mirror}/efk/efk-olm-index:v4.8"
  sourceType: grpc
`,
  'sets.yaml': `apiVersion: config.openshift.io/v1
kind: ImageDigestMirrorSet
metadata:
  name: all
spec:
  imageDigestMirrors:
  - source: registry.redhat.io/openshift4
    mirrors:
    - ${mirror}/efk
  - source: quay.io
    mirrors: ['${mirror}/efk', elsewhere.example.com/q]
  - source: '*.redhat.io'
    mirrors:
    - elsewhere.example.com/r
`,
  'other.yaml': `apiVersion: v1
kind: Pod
metadata:
  name: ${mirror}/efk/openshift4-proxy
`,
};

const snapshot = Object.entries(files).reduce(
  (before, [path, text]) => before.with(path, parseText(text, typeByChoice(path))),
  new Snapshot(),
);

/** A cursor three characters into a text that stands in one line of a file. */
function cursor(path: string, text: string) {
  const lines = splitLines(files[path] ?? '');
  const line = lines.findIndex((candidate) => candidate.includes(text));
  expect(line).toBeGreaterThanOrEqual(0);
  return { line, character: (lines[line] ?? '').indexOf(text) + 3 };
}

/** `path:line` as people count, and the text. */
const shown = ({ path, range, text }: Place) =>
  `${path}:${range.start.line + 1} ${text.replace(digest, 'DIGEST')}`;

describe('the definition', () => {
  const source = 'first/mapping.txt:1 registry.redhat.io/openshift4/proxy@DIGEST';
  const onDisk = 'first/mapping.txt:1 file://efk/olm/index/openshift4/proxy:1a2b';
  const fromDisk = 'second/mapping.txt:1 file://efk/olm/index/openshift4/proxy@DIGEST';
  const there = `second/mapping.txt:1 ${mirror}/efk/openshift4-proxy:1a2b`;
  const quay = 'second/mapping.txt:2 file:///efk/olm/index/strimzi/operator:0.26';

  it.each<[string, string, string, string[]]>([
    ['a mirror is the line that fills it', 'second/policy.yaml', `${mirror}/efk/openshift4-proxy`, [there]],
    [
      'a mirror that sources share is the lines of its own source',
      'sets.yaml',
      `${mirror}/efk', else`,
      [`second/mapping.txt:2 ${mirror}/efk/strimzi-operator:0.26`],
    ],
    ['a mirror that nothing goes to is nowhere', 'sets.yaml', 'elsewhere.example.com/q', []],
    [
      'a source left by a hop is the line that brought it and the one that takes it on',
      'second/policy.yaml',
      'efk/olm/index/openshift4/proxy',
      [onDisk, fromDisk],
    ],
    [
      'a true source is its lines on every hop',
      'sets.yaml',
      'registry.redhat.io/openshift4',
      [source, fromDisk],
    ],
    [
      'a whole registry is all its lines',
      'sets.yaml',
      'quay.io',
      ['first/mapping.txt:2 quay.io/strimzi/operator:0.26', quay],
    ],
    ['a wildcard is the lines of all its hosts', 'sets.yaml', '*.redhat.io', [source, fromDisk]],
    ['a line’s source is the hop before', 'second/mapping.txt', 'file://efk/olm/index/openshift4', [onDisk]],
    [
      'a first hop’s source is the entries that redirect it',
      'first/mapping.txt',
      'registry.redhat.io/openshift4',
      ['sets.yaml:7 registry.redhat.io/openshift4', 'sets.yaml:12 *.redhat.io'],
    ],
    [
      'a line’s destination on disk is the hop after',
      'first/mapping.txt',
      'file://efk/olm/index/strimzi',
      [quay],
    ],
    [
      'a line’s destination is the mirrors of entries that send its images there',
      'second/mapping.txt',
      `${mirror}/efk/openshift4-proxy`,
      [`second/policy.yaml:8 ${mirror}/efk/openshift4-proxy`, `sets.yaml:9 ${mirror}/efk`],
    ],
    [
      'the index’s destination is its catalog too',
      'second/mapping.txt',
      `${mirror}/efk/efk-olm-index`,
      [
        `second/catalog.yaml:6 ${mirror}/efk/efk-olm-index:v4.8`,
        `sets.yaml:9 ${mirror}/efk`,
        `sets.yaml:11 ${mirror}/efk`,
      ],
    ],
    [
      'a catalog’s image is the line that brings it',
      'second/catalog.yaml',
      `${mirror}/efk`,
      [`second/mapping.txt:3 ${mirror}/efk/efk-olm-index:v4.8`],
    ],
  ])('of %s', (_what, path, text, expected) => {
    expect(definition(snapshot, path, cursor(path, text))?.targets.map(shown)).toEqual(expected);
  });

  it.each([
    ['second/policy.yaml', 'metadata'],
    ['second/mapping.txt', '# the'],
    ['other.yaml', mirror],
    ['none.yaml', ''],
  ])('is not looked for in %s at "%s"', (path, text) => {
    const position = path === 'none.yaml' ? { line: 0, character: 0 } : cursor(path, text);
    expect(definition(snapshot, path, position)).toBeUndefined();
  });
});

describe('the references', () => {
  const everywhere = [
    `second/mapping.txt:1 ${mirror}/efk/openshift4-proxy:1a2b`,
    `second/policy.yaml:8 ${mirror}/efk/openshift4-proxy`,
    `sets.yaml:9 ${mirror}/efk`,
    `sets.yaml:11 ${mirror}/efk`,
  ];
  const find = (path: string, text: string) => references(snapshot, path, cursor(path, text)).map(shown);

  it('are the same from wherever a repository is named', () => {
    expect(find('second/mapping.txt', `${mirror}/efk/openshift4-proxy`)).toEqual(everywhere);
    expect(find('second/policy.yaml', `${mirror}/efk/openshift4-proxy`)).toEqual(everywhere);
  });

  it('of a path on disk are both hops and what a mirror set has of it', () => {
    expect(find('first/mapping.txt', 'file://efk/olm/index/openshift4')).toEqual([
      'first/mapping.txt:1 file://efk/olm/index/openshift4/proxy:1a2b',
      'second/mapping.txt:1 file://efk/olm/index/openshift4/proxy@DIGEST',
      'second/policy.yaml:9 efk/olm/index/openshift4/proxy',
    ]);
  });

  it('of a scope are all places below it, and of an image only its own', () => {
    expect(find('sets.yaml', `${mirror}/efk', else`)).toEqual([
      `second/catalog.yaml:6 ${mirror}/efk/efk-olm-index:v4.8`,
      ...[1, 2, 3].map((line) => expect.stringContaining(`second/mapping.txt:${line} ${mirror}/efk/`)),
      ...everywhere.slice(1),
    ]);
    expect(find('first/mapping.txt', 'file://efk/olm/index:v4.8')).toEqual([
      'first/mapping.txt:3 file://efk/olm/index:v4.8',
      'second/mapping.txt:3 file://efk/olm/index:v4.8',
    ]);
  });

  it('of a repository that is written in two ways are both', () => {
    const path = 'mapping.txt';
    const text = 'busybox:1=r.example.com/b:1\ndocker.io/library/busybox:2=r.example.com/b:2\n';
    const docker = new Snapshot().with(path, parseText(text, 'mapping'));
    expect(references(docker, path, { line: 0, character: 2 })).toHaveLength(2);
  });
});

it('is found in a large mapping as in a small one', () => {
  const count = inFull(20_000);
  const lines = Array.from({ length: count }, (_, at) => `quay.io/n/i${at}:v1=${mirror}/n/i${at}:v1`);
  const large = new Snapshot()
    .with('mapping.txt', parseText(lines.join('\n'), 'mapping'))
    .with('sets.yaml', parseText(files['sets.yaml'] ?? '', 'yaml'));
  const found = definition(large, 'sets.yaml', cursor('sets.yaml', 'quay.io'));
  expect(found?.targets).toHaveLength(count);
  expect(references(large, 'mapping.txt', { line: count - 1, character: 3 }).map(shown)).toEqual([
    `mapping.txt:${count} quay.io/n/i${count - 1}:v1`,
    'sets.yaml:10 quay.io',
  ]);
});
