import { describe, expect, it } from 'vitest';
import { catalogDesk } from '../../../server/src/access/catalogDesk.ts';
import { catalogFacts } from '../../../server/src/access/catalogFacts.ts';
import { workerCatalogs } from '../../../server/src/access/workerCatalogs.ts';
import type { Catalog } from '../../../server/src/catalog/model.ts';

const catalog: Catalog = { packages: [], others: [], problems: [] };

function factsOf(offline: 'untrusted' | undefined = undefined) {
  const opened: string[] = [];
  let arrived = 0;
  const worker = {
    open: async (text: string) => {
      opened.push(text);
      return { fact: { state: 'known', value: catalog, at: 0 }, code: '', digest: 'sha256:1' } as const;
    },
  };
  const desk = catalogDesk(worker, () => offline);
  desk.onNews(() => {
    arrived++;
  });
  const ask = catalogFacts(desk);
  return { ask, opened, arrived: () => arrived };
}

describe('the catalog that a file names', () => {
  it.each([
    ['quay.io/a/b:v1', 'docker://quay.io/a/b:v1'],
    ['docker://quay.io/a/b:v1', 'docker://quay.io/a/b:v1'],
    ['oci:///somewhere/index', 'oci:///somewhere/index'],
    ['oci://./index', 'oci:///project/folder/index'],
  ])('%s is opened as %s, once', async (name, place) => {
    const { ask, opened, arrived } = factsOf();
    expect(ask(name, 'file:///project/folder/a.yaml').state).toBe('pending');
    expect(ask(name, '/project/folder/b.yaml').state).toBe('pending');
    await expect
      .poll(() => ask(name, '/project/folder/b.yaml'))
      .toMatchObject({ state: 'known', value: catalog });
    expect(opened).toEqual([place]);
    expect(arrived()).toBe(1);
  });

  it.each(['', '/etc', './catalog', 'index.db', 'quay.io/a/b', 'file://a/b:v1', 'oci://', 's3://a/b/c:v1'])(
    '%j is not opened',
    (name) => {
      const { ask, opened } = factsOf();
      expect(ask(name, '/project/folder/a.yaml')).toEqual({ state: 'pending' });
      expect(opened).toEqual([]);
    },
  );

  it('is not opened beside a text that is on no disk, where it is a folder', () => {
    const { ask, opened } = factsOf();
    ask('oci://./index', 'untitled:one');
    expect(opened).toEqual([]);
  });

  it('is not opened without trust', () => {
    const { ask, opened } = factsOf('untrusted');
    expect(ask('oci:///somewhere/index', '/project/a.yaml')).toMatchObject({ state: 'failed' });
    expect(opened).toEqual([]);
  });
});

it('says why no worker can be started', async () => {
  const access = {
    registries: { authFile: '', configFile: '', caFile: '', insecure: [] },
    logins: [],
    trusted: true,
    environment: { home: '/', env: process.env },
  };
  const catalogs = workerCatalogs('/nowhere/worker.js', { access, offline: true, folder: '/nowhere' });
  expect(await catalogs.open('oci:///x')).toMatchObject({
    fact: { state: 'failed', reason: expect.stringMatching(/worker/) },
  });
  await catalogs.close();
});
