import { describe, expect, it } from 'vitest';
import { UserError } from '../../../server/src/base/errors.ts';
import { type Manifest, manifestOf } from '../../../server/src/cluster/manifest.ts';
import { isSame, mergedObject } from '../../../server/src/cluster/mergedObject.ts';
import { textDataUrl } from '../../../server/src/documents/dataUrl.ts';
import { type PlainObject, plainObjects } from '../../../server/src/documents/plainObjects.ts';
import { parseRegistriesConf } from '../../../server/src/documents/registriesConf.ts';
import { dropIn } from '../../support/machineConfigs.ts';
import { namedSet } from '../../support/mirrorSets.ts';

function objectOf(text: string): PlainObject {
  const read = plainObjects(text);
  const [object] = read.ok ? read.objects : [];
  if (object === undefined) throw new Error('the text holds no object');
  return object;
}

function manifest(object: PlainObject): Manifest {
  const found = manifestOf(object, 'file.yaml');
  if (found === undefined) throw new Error('it is of another kind');
  return found;
}

const merge = (current: PlainObject, wanted: PlainObject) => mergedObject(current, manifest(wanted));

describe('mirror sets', () => {
  const current = objectOf(
    namedSet('IDMS', 'one', 'q.io/a <- m.local/a', 'q.io/b <- m.local/b !', 'q.io/c <- n.local/c'),
  );

  it('have all entries and mirrors of both, those of the cluster first', () => {
    const wanted = objectOf(namedSet('IDMS', 'one', 'q.io/d <- m.local/d', 'q.io/c <- m.local/c n.local/c'));
    const { object, notes } = merge(current, wanted);
    expect(object.spec).toEqual({
      imageDigestMirrors: [
        { source: 'q.io/a', mirrors: ['m.local/a'] },
        { source: 'q.io/b', mirrors: ['m.local/b'], mirrorSourcePolicy: 'NeverContactSource' },
        { source: 'q.io/c', mirrors: ['n.local/c', 'm.local/c'] },
        { source: 'q.io/d', mirrors: ['m.local/d'] },
      ],
    });
    expect(notes).toEqual(['2 entries of the cluster stay.']);
    expect(isSame(object, merge(object, wanted).object)).toBe(true);
  });

  it('keep the policy of the cluster, and say so', () => {
    const wanted = objectOf(namedSet('IDMS', 'one', 'q.io/b <- m.local/b !'));
    const open = objectOf(
      namedSet('IDMS', 'one', 'q.io/b <- m.local/b !').replace('NeverContactSource', 'AllowContactingSource'),
    );
    expect(merge(open, wanted).notes).toEqual([
      'q.io/b keeps the mirrorSourcePolicy AllowContactingSource of the cluster.',
    ]);
  });

  it('are the same whatever the order of fields', () => {
    const read = JSON.parse(JSON.stringify(current)) as PlainObject;
    const turned = Object.fromEntries(Object.entries(read).reverse());
    expect(isSame(current, merge(turned, current).object)).toBe(true);
  });
});

describe('MachineConfigs', () => {
  const path = dropIn('mirrors');
  const table = (source: string, ...mirrors: string[]) =>
    `[[registry]]\nprefix = "${source}"\nlocation = "${source}"\n${mirrors
      .map((mirror) => `\n[[registry.mirror]]\nlocation = "${mirror}"\n`)
      .join('')}`;
  const config = (...files: [path: string, text: string][]): PlainObject => ({
    apiVersion: 'machineconfiguration.openshift.io/v1',
    kind: 'MachineConfig',
    metadata: { name: '99-worker-mirrors', labels: { 'machineconfiguration.openshift.io/role': 'worker' } },
    spec: {
      config: {
        ignition: { version: '3.2.0' },
        storage: { files: files.map(([path, text]) => ({ path, contents: { source: textDataUrl(text) } })) },
      },
    },
  });
  const tablesOf = (object: PlainObject) => {
    const { files } = (object.spec as { config: { storage: { files: { contents: { source: string } }[] } } })
      .config.storage;
    const text = decodeURIComponent(files.at(-1)?.contents.source.slice('data:,'.length) ?? '');
    return parseRegistriesConf(text).registries.map(({ prefix, mirrors }) => [
      prefix,
      ...mirrors.map(({ location }) => location),
    ]);
  };

  it('have the files, tables and mirrors of both', () => {
    const current = config(
      ['/etc/motd', 'hello'],
      [path, `# by hand\n${table('q.io/a', 'm.local/a')}\n${table('q.io/b', 'm.local/b')}`],
    );
    const wanted = config([
      path,
      `${table('q.io/a', 'n.local/a', 'm.local/a')}\n${table('q.io/c', 'm.local/c')}`,
    ]);
    const { object, notes } = merge(current, wanted);
    expect(tablesOf(object)).toEqual([
      ['q.io/a', 'm.local/a', 'n.local/a'],
      ['q.io/b', 'm.local/b'],
      ['q.io/c', 'm.local/c'],
    ]);
    expect(JSON.stringify(object)).toContain('/etc/motd');
    expect(JSON.stringify(object)).toContain(encodeURIComponent('# by hand'));
    expect(notes).toEqual([`What the cluster has in ${path} stays in it.`]);
    expect(isSame(object, merge(object, wanted).object)).toBe(true);
  });

  it('are left to a person where a file of both says something else', () => {
    const current = config([path, '[[registry]]\nprefix = 7\n']);
    expect(() => merge(current, config([path, table('q.io/a', 'm.local/a')]))).toThrow(UserError);
  });
});

describe('catalogs', () => {
  const source = (spec: object): PlainObject => ({
    apiVersion: 'operators.coreos.com/v1alpha1',
    kind: 'CatalogSource',
    metadata: { name: 'cs', namespace: 'openshift-marketplace', resourceVersion: '7' },
    spec,
  });

  it('become what was mirrored, and keep what else somebody has set', () => {
    const current = source({
      image: 'm.local/i:1',
      priority: 3,
      secrets: ['a'],
      grpcPodConfig: { nodeSelector: {} },
    });
    const wanted = source({ image: 'm.local/i:2', secrets: ['b'], displayName: 'I' });
    const { object, notes } = merge(current, wanted);
    expect(object.spec).toEqual({
      image: 'm.local/i:2',
      priority: 3,
      secrets: ['a', 'b'],
      grpcPodConfig: { nodeSelector: {} },
      displayName: 'I',
    });
    expect(notes).toEqual(['Its image was m.local/i:1 and becomes m.local/i:2.']);
  });
});
