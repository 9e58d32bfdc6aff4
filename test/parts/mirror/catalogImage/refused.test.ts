import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fileBasedCatalog } from '../../../../server/src/catalog/fileBased.ts';
import { type TestImage, type TestImageOptions, testImage, testIndex } from '../../../support/images.ts';
import {
  configsImage,
  configsLabel,
  databaseLabel,
  databaseOf,
  packageText,
} from '../../../support/indexImages.ts';
import { MemoryPlace } from '../../../support/memoryStore.ts';
import { rawTar, symlink } from '../../../support/rawTar.ts';
import { failure } from '../../registry/harness.ts';
import { writePruned } from './harness.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'operator-mirror-test-'));
  vi.stubEnv('TMPDIR', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const layers = [{ 'configs/a.json': packageText('a') }];
const keep = fileBasedCatalog([{ path: 'a.json', text: packageText('a') }]);
const labelled = (path: string, more: TestImageOptions = {}) =>
  configsImage({ layers, labels: { [configsLabel]: path }, ...more });

const bomb = [
  'schema: olm.channel\npackage: a\nname: stable\nentries: [{name: x}]\na0: &a0 [1]',
  ...Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`),
].join('\n');

it.each<[string, TestImage, { readonly code: string; readonly says: RegExp }]>([
  ['no label', testImage({ layers }), { code: 'noIndexImage', says: /neither the label/ }],
  [
    'a label that leads out',
    labelled('/configs/../../etc'),
    { code: 'refused', says: /leads out of the image/ },
  ],
  ['a label for all of it', labelled('/./'), { code: 'refused', says: /names no folder/ }],
  ['a label to nothing', labelled('/nothing'), { code: 'noIndexImage', says: /nothing at \/nothing/ }],
  [
    'a label to a link to its root',
    labelled('/c', {
      archives: [rawTar([symlink('c', '/'), { name: 'a.json', content: packageText('a') }])],
    }),
    { code: 'refused', says: /it is a link to a folder/ },
  ],
  [
    'a label to a link out of it',
    labelled('/c', { archives: [rawTar([symlink('c', '../../etc')])] }),
    { code: 'refused', says: /leads out of the image/ },
  ],
  [
    'a label to a file',
    labelled('/configs/a.json'),
    { code: 'noIndexImage', says: /has a file at \/configs\/a\.json/ },
  ],
  [
    'a config of other layers',
    configsImage({ layers, config: JSON.stringify({ config: { Labels: { [configsLabel]: '/configs' } } }) }),
    { code: 'damaged', says: /does not name its 1 layers/ },
  ],
  [
    'a config that is none',
    configsImage({ layers, config: 'none' }),
    { code: 'damaged', says: /is no JSON/ },
  ],
  [
    'a cache that a shell is told of',
    configsImage({ layers, runs: { Entrypoint: ['sh', '-c', 'opm serve /configs --cache-dir=/tmp/cache'] } }),
    { code: 'unsupported', says: /through a shell/ },
  ],
  [
    'platforms that have it in other places',
    testIndex([
      labelled('/configs'),
      labelled('/other', { platform: { os: 'linux', architecture: 'arm64' } }),
    ]),
    { code: 'unsupported', says: /has its catalog at \/other and not at \/configs/ },
  ],
  [
    'layers that unpack to far more than they have',
    configsImage({ archives: [gzipSync(Buffer.alloc(200 * 1024 * 1024))] }),
    { code: 'refused', says: /unpacks to more than/ },
  ],
  [
    'documents that say more by their aliases',
    configsImage({ layers: [{ 'configs/a.yaml': bomb, ...layers[0] }] }),
    { code: 'refused', says: /by its aliases/ },
  ],
  [
    'a database that is cut off',
    testImage({
      labels: { [databaseLabel]: '/index.db' },
      layers: [{ 'index.db': databaseOf('jaeger-only-index').subarray(0, 20_000) }],
    }),
    { code: 'damaged', says: /cannot be read as a database/ },
  ],
])(
  '%s is told in a line, on the side of the source, and nothing is written or left',
  async (_, image, { code, says }) => {
    const to = new MemoryPlace('mirror.example');
    const error = await failure(writePruned(image, keep, { to }));
    expect(error).toMatchObject({ code, side: 'source' });
    expect(error.line).toMatch(says);
    // What to do next.
    expect(error.line).toMatch(/; [^;]+$/);
    expect([...to.done('putBlob'), ...to.done('putManifest')]).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  },
);

it('leaves no file behind, whether it was written or not', async () => {
  const to = new MemoryPlace('mirror.example');
  const { outcome } = await writePruned(configsImage({ layers }), keep, { to });
  expect(outcome.result).toBe('copied');
  to.before = ({ what }) => {
    if (what === 'putBlob') throw new Error('full');
  };
  const other = configsImage({ layers: [...layers, { new: 'layer' }] });
  await expect(writePruned(other, keep, { to })).rejects.toThrow('full');
  expect(readdirSync(folder)).toEqual([]);
});
