import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileBasedCatalog } from '../../../server/src/catalog/fileBased.ts';
import { shownCatalog } from '../../../server/src/catalog/shown.ts';
import { catalogFixtures, configsOf } from '../../support/catalogs.ts';
import { FakeRegistry } from '../../support/fakeRegistry.ts';
import { configsImage, configsLayer } from '../../support/indexImages.ts';
import { writeLayout } from '../../support/ociLayout.ts';
import { CommandLine } from './copyHarness.ts';

let registry: FakeRegistry;
let line: CommandLine;
beforeEach(async () => {
  registry = await FakeRegistry.start();
  line = new CommandLine();
});
afterEach(async () => {
  line.remove();
  await registry.stop();
});

const catalog = (...argv: string[]) => line.run('catalog', ...argv);
const configs = join(catalogFixtures, 'redhat-operator-index/configs');
const whole = fileBasedCatalog(configsOf('redhat-operator-index') ?? []);

const text = `
schema: olm.package
name: app
defaultChannel: stable
---
schema: olm.channel
package: app
name: stable
entries: [{ name: app.v1.10.0, replaces: app.v1.9.0 }, { name: app.v1.9.0 }]
---
schema: olm.channel
package: app
name: old
entries: [{ name: app.v1.9.0 }]
---
schema: olm.bundle
package: app
name: app.v1.9.0
image: quay.io/app/bundle:1.9.0
properties: [{ type: olm.package, value: { packageName: app, version: 1.9.0 } }]
---
schema: olm.bundle
package: app
name: app.v1.10.0
image: quay.io/app/bundle@sha256:${'a'.repeat(64)}
relatedImages: [{ name: operator, image: quay.io/app/app:1.10.0 }]
properties:
- { type: olm.package, value: { packageName: app, version: 1.10.0 } }
- { type: olm.csv.metadata, value: { displayName: "App \\e[31m", provider: { name: Me } } }
---
schema: olm.deprecations
package: app
entries: [{ reference: { schema: olm.channel, name: old }, message: use stable }]
`;

describe('catalog list', () => {
  it('has a line for each package', async () => {
    line.write('fbc/a.yaml', text);
    expect(await catalog('list', line.path('fbc'))).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        'PACKAGE  DEFAULT CHANNEL  VERSION  WHAT IT IS',
        'app      stable           1.10.0   App [31m by Me',
        '',
        '1 package, 2 bundles\n',
      ].join('\n'),
    });
  });

  it('is JSON too', async () => {
    line.write('fbc/a.yaml', text);
    const { stdout } = await catalog('list', line.path('fbc'), '--format', 'json');
    expect(JSON.parse(stdout)).toEqual({
      packages: [
        {
          name: 'app',
          defaultChannel: 'stable',
          displayName: 'App \u001b[31m',
          provider: 'Me',
          version: '1.10.0',
          channels: [
            { name: 'stable', head: 'app.v1.10.0' },
            { name: 'old', head: 'app.v1.9.0' },
          ],
          bundles: 2,
        },
      ],
    });
  });
});

describe('catalog show', () => {
  it('has versions, the newest first, heads and the default, what is by tag and what is deprecated', async () => {
    line.write('fbc/a.yaml', text);
    const { code, stdout } = await catalog('show', line.path('fbc'), 'app');
    expect(code).toBe(0);
    expect(stdout).toBe(`app
  name             App [31m
  provider         Me
  default channel  stable
channels
  stable  app.v1.10.0  2 versions  default
  old     app.v1.9.0   1 version   deprecated: use stable
versions, the newest first
  1.10.0  app.v1.10.0  2 images  head of stable; default; 1 by tag
  1.9.0   app.v1.9.0   1 image   head of old; 1 by tag
images of app.v1.10.0
  the bundle        quay.io/app/bundle@sha256:${'a'.repeat(64)}
  operator; by tag  quay.io/app/app:1.10.0
`);
  });

  it('is the whole catalog as JSON, or one package of it', async () => {
    const { stdout } = await catalog('show', configs, '--format', 'json');
    expect(JSON.parse(stdout)).toEqual(shownCatalog(whole));
    const one = await catalog('show', configs, 'jaeger-product', '--format=json');
    const shown = shownCatalog(whole);
    expect(JSON.parse(one.stdout)).toEqual({
      packages: shown.packages.filter(({ name }) => name === 'jaeger-product'),
      bundles: shown.bundles.filter((bundle) => bundle.package === 'jaeger-product'),
    });
  });

  it('knows the package that was meant', async () => {
    expect(await catalog('show', configs, 'jaeger-produkt')).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'operator-mirror catalog: the catalog has no package jaeger-produkt; did you mean jaeger-product?\n',
    });
  });

  it('says what is wrong in a catalog, and shows what can be read', async () => {
    line.write('fbc/a.yaml', `${text}---\nschema: olm.bundle\n`);
    const { code, stderr, stdout } = await catalog('show', line.path('fbc'));
    expect(code).toBe(0);
    expect(stderr).toMatch(/^operator-mirror catalog: \d+ things are wrong in the catalog, the first: /);
    expect(stdout).toContain('app.v1.10.0');
  });
});

describe('catalog show --select', () => {
  const imageSet = (...operators: string[]) =>
    `apiVersion: mirror.openshift.io/v2alpha1\nkind: ImageSetConfiguration\nmirror:\n  operators:\n${operators.join('')}`;
  const entry = (name: string, packages: string) => `  - catalog: ${name}\n    packages:\n${packages}`;
  const app = '    - name: app\n';

  beforeEach(() => line.write('fbc/a.yaml', text));

  it('shows what the only entry leaves of a folder, and says what the selection loses', async () => {
    line.write('isc.yaml', imageSet(entry('reg.example.com/index:v1', app)));
    const shown = await catalog('show', line.path('fbc'), '--select', line.path('isc.yaml'), '--format=json');
    expect(shown.code).toBe(0);
    const { packages, bundles, selection } = JSON.parse(shown.stdout);
    expect(bundles.map((bundle: { name: string }) => bundle.name)).toEqual(['app.v1.10.0', 'app.v1.9.0']);
    expect(packages[0].channels.map((channel: { name: string }) => channel.name)).toEqual(['stable', 'old']);
    expect(selection).toEqual({ problems: [] });
  });

  it('ends with 1 where oc-mirror refuses it, and says why and what was meant', async () => {
    line.write('isc.yaml', imageSet(entry('reg.example.com/index:v1', '    - name: ap\n')));
    const { code, stdout, stderr } = await catalog(
      'show',
      line.path('fbc'),
      '--select',
      line.path('isc.yaml'),
      '--format=json',
    );
    expect(JSON.parse(stdout).selection.problems).toMatchObject([
      { package: 'ap', channel: null },
      { package: null, channel: null },
    ]);
    expect(stderr).toMatch(
      /^operator-mirror catalog: Package ap is not in this catalog.*\n.*: oc-mirror refuses this selection: Nothing of this catalog is selected/,
    );
    expect(code).toBe(1);
  });

  it('takes the entry that is named, and asks for the name where there are several', async () => {
    line.write(
      'isc.yaml',
      imageSet(entry('reg.example.com/one:v1', app), entry('reg.example.com/two:v1', '    - name: other\n')),
    );
    const argv = ['show', line.path('fbc'), '--select', line.path('isc.yaml')];
    expect(await catalog(...argv)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        'selects from several catalogs: reg.example.com/one:v1 and reg.example.com/two:v1; name the one that is meant with --as',
      ),
    });
    expect((await catalog(...argv, '--as', 'reg.example.com/one:v1')).stdout).toContain('app.v1.10.0');
    expect(await catalog(...argv, '--as', 'reg.example.com/three:v1')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('does not select from reg.example.com/three:v1'),
    });
  });

  it('finds the entry of an image by its name', async () => {
    registry.add('x/catalog', 'v1', configsImage({ layers: [configsLayer('redhat-operator-index')] }));
    const name = `${registry.host}/x/catalog:v1`;
    line.write(
      'isc.yaml',
      imageSet(entry('reg.example.com/other:v1', app), entry(name, '    - name: jaeger-product\n')),
    );
    const { stdout } = await catalog('show', name, '--select', line.path('isc.yaml'), '--format=json');
    const { packages } = JSON.parse(stdout);
    expect(packages.map((one: { name: string }) => one.name)).toEqual(['jaeger-product']);
  });

  it('is for show alone, and needs an ImageSetConfiguration that selects something', async () => {
    line.write('empty.yaml', 'a: b\n');
    expect((await catalog('list', line.path('fbc'), '--select', 'x')).code).toBe(2);
    expect((await catalog('show', line.path('fbc'), '--select', line.path('no.yaml'))).code).toBe(2);
    expect(await catalog('show', line.path('fbc'), '--select', line.path('empty.yaml'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('selects from no catalog'),
    });
  });
});

describe('catalog diff', () => {
  it('says what came and what is another one', async () => {
    line.write('old/a.yaml', text);
    line.write('new/a.yaml', text.replaceAll('1.10.0', '1.11.0').replace('Channel: stable', 'Channel: old'));
    line.write('new/b.yaml', 'schema: olm.package\nname: more\n');
    const names = [line.path('old'), line.path('new')];
    expect((await catalog('diff', ...names)).stdout).toBe(`+ more
~ app
    default channel: old, was stable
    head of stable: app.v1.11.0, was app.v1.10.0
    channels with other versions: stable
    new versions: app.v1.11.0
    versions that are gone: app.v1.10.0
`);
    const { stdout } = await catalog('diff', ...names, '--format', 'json');
    expect(JSON.parse(stdout).packages).toMatchObject({
      added: ['more'],
      removed: [],
      changed: [{ name: 'app', defaultChannel: ['stable', 'old'], bundles: { added: ['app.v1.11.0'] } }],
    });
    expect((await catalog('diff', line.path('old'), line.path('old'))).stdout).toBe('Nothing differs.\n');
  });
});

describe('a catalog in a registry', () => {
  it('is read once, and is there without the network then', async () => {
    registry.add('x/catalog', 'v1', configsImage({ layers: [configsLayer('redhat-operator-index')] }));
    const name = `${registry.host}/x/catalog:v1`;
    const offline = await catalog('list', name, '--offline');
    expect(offline.code).toBe(2);
    expect(offline.stderr).toContain('was never opened here, and the network may not be used');
    const first = await catalog('list', name);
    expect(first.code).toBe(0);
    expect(first.stdout).toContain('3 packages, 11 bundles');
    expect(await catalog('list', name, '--offline')).toEqual(first);
  });

  it('shows how far it is', async () => {
    registry.add('x/catalog', 'v1', configsImage({ layers: [configsLayer('redhat-operator-index')] }));
    const { stderr } = await catalog('list', `${registry.host}/x/catalog:v1`, '--progress', 'jsonl');
    const last = JSON.parse(stderr.trim().split('\n').at(-1) ?? '');
    expect(last).toEqual({ event: 'progress', bytes: last.of, of: expect.any(Number) });
  });
});

it('reads an OCI layout', async () => {
  mkdirSync(line.path('layout'));
  writeLayout(line.path('layout'), [
    { image: configsImage({ format: 'oci', layers: [configsLayer('redhat-operator-index')] }) },
  ]);
  const { stdout } = await catalog('show', `oci://${line.path('layout')}`, '--format', 'json');
  expect(JSON.parse(stdout)).toEqual(shownCatalog(whole));
});

it.each([
  [[], 'nothing is asked: list, show or diff'],
  [['lst', 'x'], 'lst is none of list, show and diff'],
  [['list'], 'no CATALOG is given'],
  [['list', 'a', 'b'], 'there is more than list takes'],
  [['show', 'a', 'b', 'c'], 'there is more than show takes'],
  [['diff', 'a'], 'diff compares two CATALOGs'],
])('refuses %j', async (argv, problem) => {
  expect(await catalog(...argv)).toEqual({
    code: 2,
    stdout: '',
    stderr: `operator-mirror catalog: ${problem}; see operator-mirror catalog --help\n`,
  });
});
