import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../server/src/base/errors.ts';
import type { Descriptor } from '../../../server/src/content/descriptor.ts';
import { type ParsedManifest, parseManifest } from '../../../server/src/content/manifest.ts';
import { inRole, successors } from '../../../server/src/content/successors.ts';
import type { ImageStore } from '../../../server/src/stores/imageStore.ts';
import { OcDirectory } from '../../../server/src/stores/ocDirectory.ts';
import { digestNames, digestOfName } from '../../../server/src/stores/ocDirectoryNames.ts';
import { addToStore, realStores, temporaryFolder, treeOf, truthOf, unpack } from '../../support/fileStore.ts';
import { multiArchImage, type TestBlob, type TestImage, testImage } from '../../support/images.ts';
import { MemoryPlace } from '../../support/memoryStore.ts';
import { bytesOf, failure, never } from '../registry/harness.ts';

const blobsOf = (manifest: ParsedManifest) => inRole(successors(manifest), 'config', 'layer');
const childrenOf = (manifest: ParsedManifest) => inRole(successors(manifest), 'child');

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const store = (repository = 'mirror/app', place = folder) => new OcDirectory(place, repository);
const at = (...names: string[]) => join(folder, 'v2', 'mirror', 'app', ...names);
const image = testImage({ labels: { name: 'app' } });
const index = multiArchImage({ format: 'oci' });
const [config, layer] = image.blobs as [TestBlob, TestBlob];

async function write(to: ImageStore, what: TestImage, tags: readonly string[]): Promise<void> {
  for (const child of what.children) await write(to, child, []);
  for (const blob of what.blobs) await to.putBlob(blob, async () => Readable.from([blob.bytes]), never);
  await to.putManifest(what.manifest, tags, never);
}

/** Copies all that a repository has, children first, as the copy engine does; also what has no tag any more. */
async function copyAll(repository: string, to: ImageStore, others: readonly ImageStore[]): Promise<void> {
  const from = store(repository);
  const copy = async (digest: string, tags: readonly string[]) => {
    const manifest = await from.getManifest(digest, never);
    if (manifest === undefined) throw new Error(`${digest} is missing`);
    const parsed = parseManifest(manifest.bytes);
    for (const child of childrenOf(parsed)) await copy(child.digest, []);
    for (const blob of blobsOf(parsed)) await bring(blob);
    await to.putManifest(manifest, tags, never);
  };
  const bring = async (blob: Descriptor) => {
    if (await to.hasBlob(blob.digest, never)) return;
    for (const other of others) if (await to.mountBlob(blob, other, never)) return;
    await to.putBlob(blob, () => from.getBlob(blob, never), never);
  };
  const names = readdirSync(join(folder, 'v2', repository, 'manifests'));
  for (const digest of names.filter((name) => name.includes(':'))) await copy(digest, []);
  for (const tag of (await from.listTags(never)) ?? []) {
    await copy((await from.resolveTag(tag, never)) ?? '', [tag]);
  }
}

describe.each(realStores)('the store that oc wrote in %s', (name) => {
  const { lines, mediaTypes, images } = truthOf(name);
  beforeEach(() => unpack(name, folder));
  const placed = lines.map((line) => {
    const { repository = '', tag = '' } =
      /^file:\/\/(?<repository>[^:]+):(?<tag>.+)$/.exec(line.destination)?.groups ?? {};
    return { ...line, repository, tag };
  });

  it('has the digests that are true, and of lost images nothing', async () => {
    const digests = await Promise.all(
      placed.map(({ repository, tag }) => store(repository).resolveTag(tag, never)),
    );
    expect(digests).toEqual(placed.map(({ destinationDigest }) => destinationDigest ?? undefined));
    expect(digests.filter((digest) => digest !== undefined).length).toBeGreaterThan(9);
  });

  it('gives manifests, configs and layers, all of them verified', async () => {
    const byDigest = new Map(Object.values(images).map((truth) => [truth.digest, truth]));
    let compared = 0;
    for (const { repository, tag, destinationDigest } of placed) {
      if (destinationDigest === null) continue;
      const from = store(repository);
      const manifest = await from.getManifest(tag, never);
      expect(manifest?.digest).toBe(destinationDigest);
      expect(manifest?.mediaType).toBe(mediaTypes.get(destinationDigest) ?? manifest?.mediaType);
      expect(await from.hasManifest(destinationDigest, never)).toBe(true);
      const blobs = blobsOf(parseManifest(manifest?.bytes ?? Buffer.of()));
      for (const blob of blobs) {
        expect(await from.hasBlob(blob.digest, never)).toBe(true);
        expect((await bytesOf(await from.getBlob(blob, never))).length).toBe(blob.size);
      }
      const truth = byDigest.get(destinationDigest);
      if (truth?.config === undefined) continue;
      compared++;
      expect(manifest?.mediaType).toBe(truth.mediaType);
      const distinct = new Map(
        [truth.config, ...(truth.layers ?? [])].map((blob) => [blob.digest, blob.size]),
      );
      expect(new Map(blobs.map(({ digest, size }) => [digest, size]))).toEqual(distinct);
    }
    expect(compared).toBeGreaterThan(9);
  });

  it('lists the tags that oc wrote', async () => {
    for (const repository of new Set(placed.map((line) => line.repository))) {
      const there = placed.filter(
        (line) => line.repository === repository && line.destinationDigest !== null,
      );
      const tags = [...new Set(there.map(({ tag }) => tag))].sort();
      expect((await store(repository).listTags(never)) ?? []).toEqual(tags);
    }
  });

  it('copied by us is what oc wrote, to the hard link', async () => {
    const ours = temporaryFolder();
    try {
      const copied: OcDirectory[] = [];
      for (const repository of new Set(placed.map((line) => line.repository))) {
        if ((await store(repository).listTags(never)) === undefined) continue;
        const to = store(repository, ours);
        await copyAll(repository, to, copied);
        copied.push(to);
      }
      expect(treeOf(ours)).toEqual(treeOf(folder));
    } finally {
      rmSync(ours, { recursive: true });
    }
  });
});

describe('written', () => {
  it('is the layout of oc: private blobs, linked manifests, relative tags', async () => {
    await write(store(), image, ['v1', 'latest']);
    await write(store(), index, ['multi']);
    const written = treeOf(folder);
    const expected = temporaryFolder();
    try {
      addToStore(expected, 'mirror/app', 'v1', image);
      addToStore(expected, 'mirror/app', 'latest', image);
      addToStore(expected, 'mirror/app', 'multi', index);
      expect(written).toEqual(treeOf(expected));
    } finally {
      rmSync(expected, { recursive: true });
    }
    expect(readlinkSync(at('manifests', 'v1'))).toBe(image.manifest.digest);
    expect(lstatSync(at('manifests', image.manifest.digest)).ino).toBe(
      lstatSync(at('blobs', image.manifest.digest)).ino,
    );
  });

  it('can be written again, and moves a tag', async () => {
    await write(store(), image, ['v1']);
    const before = treeOf(folder);
    await write(store(), image, ['v1']);
    expect(treeOf(folder)).toEqual(before);
    await write(store(), index, ['v1']);
    expect(await store().resolveTag('v1', never)).toBe(index.manifest.digest);
  });

  it('shares blobs of other repositories as hard links', async () => {
    await write(store(), image, ['v1']);
    const other = store('other/app');
    expect(await other.mountBlob(layer, store(), never)).toBe(true);
    expect(lstatSync(join(folder, 'v2/other/app/blobs', layer.digest)).ino).toBe(
      lstatSync(at('blobs', layer.digest)).ino,
    );
    expect(await other.mountBlob(config, new MemoryPlace('x').store('y'), never)).toBe(false);
    const elsewhere = store('mirror/app', temporaryFolder());
    expect(await elsewhere.mountBlob(config, store(), never)).toBe(false);
    expect(await store('third').mountBlob(config, other, never)).toBe(false);
  });

  it('refuses a manifest before its content is there', async () => {
    const error = await failure(store().putManifest(image.manifest, ['v1'], never));
    expect(error).toMatchObject({ code: 'blobUnknown', message: expect.stringContaining(config.digest) });
    expect(existsSync(at('manifests'))).toBe(false);
    expect((await failure(store().putManifest(index.manifest, [], never))).code).toBe('blobUnknown');
    await store().putBlob(config, async () => Readable.from([config.bytes]), never);
    writeFileSync(at('blobs', layer.digest), layer.bytes.subarray(1));
    expect((await failure(store().putManifest(image.manifest, [], never))).message).toContain(layer.digest);
  });

  it('leaves nothing of what is not what it should be', async () => {
    const wrong = [
      () => Readable.from([Buffer.from('something else')]),
      () => Readable.from([layer.bytes.subarray(0, 5)]),
      () => Readable.from([layer.bytes, layer.bytes]),
      () =>
        Readable.from(
          (function* () {
            yield layer.bytes.subarray(0, 5);
            throw new UserError('timeout', 'the source is gone');
          })(),
        ),
    ];
    for (const open of wrong) {
      await failure(store().putBlob(layer, async () => open(), never));
      expect(readdirSync(at('blobs'))).toEqual([]);
    }
    const fake = { ...image.manifest, bytes: Buffer.from('{}') };
    expect((await failure(store().putManifest(fake, ['v1'], never))).code).toBe('digestMismatch');
  });

  it('stops in the middle when it is told to', async () => {
    const stop = new AbortController();
    const open = async () =>
      Readable.from(
        (function* () {
          for (const byte of layer.bytes) {
            yield Buffer.of(byte);
            stop.abort(new UserError('cancelled', 'stopped'));
          }
        })(),
      );
    expect((await failure(store().putBlob(layer, open, stop.signal))).code).toBe('cancelled');
    expect(readdirSync(at('blobs'))).toEqual([]);
  });

  it('by many at once is whole', async () => {
    await Promise.all(Array.from({ length: 20 }, () => write(store(), image, ['v1'])));
    expect(readdirSync(at('blobs')).sort()).toEqual(
      [config, layer, image.blobs[2], image.manifest].map((blob) => blob?.digest).sort(),
    );
    expect(readdirSync(at('manifests')).sort()).toEqual([image.manifest.digest, 'v1']);
    expect(await store().hasManifest(image.manifest.digest, never)).toBe(true);
  });

  it('says where it could not be written', async () => {
    mkdirSync(join(folder, 'v2/mirror'), { recursive: true });
    writeFileSync(join(folder, 'v2/mirror/app'), '');
    const error = await failure(write(store(), image, []));
    expect(error).toMatchObject({
      code: 'unwritable',
      message: expect.stringContaining(join(folder, 'v2/mirror/app')),
    });
    expect(error.message).not.toContain('mkdir');
  });
});

describe('read', () => {
  beforeEach(() => {
    addToStore(folder, 'mirror/app', 'v1', image);
    addToStore(folder, 'mirror/app', 'multi', index);
  });
  const reads = () => store().getManifest('v1', never);

  it('knows what is not there', async () => {
    expect(await store().resolveTag('v9', never)).toBeUndefined();
    expect(await store().getManifest('v9', never)).toBeUndefined();
    const digest = `sha256:${'0'.repeat(64)}`;
    expect(await store().getManifest(digest, never)).toBeUndefined();
    expect(await store().hasManifest(digest, never)).toBe(false);
    expect(await store().hasBlob(digest, never)).toBe(false);
    for (const place of [store('mirror'), store('no/such'), store('mirror/app', join(folder, 'none'))]) {
      expect(await place.listTags(never)).toBeUndefined();
      expect(await place.resolveTag('v1', never)).toBeUndefined();
      expect(await place.getManifest('v1', never)).toBeUndefined();
    }
    const error = await failure(store().getBlob({ ...layer, digest }, never));
    expect(error).toMatchObject({ code: 'missing', message: expect.stringContaining(at('blobs', digest)) });
  });

  it('passes over what a stopped oc leaves behind', async () => {
    symlinkSync(image.manifest.digest, at('manifests', 'v2.download'));
    writeFileSync(at('manifests', `${image.manifest.digest}.download`), 'half');
    writeFileSync(at('blobs', `${layer.digest}.download`), 'half');
    writeFileSync(at('blobs', '.tmp-123'), 'half');
    symlinkSync(image.manifest.digest, at('manifests', '.tmp-456'));
    mkdirSync(at('manifests', 'folder'));
    expect(await store().listTags(never)).toEqual(['multi', 'v1']);
    for (const tag of ['v2.download', 'folder']) expect(await store().resolveTag(tag, never)).toBeUndefined();
  });

  it('follows the name of a link and not its way, as oc does', async () => {
    for (const target of [
      `/gone/v2/mirror/app/manifests/${image.manifest.digest}`,
      `..\\${image.manifest.digest}`,
    ]) {
      rmSync(at('manifests', 'v1'));
      symlinkSync(target, at('manifests', 'v1'));
      expect((await reads())?.digest).toBe(image.manifest.digest);
    }
  });

  it('that Windows wrote, with a dash for the colon', async () => {
    for (const kind of ['blobs', 'manifests']) {
      for (const name of readdirSync(at(kind)).filter((candidate) => candidate.includes(':'))) {
        renameSync(at(kind, name), at(kind, name.replace(':', '-')));
      }
    }
    rmSync(at('manifests', 'v1'));
    symlinkSync(image.manifest.digest.replace(':', '-'), at('manifests', 'v1'));
    expect((await reads())?.digest).toBe(image.manifest.digest);
    expect(await store().hasManifest(image.manifest.digest, never)).toBe(true);
    expect((await bytesOf(await store().getBlob(layer, never))).equals(layer.bytes)).toBe(true);
    expect(await store().listTags(never)).toEqual(['multi', 'v1']);
  });

  it('keeps a tag apart that looks like a digest of Windows', async () => {
    const tag = `sha256-${'0'.repeat(64)}`;
    symlinkSync(image.manifest.digest, at('manifests', tag));
    expect(await store().listTags(never)).toEqual(['multi', tag, 'v1'].sort());
    expect(await store().resolveTag(tag, never)).toBe(image.manifest.digest);
    expect(await store().getManifest(tag.replace('-', ':'), never)).toBeUndefined();
  });

  it('holds a stream to its digest', async () => {
    const bytes = await bytesOf(await store().getBlob(layer, never));
    expect(bytes.equals(layer.bytes)).toBe(true);
    const stop = new AbortController();
    const stream = await store().getBlob(layer, stop.signal);
    stop.abort(new UserError('cancelled', 'stopped'));
    expect((await failure(bytesOf(stream))).code).toBe('cancelled');
    expect((await failure(store().getBlob(layer, stop.signal))).code).toBe('cancelled');
  });

  describe('without its links', () => {
    const lost = (content: Uint8Array | string) => {
      rmSync(at('manifests', 'v1'));
      writeFileSync(at('manifests', 'v1'), content);
    };

    it('finds the copies that cp -L makes of them, and says so', async () => {
      const carried = temporaryFolder();
      try {
        execFileSync('cp', ['-rL', join(folder, 'v2'), carried]);
        const copy = store('mirror/app', carried);
        expect(await copy.listTags(never)).toEqual(['multi', 'v1']);
        expect((await copy.getManifest('v1', never))?.digest).toBe(image.manifest.digest);
        expect((await copy.getManifest('multi', never))?.digest).toBe(index.manifest.digest);
        expect(await copy.noteOn('v1')).toMatch(
          /v1 is a copy of the manifest .*"not a symlink"; carry it with tar/,
        );
        expect(await store().noteOn('v1')).toBeUndefined();
        await write(copy, image, ['v1']);
        expect(lstatSync(join(carried, 'v2/mirror/app/manifests/v1')).isSymbolicLink()).toBe(true);
      } finally {
        rmSync(carried, { recursive: true });
      }
    });

    it('reads the digest that stands where a link was', async () => {
      for (const text of [image.manifest.digest, `${image.manifest.digest.replace(':', '-')}\r\n`]) {
        lost(text);
        expect((await reads())?.digest).toBe(image.manifest.digest);
        expect(await store().noteOn('v1')).toContain('is a file with the digest');
      }
    });

    it.each([
      ['is nothing', ''],
      ['is a text', 'hello'],
      ['is cut', image.manifest.bytes.subarray(0, 100)],
    ])('says what %s', async (_name, content) => {
      lost(content);
      const error = await failure(reads());
      expect(error).toMatchObject({
        code: 'damaged',
        message: `${at('manifests', 'v1')} is neither a link nor a manifest`,
      });
      expect(error.line).toContain('mirror the image again');
    });

    it('does not believe a manifest that nothing vouches for', async () => {
      lost(testImage({ seed: 'changed' }).manifest.bytes);
      expect((await failure(reads())).message).toContain('which the store does not have');
    });
  });

  describe('damaged', () => {
    const blob = () => at('blobs', layer.digest);
    const manifest = () => at('manifests', image.manifest.digest);
    const change = (path: string) => {
      const bytes = readFileSync(path);
      bytes[9] = (bytes[9] ?? 0) ^ 1;
      rmSync(path);
      writeFileSync(path, bytes);
    };
    const readsBlob = async () => bytesOf(await store().getBlob(layer, never));

    it('by a cut blob', async () => {
      truncateSync(blob(), 5);
      const error = await failure(readsBlob());
      expect(error).toMatchObject({
        code: 'damaged',
        message: `${blob()} has 5 bytes instead of ${layer.size}`,
      });
      expect(await store().hasBlob(layer.digest, never)).toBe(false);
      expect(await store().hasManifest(image.manifest.digest, never)).toBe(false);
    });

    it('by a changed byte, also after it was right once', async () => {
      expect(await store().hasBlob(layer.digest, never)).toBe(true);
      change(blob());
      expect((await failure(readsBlob())).message).toBe(
        `${blob()} is damaged: its content has another digest`,
      );
      expect(await store().hasBlob(layer.digest, never)).toBe(false);
      expect(await store('other').mountBlob(layer, store(), never)).toBe(false);
      await store().putBlob(layer, async () => Readable.from([layer.bytes]), never);
      expect(await store().hasBlob(layer.digest, never)).toBe(true);
    });

    it('by a manifest that is gone, of which the blob is left', async () => {
      rmSync(manifest());
      expect((await reads())?.digest).toBe(image.manifest.digest);
      // For oc it is not there, so a copy writes it again.
      expect(await store().hasManifest(image.manifest.digest, never)).toBe(false);
      rmSync(at('blobs', image.manifest.digest));
      const error = await failure(reads());
      expect(error.message).toBe(
        `${at('manifests', 'v1')} points to ${image.manifest.digest}, and that manifest is not there`,
      );
      expect(await store().resolveTag('v1', never)).toBe(image.manifest.digest);
      expect(await store().getManifest(image.manifest.digest, never)).toBeUndefined();
    });

    it('by a manifest that is cut', async () => {
      truncateSync(manifest(), image.manifest.size - 20);
      const error = await failure(reads());
      expect(error).toMatchObject({
        code: 'damaged',
        message: `${manifest()} is damaged: its content has another digest`,
      });
      expect(await store().hasManifest(image.manifest.digest, never)).toBe(false);
      await write(store(), image, []);
      expect((await reads())?.digest).toBe(image.manifest.digest);
    });

    it('by a manifest larger than any', async () => {
      truncateSync(manifest(), 17 * 1024 * 1024);
      expect((await failure(reads())).code).toBe('damaged');
    });

    it('by a child that is not whole', async () => {
      const child = index.children[2] as TestImage;
      expect(await store().hasManifest(index.manifest.digest, never)).toBe(true);
      rmSync(at('blobs', (child.blobs[1] as TestBlob).digest));
      expect(await store().hasManifest(index.manifest.digest, never)).toBe(false);
      expect(await store().hasManifest((index.children[1] as TestImage).manifest.digest, never)).toBe(false);
      await write(store(), index, []);
      expect(await store().hasManifest(index.manifest.digest, never)).toBe(true);
      // Of this one oc would find nothing, though its bytes are left among the blobs.
      rmSync(at('manifests', child.manifest.digest));
      expect(await store().hasManifest(index.manifest.digest, never)).toBe(false);
    });

    it('by folders and pipes in the place of files, without waiting for them', async () => {
      rmSync(blob());
      mkdirSync(blob());
      expect((await failure(readsBlob())).message).toBe(`${blob()} is a folder`);
      rmSync(manifest());
      execFileSync('mkfifo', [manifest()]);
      expect((await failure(reads())).message).toBe(`${manifest()} is a pipe and no file`);
    });

    it('by a ring of links', async () => {
      rmSync(manifest());
      symlinkSync(image.manifest.digest, manifest());
      expect((await failure(reads())).code).toBe('unreadable');
    });
  });
});

describe('confined to its folder', () => {
  let outside: string;
  beforeEach(() => {
    outside = temporaryFolder();
    addToStore(outside, 'mirror/app', 'v1', image);
    addToStore(folder, 'mirror/app', 'v1', image);
  });
  afterEach(() => rmSync(outside, { recursive: true }));
  const theirs = (...names: string[]) => join(outside, 'v2/mirror/app', ...names);

  it('has no repository that leads out of it', () => {
    for (const name of [
      '..',
      '../x',
      'a/../../x',
      '/etc',
      'a//b',
      'a/./b',
      '',
      'a:b',
      'a@b',
      'a\\b',
      'a\0b',
      'A',
      '.git',
    ]) {
      expect(() => store(name)).toThrow(UserError);
    }
  });

  it('has no tag that leads out of it', async () => {
    for (const tag of [
      '..',
      '../v1',
      'a/b',
      '',
      '.',
      'a\\b',
      'a\0b',
      '../../../etc/passwd',
      `${'a'.repeat(129)}`,
    ]) {
      expect((await failure(store().resolveTag(tag, never))).code).toBe('badReference');
      expect((await failure(store().getManifest(tag, never))).code).toBe('badReference');
      expect((await failure(store().putManifest(image.manifest, [tag], never))).code).toBe('badReference');
    }
    for (const digest of ['sha256:../../x', 'md5:d41d8cd98f00b204e9800998ecf8427e', 'sha256:']) {
      await failure(store().getBlob({ ...layer, digest }, never));
      await failure(store().hasBlob(digest, never));
    }
  });

  it('follows no link to a file elsewhere', async () => {
    for (const [kind, digest] of [
      ['blobs', layer.digest],
      ['manifests', image.manifest.digest],
    ] as const) {
      rmSync(at(kind, digest));
      symlinkSync(theirs(kind, digest), at(kind, digest));
    }
    const message = expect.stringContaining('is a link that leads out of the store');
    expect(await failure(store().getManifest('v1', never))).toMatchObject({ code: 'damaged', message });
    expect(await failure(store().getBlob(layer, never))).toMatchObject({ code: 'damaged', message });
    expect(await failure(store().hasBlob(layer.digest, never))).toMatchObject({ code: 'damaged', message });
  });

  it('reads and writes nothing through a folder that is a link to elsewhere', async () => {
    rmSync(at(), { recursive: true });
    symlinkSync(theirs(), at());
    const before = treeOf(outside);
    for (const task of [
      () => store().resolveTag('v1', never),
      () => store().listTags(never),
      () => store().hasBlob(layer.digest, never),
      () => store().putBlob(layer, async () => Readable.from([layer.bytes]), never),
      () => store('mirror/app/deeper').putBlob(layer, async () => Readable.from([layer.bytes]), never),
    ]) {
      expect((await failure(task())).message).toContain('leads out of the store');
    }
    expect(treeOf(outside)).toEqual(before);
  });

  it('reads a tag that points elsewhere as the digest that it names, here', async () => {
    rmSync(at('manifests', 'v1'));
    symlinkSync('/etc/passwd', at('manifests', 'v1'));
    expect((await failure(store().getManifest('v1', never))).message).toContain(
      'is a link to /etc/passwd, which is no digest',
    );
  });

  it('follows links that stay inside, and a v2/ that is one', async () => {
    mkdirSync(join(folder, 'v2/shared'));
    renameSync(at('blobs', layer.digest), join(folder, 'v2/shared/layer'));
    symlinkSync('../../../shared/layer', at('blobs', layer.digest));
    expect(await store().hasBlob(layer.digest, never)).toBe(true);
    const other = temporaryFolder();
    symlinkSync(join(folder, 'v2'), join(other, 'v2'));
    expect((await store('mirror/app', other).getManifest('v1', never))?.digest).toBe(image.manifest.digest);
    expect(await store('mirror/app', other).hasBlob(layer.digest, never)).toBe(true);
    rmSync(other, { recursive: true });
  });
});

it('names digests as the platform can', () => {
  const digest = `sha256:${createHash('sha256').digest('hex')}`;
  expect(digestNames(digest, 'linux')).toEqual([digest, digest.replace(':', '-')]);
  expect(digestNames(digest, 'win32')).toEqual([digest.replace(':', '-')]);
  expect(digestOfName(digest)).toBe(digest);
  expect(digestOfName(digest.replace(':', '-'))).toBe(digest);
  for (const name of ['v1', 'sha256-abc', 'x-y-z', '', `${digest}.download`])
    expect(digestOfName(name)).toBeUndefined();
});
