import { describe, expect, it } from 'vitest';
import {
  contentsText,
  type PackContents,
  readContents,
} from '../../../../server/src/mirror/pack/packContents.ts';

const hex = 'a'.repeat(64);
const digest = `sha256:${hex}`;
const layoutBlob = { kind: 'content', path: `blobs/sha256/${hex}`, digest, size: 3 } as const;
const folderBlob = { ...layoutBlob, path: `v2/edge/app/blobs/${digest}` } as const;

const read = (entries: readonly unknown[], needed: readonly unknown[] = []) =>
  readContents(JSON.stringify({ version: 1, entries, needed }));

describe('a list of contents', () => {
  it('is read as it was written', () => {
    const contents: PackContents = {
      version: 1,
      entries: [
        layoutBlob,
        folderBlob,
        { kind: 'same', path: `v2/edge/other/manifests/${digest}`, digest, as: folderBlob.path },
        { kind: 'tag', path: 'v2/edge/app/manifests/v1', target: digest },
        { kind: 'state', path: 'mirror-runs/edge-0a1b2c3d/plan.json', digest, size: 2 },
        { kind: 'state', path: 'index.json', digest, size: 2 },
      ],
      needed: [{ path: `v2/edge/app/blobs/sha256:${'b'.repeat(64)}`, size: 9 }],
    };
    expect(readContents(contentsText(contents))).toEqual({ ok: true, contents });
  });

  it.each([
    ['a path that leads out', { ...layoutBlob, path: '../etc/passwd' }],
    ['a path that begins at the root', { ...layoutBlob, path: `/blobs/sha256/${hex}` }],
    ['a path through a parent', { ...folderBlob, path: `v2/edge/../../blobs/${digest}` }],
    ['a path through nothing', { ...folderBlob, path: `v2//blobs/${digest}` }],
    ['a path with a zero', { ...folderBlob, path: `v2/ed\0ge/blobs/${digest}` }],
    ['content under the name of other content', { ...layoutBlob, digest: `sha256:${'b'.repeat(64)}` }],
    ['content whose digest nobody can compute', { ...layoutBlob, path: 'blobs/md5/x', digest: `md5:${hex}` }],
    ['a file that no mirror has', { kind: 'state', path: '.bashrc', digest, size: 1 }],
    ['a plan outside of its folder', { kind: 'state', path: 'mirror-runs/../plan.json', digest, size: 1 }],
    ['a tag that is a link to elsewhere', { kind: 'tag', path: 'v2/a/manifests/v1', target: '../../../x' }],
    ['a tag among blobs', { kind: 'tag', path: 'v2/a/blobs/v1', target: digest }],
    ['a second name of other content', { kind: 'same', path: folderBlob.path, digest, as: `v2/a/blobs/x` }],
    ['a negative size', { ...layoutBlob, size: -1 }],
    ['a kind that there is not', { ...layoutBlob, kind: 'device' }],
  ])('is refused with %s', (_, entry) => {
    expect(read([entry])).toMatchObject({ ok: false });
  });

  it('is refused with one path twice, or with a need of other files', () => {
    expect(read([layoutBlob, layoutBlob])).toEqual({
      ok: false,
      problem: `${layoutBlob.path} is there twice`,
    });
    expect(read([], [{ path: '/etc/shadow', size: 1 }])).toMatchObject({ ok: false });
    expect(read([layoutBlob], [])).toMatchObject({ ok: true });
  });

  it.each(['', 'nonsense', '[]', 'null', '{"version":2}', '{"version":1}', '{"version":1,"entries":{}}'])(
    'is refused, and nothing thrown, for %j',
    (text) => {
      expect(readContents(text)).toMatchObject({ ok: false });
    },
  );
});
