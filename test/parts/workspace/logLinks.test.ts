import { describe, expect, it } from 'vitest';
import { parseText } from '../../../server/src/files/load.ts';
import { explainTagOf } from '../../../server/src/workspace/digestTags.ts';
import { placesNaming } from '../../../server/src/workspace/logLinks.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { filesOf, pairsOf, scenarios, textOf } from '../../support/groundTruth.ts';
import { logLines, logNames } from '../../support/logs.ts';

const digest = `sha256:${'0a'.repeat(32)}`;

function snapshot(files: Readonly<Record<string, string>>): Snapshot {
  return Object.entries(files).reduce(
    (all, [path, text]) => all.with(path, parseText(text, 'mapping')),
    new Snapshot(),
  );
}

describe('the places of an image', () => {
  const files = snapshot({
    'a/mapping.txt': [
      'quay.io/ns/app:v1=reg.example.com/olm/ns-app:v1',
      `quay.io/ns/app@${digest}=reg.example.com/olm/ns-app:1234abcd`,
      'nginx:1=reg.example.com/olm/nginx:1',
    ].join('\n'),
    'b/mapping.txt': [
      'file://disk/my/idx:v1=reg.example.com/olm/my-idx:v1',
      'file://disk/my/idx/keycloak/operator:15=reg.example.com/olm/keycloak-operator:15',
    ].join('\n'),
  });
  it.each([
    ['by its source’s tag', 'quay.io/ns/app:v1', ['a/mapping.txt:1:0']],
    ['by its source’s digest', `quay.io/ns/app@${digest}`, ['a/mapping.txt:2:0']],
    ['by its destination', 'reg.example.com/olm/ns-app:1234abcd', ['a/mapping.txt:2:87']],
    ['by its repository', 'quay.io/ns/app', ['a/mapping.txt:1:0', 'a/mapping.txt:2:0']],
    ['by another name of Docker Hub', 'docker.io/library/nginx:1', []],
    ['in a file store', 'file://disk/my/idx/keycloak/operator:15', ['b/mapping.txt:2:0']],
    ['behind a hop', 'quay.io/keycloak/operator:15', ['b/mapping.txt:2:0']],
    ['of another tag', 'quay.io/keycloak/operator:16', []],
    ['that is no reference', 'not a reference', []],
  ])('%s are found', (_, image, places) => {
    expect(
      placesNaming(image, files).map(
        ({ path, range }) => `${path}:${range.start.line + 1}:${range.start.character}`,
      ),
    ).toEqual(places);
  });

  it('are those of the log’s own images in every run that has its mapping.txt', () => {
    let found = 0;
    for (const name of scenarios.filter((scenario) => logNames.includes(scenario))) {
      const mappings = filesOf(name, 'mapping.txt');
      const all = snapshot(Object.fromEntries(mappings.map((path) => [path, textOf(name, path)])));
      const sources = new Set(
        mappings.flatMap((path) => pairsOf(textOf(name, path)).map(({ source }) => source)),
      );
      for (const text of logLines(name)) {
        const image = /^no digest mapping available for (\S+),/.exec(text)?.[1];
        if (image === undefined || !sources.has(image)) continue;
        expect(placesNaming(image, all).length, `${name} ${image}`).toBeGreaterThan(0);
        found++;
      }
    }
    expect(found).toBeGreaterThan(300);
  });
});

describe('a tag that is a hash', () => {
  const original = 'registry.redhat.io/openshift-gitops-1-tech-preview/gitops-rhel8-operator';
  const hashed = 'sha256:c819f6d20d0e845d14dfb76e656c388f5239ff2620fcb7419592f1dccc933968';
  const none = new Snapshot();

  it.each([
    [
      'behind a hop over files',
      'file://operatorhub/redhat/idx/openshift-gitops-1-tech-preview/gitops-rhel8-operator:fe037cb',
    ],
    ['flattened', 'reg.example.com:5000/olm/openshift-gitops-1-tech-preview-gitops-rhel8-operator:fe037cb'],
    [
      'flattened with the prefix of a hop',
      'reg.example.com/olm/my-idx-openshift-gitops-1-tech-preview-gitops-rhel8-operator:fe037cb',
    ],
    ['as it was', 'reg.example.com/openshift-gitops-1-tech-preview/gitops-rhel8-operator:fe037cb'],
  ])('is explained %s', (_, image) => {
    expect(explainTagOf(image, none, hashed)).toEqual({ digest: hashed, pullSpec: `${original}@${hashed}` });
  });

  it('is explained by the mapping line that wrote it', () => {
    const files = snapshot({ 'mapping.txt': `${original}@${hashed}=reg.example.com/x/y:fe037cb` });
    expect(explainTagOf('reg.example.com/x/y:fe037cb', files)).toEqual({
      digest: hashed,
      pullSpec: `${original}@${hashed}`,
    });
  });

  it.each([
    ['a tag that nobody knows', 'reg.example.com/x/y:fe037cb', undefined, undefined],
    [
      'a digest that it is not the hash of',
      'reg.example.com/x/y:fe037cb',
      digest,
      { digest, pullSpec: undefined },
    ],
    ['a tag of another form', 'reg.example.com/x/y:v1.0', hashed, undefined],
    ['a reference by digest', `reg.example.com/x/y@${digest}`, hashed, undefined],
  ])('is not made up for %s', (_, image, known, meaning) => {
    expect(explainTagOf(image, none, known)).toEqual(meaning);
  });

  it('stands for what mapping.txt says in every real run', () => {
    let proven = 0;
    for (const name of scenarios) {
      for (const path of filesOf(name, 'mapping.txt')) {
        const text = textOf(name, path);
        const files = snapshot({ [path]: text });
        for (const { source, destination } of pairsOf(text).slice(0, 12)) {
          const known = /@(sha256:[0-9a-f]{64})$/.exec(source)?.[1];
          if (known === undefined || !/:[0-9a-f]{6,8}$/.test(destination)) continue;
          const meaning = explainTagOf(destination, files);
          if (meaning === undefined || meaning.digest !== known) continue;
          if (!source.startsWith('file://')) expect(meaning.pullSpec ?? source).toBe(source);
          if (meaning.pullSpec !== undefined) proven++;
        }
      }
    }
    expect(proven).toBeGreaterThan(200);
  });
});
