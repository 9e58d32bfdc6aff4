import { describe, expect, it } from 'vitest';
import type { Catalog } from '../../../server/src/catalog/model.ts';
import { packageOf } from '../../../server/src/catalog/model.ts';
import { operatorAnswer } from '../../../server/src/features/operatorAnswer.ts';
import { pathAnswer } from '../../../server/src/features/upgradeGraphAnswer.ts';
import type { OperatorAnswer, OperatorQuestion } from '../../../server/src/protocol/operator.ts';
import { catalogOfDocuments, packageDocuments } from '../../support/channels.ts';

const about = {
  type: 'olm.csv.metadata',
  value: {
    displayName: 'Some Operator',
    description: '# What it is',
    provider: { name: 'Some Company' },
    minKubeVersion: '1.21.0',
    keywords: ['some', 'words'],
    links: [{ name: 'Docs', url: 'https://example.com/docs' }],
    maintainers: [{ name: 'Who', email: 'who@example.com' }],
    installModes: [
      { type: 'OwnNamespace', supported: true },
      { type: 'AllNamespaces', supported: false },
    ],
    annotations: {
      capabilities: 'Deep Insights',
      categories: 'Database, Big Data',
      description: 'It does something.',
      repository: 'https://example.com/docs/',
      'com.redhat.openshift.versions': 'v4.8-v4.12',
      'olm.properties': '[{"type":"olm.maxOpenShiftVersion","value":"4.12"}]',
    },
  },
};
const kind = { group: 'cert.io', version: 'v1', kind: 'Certificate' };

const catalog = catalogOfDocuments([
  ...packageDocuments('cert', [{ version: '1.4.0', properties: [{ type: 'olm.gvk', value: kind }] }]),
  ...packageDocuments('some', [
    { version: '1.0.0' },
    { version: '1.1.0', replaces: '1.0.0' },
    { version: '1.2.0', replaces: '1.1.0' },
    {
      version: '2.0.0',
      replaces: '1.2.0',
      skipRange: '>=1.1.0 <2.0.0',
      relatedImages: [
        { name: 'operator', image: 'quay.io/some/operator:2.0.0' },
        { name: 'again', image: 'quay.io/some/operator:2.0.0' },
        { name: '', image: '' },
      ],
      properties: [
        about,
        { type: 'olm.gvk', value: { group: 'some.io', version: 'v1', kind: 'Some' } },
        { type: 'olm.gvk.required', value: kind },
        { type: 'olm.package.required', value: { packageName: 'absent', versionRange: '>=1.0.0' } },
        { type: 'olm.constraint', value: { failureMessage: 'x', cel: { rule: 'true' } } },
      ],
    },
  ]),
  {
    schema: 'olm.channel',
    package: 'some',
    name: 'old',
    entries: [{ name: 'some.v1.1.0', replaces: 'some.v1.0.0' }, { name: 'some.v1.0.0' }],
  },
  {
    schema: 'olm.deprecations',
    package: 'some',
    entries: [
      { reference: { schema: 'olm.package' }, message: 'Use another one.' },
      { reference: { schema: 'olm.bundle', name: 'some.v1.0.0' }, message: 'Too old.' },
      { reference: { schema: 'olm.channel', name: 'old' }, message: 'Use stable.' },
    ],
  },
]);

function answer(question: Partial<OperatorQuestion> = {}, of: Catalog = catalog): OperatorAnswer {
  const asked = { catalog: 'quay.io/x/index:v1', package: 'some', ...question };
  return operatorAnswer(asked, of, packageOf(of, asked.package) ?? expect.unreachable());
}

describe('what a page says of an operator', () => {
  it('is what its newest version says, unless another one is named', () => {
    expect(answer()).toMatchObject({
      displayName: 'Some Operator',
      provider: 'Some Company',
      summary: 'It does something.',
      description: '# What it is',
      version: '2.0.0',
      bundle: 'some.v2.0.0',
      capability: { level: 4, name: 'Deep Insights' },
      installModes: ['OwnNamespace'],
      categories: ['Database', 'Big Data'],
      keywords: ['some', 'words'],
      links: [{ name: 'Docs', url: 'https://example.com/docs' }],
    });
    expect(answer().versions.map(({ version }) => version)).toEqual(['2.0.0', '1.2.0', '1.1.0', '1.0.0']);
    expect(answer({ version: '1.1.0' })).toMatchObject({ bundle: 'some.v1.1.0', images: [{ pinned: true }] });
    expect(answer({ version: 'some.v1.1.0' }).version).toBe('1.1.0');
    expect(answer({ version: 'no.such' }).version).toBe('2.0.0');
  });

  it('names the clusters that it is for', () => {
    expect(answer().requirements).toEqual([
      'Kubernetes 1.21.0 or newer, as in OpenShift 4.8',
      'OpenShift 4.8 to 4.12',
      'OpenShift 4.12 or older: it holds up the upgrade to a newer one',
    ]);
  });

  it('warns of what is deprecated', () => {
    expect(answer().warnings).toEqual(['The package is deprecated: Use another one.']);
    expect(answer({ version: '1.0.0' }).warnings).toContain('Version 1.0.0 is deprecated: Too old.');
    expect(answer().channels).toEqual([
      { name: 'stable', isDefault: true, head: '2.0.0', versions: 4 },
      { name: 'old', isDefault: false, head: '1.1.0', versions: 2, deprecated: 'Use stable.' },
    ]);
  });

  it('says of each dependency who in the catalog provides it', () => {
    expect(answer().dependencies).toEqual([
      {
        needs: 'the kind Certificate of cert.io/v1',
        provided: 'Package cert provides it, up to version 1.4.0.',
        providers: ['cert'],
      },
      {
        needs: 'package absent (>=1.0.0)',
        provided: 'Nothing in this catalog provides it.',
        providers: [],
      },
      {
        needs: 'a constraint: {"failureMessage":"x","cel":{"rule":"true"}}',
        provided: 'A catalog alone does not tell whether it is met.',
        providers: [],
      },
    ]);
  });

  it('lists each image once, and whether it is by digest', () => {
    expect(answer().images).toEqual([
      { image: `quay.io/some/bundle@sha256:${'a'.repeat(64)}`, name: 'the bundle', pinned: true },
      { image: 'quay.io/some/operator:2.0.0', name: 'operator, again', pinned: false },
    ]);
  });

  it('has the graph of the channel that is named, else of one that has the version', () => {
    expect(answer().graph?.channel).toBe('stable');
    expect(answer({ channel: 'old' }).graph).toMatchObject({
      channel: 'old',
      sentences: ['The head is 1.1.0, to which OLM upgrades; the channel has 2 versions.'],
      rows: [
        { spoken: '1.1.0, the head, replaces 1.0.0' },
        { spoken: '1.0.0, deprecated', deprecated: 'Too old.' },
      ],
    });
    expect(answer().graph?.rows[0]?.spoken).toBe(
      '2.0.0, the head, replaces 1.2.0, upgrades every version in >=1.1.0 <2.0.0',
    );
  });

  it('is something of a package that has nothing', () => {
    const empty = catalogOfDocuments([{ schema: 'olm.package', name: 'some' }]);
    expect(answer({}, empty)).toMatchObject({ displayName: 'some', version: '', versions: [], images: [] });
    expect(answer({}, empty).graph).toBeUndefined();
  });
});

describe('the way from one version to another', () => {
  const way = (from: string, to: string, channel = 'stable') => {
    const owner = packageOf(catalog, 'some') ?? expect.unreachable();
    const versions = [`some.v${from}`, `some.v${to}`] as const;
    const { headline, sentences, steps } = pathAnswer(
      { catalog: '', package: 'some', channel, versions },
      owner,
    );
    return [headline, ...sentences, steps.length];
  };

  it.each([
    [
      ['1.0.0', '2.0.0'],
      [
        '2 upgrades lead from 1.0.0 to 2.0.0.',
        '1.0.0 → 1.1.0, which replaces it',
        '1.1.0 → 2.0.0, whose skipRange has it',
        2,
      ],
    ],
    [
      ['1.2.0', '1.0.0'],
      [
        '2 upgrades lead from 1.0.0 to 1.2.0, each to the version that replaces the one before.',
        '1.0.0 → 1.1.0 → 1.2.0',
        2,
      ],
    ],
    [
      ['1.0.0', '1.1.0', 'old'],
      ['One upgrade leads from 1.0.0 to 1.1.0.', '1.0.0 → 1.1.0, which replaces it', 1],
    ],
    [
      ['1.0.0', '2.0.0', 'old'],
      [
        'No upgrade leads from 1.0.0 to 2.0.0 in channel old, nor back.',
        'A Subscription that changes its channel on the way gets there:',
        '1.0.0 → 1.1.0 in channel stable',
        '1.1.0 → 2.0.0 in channel stable',
        0,
      ],
    ],
  ] as const)('of %j is told', ([from, to, channel], expected) => {
    expect(way(from, to, channel)).toEqual(expected);
  });
});
