import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { grpcCatalog, isGrpcAnswers } from '../../../server/src/catalog/grpcAnswers.ts';
import { packageOf } from '../../../server/src/catalog/model.ts';
import { shownCatalog } from '../../../server/src/catalog/shown.ts';
import { catalogFixtures, configsOf } from '../../support/catalogs.ts';

/** ListPackages and GetPackage of one index, one after another in a file. */
const packages = readFileSync(join(catalogFixtures, 'packages.out'), 'utf8');

/** GetBundleForChannel, shortened: manifests and the values of properties are JSON in a string. */
const bundle = {
  csvName: 'jaeger-operator.v1.24.1',
  packageName: 'jaeger-product',
  channelName: 'stable',
  csvJson: JSON.stringify({
    kind: 'ClusterServiceVersion',
    spec: {
      displayName: 'Jaeger',
      relatedImages: [
        { name: 'agent', image: 'registry.redhat.io/distributed-tracing/jaeger-agent-rhel8:1' },
      ],
    },
  }),
  object: ['{}'],
  bundlePath: 'registry.redhat.io/distributed-tracing/jaeger-operator-bundle:1',
  providedApis: [{ group: 'jaegertracing.io', version: 'v1', kind: 'Jaeger', plural: 'jaegers' }],
  version: '1.24.1',
  replaces: 'jaeger-operator.v1.20.4',
  properties: [
    { type: 'olm.gvk', value: '{"group":"jaegertracing.io","kind":"Jaeger","version":"v1"}' },
    { type: 'olm.package', value: '{"packageName":"jaeger-product","version":"1.24.1"}' },
    { type: 'olm.maxOpenShiftVersion', value: '"4.9"' },
  ],
  dependencies: [
    { type: 'olm.package', value: '{"packageName":"elasticsearch-operator","version":">=4.6.0"}' },
  ],
};
const answers = `${packages}${JSON.stringify(bundle, null, 2)}\n`;

describe('what grpcurl printed', () => {
  it('is told from file-based catalogs', () => {
    expect(isGrpcAnswers(answers)).toBe(true);
    for (const { text } of configsOf('edge-index') ?? []) expect(isGrpcAnswers(text)).toBe(false);
    for (const text of ['', '{', '[]', 'Failed to dial target host', '{"apiVersion":"v1","name":"x"}']) {
      expect(isGrpcAnswers(text)).toBe(false);
    }
  });

  it('is packages without channels where only their names were asked for', () => {
    const catalog = grpcCatalog(
      'packages.out',
      '{\n  "name": "3scale-operator"\n}\n{\n  "name": "amq7"\n}\n',
    );
    expect(catalog.problems).toEqual([]);
    expect(shownCatalog(catalog)).toEqual({
      packages: ['3scale-operator', 'amq7'].map((name) => ({ name, defaultChannel: '', channels: [] })),
      bundles: [],
    });
  });

  it('is as much of a catalog as was asked for', () => {
    const catalog = grpcCatalog('packages.out', answers);
    const shown = shownCatalog(catalog);
    expect(catalog.problems).toEqual([]);
    expect(shown.packages.map(({ name }) => name)).toEqual([
      'cluster-logging',
      'elasticsearch-operator',
      'jaeger-product',
    ]);
    const known = packageOf(catalog, 'elasticsearch-operator');
    expect(known?.defaultChannel).toBe('stable');
    expect(known?.channels.map(({ name, statedHead }) => [name, statedHead])).toEqual([
      ['4.6', 'elasticsearch-operator.4.6.0-202110121348'],
      ['stable', 'elasticsearch-operator.5.2.3-21'],
      ['stable-5.0', 'elasticsearch-operator.5.0.9-21'],
      ['stable-5.1', 'elasticsearch-operator.5.1.3-6'],
      ['stable-5.2', 'elasticsearch-operator.5.2.3-21'],
    ]);
    expect(packageOf(catalog, 'jaeger-product')?.bundles).toMatchObject([
      {
        name: 'jaeger-operator.v1.24.1',
        version: '1.24.1',
        channels: ['stable'],
        provides: [{ group: 'jaegertracing.io', version: 'v1', kind: 'Jaeger' }],
        requires: [
          { type: 'olm.package.required', packageName: 'elasticsearch-operator', versionRange: '>=4.6.0' },
        ],
        properties: [{ type: 'olm.maxOpenShiftVersion', value: '"4.9"' }],
        relatedImages: [
          { name: 'agent', image: 'registry.redhat.io/distributed-tracing/jaeger-agent-rhel8:1' },
        ],
        about: { displayName: 'Jaeger' },
      },
    ]);
    expect(shown.packages[2]?.channels).toEqual([
      {
        name: 'stable',
        head: 'jaeger-operator.v1.24.1',
        entries: [
          {
            name: 'jaeger-operator.v1.24.1',
            replaces: 'jaeger-operator.v1.20.4',
            skips: [],
            skipRange: null,
          },
        ],
      },
    ]);
  });

  it('may be broken in places', () => {
    const catalog = grpcCatalog('a', '{"name":"p"}\nERROR:\n  Code: UNKNOWN\n{"name":"q"}\n{"what":1}');
    expect(catalog.packages.map(({ name }) => name)).toEqual(['p', 'q']);
    expect(catalog.problems.map(({ place }) => place?.line)).toEqual([2, 5]);
  });
});
