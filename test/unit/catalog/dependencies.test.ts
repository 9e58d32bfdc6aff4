import { describe, expect, it } from 'vitest';
import { dependenciesMissing } from '../../../server/src/catalog/dependencies.ts';
import { fileBasedCatalog } from '../../../server/src/catalog/fileBased.ts';
import type { Catalog } from '../../../server/src/catalog/model.ts';
import { selectFrom } from '../../../server/src/catalog/selection.ts';

interface Property {
  readonly type: string;
  readonly value: unknown;
}

/** A package with a channel of bundles, `name.v1.0.0` and so on, each of which has these properties. */
function operator(name: string, versions: readonly string[], properties: readonly Property[]): unknown[] {
  return [
    { schema: 'olm.package', name, defaultChannel: 'stable' },
    {
      schema: 'olm.channel',
      package: name,
      name: 'stable',
      entries: versions.map((version, index) => ({
        name: `${name}.v${version}`,
        ...(index === 0 ? {} : { replaces: `${name}.v${versions[index - 1]}` }),
      })),
    },
    ...versions.map((version) => ({
      schema: 'olm.bundle',
      package: name,
      name: `${name}.v${version}`,
      image: `q.io/${name}:${version}`,
      properties: [{ type: 'olm.package', value: { packageName: name, version } }, ...properties],
    })),
  ];
}

const kind = { group: 'cert.io', version: 'v1', kind: 'Certificate' };
const provided = [
  ...operator('cert', ['1.0.0', '1.1.0'], [{ type: 'olm.gvk', value: kind }]),
  ...operator('old-cert', ['0.1.0'], [{ type: 'olm.gvk', value: kind }]),
];

function catalogWith(...properties: Property[]): Catalog {
  const documents = [...provided, ...operator('app', ['3.0.0'], properties)];
  const text = documents.map((document) => JSON.stringify(document)).join('\n');
  return fileBasedCatalog([{ path: 'catalog.json', text }]);
}

/** What is missing where of these packages everything is selected. */
function missing(property: Property, packages: readonly string[] = ['app']) {
  const whole = catalogWith(property);
  const selected = { ...whole, packages: whole.packages.filter(({ name }) => packages.includes(name)) };
  return dependenciesMissing(selected, whole).map(({ needs, neededBy, providers }) => ({
    needs,
    by: neededBy.map(({ name }) => name).join(),
    providers: providers.map((one) => `${one.package} ${one.version} ${one.channels.join()}`),
  }));
}

const certNeeded = { type: 'olm.package.required', value: { packageName: 'cert', versionRange: '>=1.1.0' } };
const constraint = (value: unknown): Property => ({ type: 'olm.constraint', value });
const cert = (versionRange: string) => ({ package: { packageName: 'cert', versionRange } });
const gone = { package: { packageName: 'gone', versionRange: '>=1.0.0' } };
const providers = ['cert 1.1.0 stable'];

describe('what selected bundles need and nothing selected provides', () => {
  it('a package in some versions', () => {
    expect(missing(certNeeded)).toEqual([
      { needs: { type: 'package', name: 'cert', range: '>=1.1.0' }, by: 'app.v3.0.0', providers },
    ]);
    expect(missing(certNeeded, ['app', 'cert'])).toEqual([]);
  });

  it('a kind, from whichever package has it', () => {
    const property = { type: 'olm.gvk.required', value: kind };
    expect(missing(property)).toEqual([
      {
        needs: { type: 'kind', ...kind },
        by: 'app.v3.0.0',
        providers: [...providers, 'old-cert 0.1.0 stable'],
      },
    ]);
    expect(missing(property, ['app', 'old-cert'])).toEqual([]);
  });

  it('what constraints ask for: all of it, any of it, and nothing where they forbid', () => {
    expect(missing(constraint(cert('>=2.0.0')))).toMatchObject([{ providers: [] }]);
    expect(missing(constraint({ all: { constraints: [cert('>=1.0.0'), gone] } }))).toMatchObject([
      { needs: { name: 'cert' }, providers },
      { needs: { name: 'gone' }, providers: [] },
    ]);
    expect(missing(constraint({ any: { constraints: [gone, { gvk: kind }] } }))).toMatchObject([
      { needs: { type: 'any' }, providers: [...providers, 'old-cert 0.1.0 stable'] },
    ]);
    expect(missing(constraint({ any: { constraints: [gone, cert('>=1.0.0')] } }), ['app', 'cert'])).toEqual(
      [],
    );
    const both = { all: { constraints: [cert('>=1.0.0'), gone] } };
    expect(missing(constraint({ any: { constraints: [both, gone] } }), ['app', 'cert'])).toHaveLength(1);
    expect(missing(constraint({ not: { constraints: [gone] } }))).toEqual([]);
  });

  it('nothing where the catalog cannot tell', () => {
    expect(missing(constraint({ cel: { rule: 'true' } }))).toEqual([]);
    expect(missing(constraint({ any: { constraints: [gone, { cel: { rule: 'true' } }] } }))).toEqual([]);
    let deep: unknown = gone;
    for (let depth = 0; depth < 2_000; depth++) deep = { all: { constraints: [deep] } };
    expect(missing(constraint(deep))).toEqual([]);
    for (const value of ['x', 7, [], {}, { any: 1 }, { all: { constraints: 'x' } }, { package: [] }]) {
      expect(missing(constraint(value))).toEqual([]);
    }
  });

  it('as a problem of the selection, with the package to add', () => {
    const { problems, refused } = selectFrom(catalogWith(certNeeded), {
      full: false,
      packages: [{ name: 'app' }],
    });
    expect(refused).toBe(false);
    expect(problems).toEqual([
      {
        code: 'missing-dependency',
        severity: 'warning',
        refused: false,
        message: 'app.v3.0.0 needs package cert (>=1.1.0), which is not selected: add package cert',
        package: 'app',
        bundle: 'app.v3.0.0',
        suggestions: ['cert'],
      },
    ]);
  });
});
