import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planText } from '../../../server/src/mirror/plan/planFile.ts';
import { OcDirectory } from '../../../server/src/stores/ocDirectory.ts';
import { endedProcess } from '../../support/endedProcess.ts';
import { treeOf, unpack as unpackStore } from '../../support/fileStore.ts';
import { multiArchImage, type TestBlob, type TestImage, testImage } from '../../support/images.ts';
import { blobPath, writeLayout } from '../../support/ociLayout.ts';
import { CommandLine } from './copyHarness.ts';

let line: CommandLine;
let layout: string;
beforeEach(() => {
  line = new CommandLine();
  layout = line.path('here/mirror');
});
afterEach(() => line.remove());

const app = { name: 'quay.io/edge/app:v1', image: multiArchImage({ seed: 'app', format: 'oci' }) };
const tool = { name: 'quay.io/edge/tool:v2', image: testImage({ seed: 'tool', format: 'docker' }) };
/** No other image has it. */
const [toolConfig] = tool.image.blobs as [TestBlob];

interface Packed {
  readonly contents: string;
  readonly images: number;
  readonly volumes: readonly { readonly file: string; readonly sha256: string; readonly bytes: number }[];
  readonly incomplete: readonly { readonly image: string; readonly error: string }[];
}

async function packed(...options: string[]): Promise<Packed & { code: number; stderr: string }> {
  const { code, stdout, stderr } = await line.run(
    ...[
      'pack',
      layout,
      '--format=json',
      ...(options.includes('-o') ? [] : ['-o', line.path('here')]),
      ...options,
    ],
  );
  if (stdout === '') throw new Error(stderr);
  return { ...JSON.parse(stdout), code, stderr };
}

/** Unpacks an archive in another place, where nothing of the first is. */
const unpacked = (archive: Packed, ...options: string[]) =>
  line.run('unpack', archive.volumes[0]?.file ?? '', '--dir', line.path('there'), ...options);

/** The files below a folder of the test; none where it is not there. */
function filesIn(name: string): string[] {
  const folder = line.path(name);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** The blobs that an archive of one volume carries, as tar lists them. */
function blobsIn({ volumes: [volume] }: Packed): string[] {
  const list = execFileSync('tar', ['-tf', volume?.file ?? ''], { encoding: 'utf8' });
  return list.split('\n').flatMap((path) => (path.startsWith('blobs/') ? [basename(path)] : []));
}

/** What a layout holds: its names, and all blobs with their content. */
function holdings(folder: string): object {
  const { manifests } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'));
  const names = manifests.map((entry: { digest: string; annotations: object }) => ({
    digest: entry.digest,
    ...entry.annotations,
  }));
  const blobs = readdirSync(join(folder, 'blobs/sha256')).sort();
  const right = (hex: string) =>
    execFileSync('sha256sum', [join(folder, 'blobs/sha256', hex)], { encoding: 'utf8' }).startsWith(hex);
  return { names, blobs, allRight: blobs.every(right) };
}

describe('pack, and unpack elsewhere', () => {
  beforeEach(() => writeLayout(layout, [app, tool]));

  it('carries all images, in one volume or in many', async () => {
    for (const size of ['4000M', '4K']) {
      const archive = await packed('--volume-size', size);
      expect(archive.code).toBe(0);
      expect(archive.images).toBe(2);
      const { code, stdout, stderr } = await unpacked(archive);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(
        /\nNext: operator-mirror mirror --from oci:\/\/\S+there docker:\/\/HOST\/NAMESPACE\n$/,
      );
      expect(holdings(line.path('there'))).toEqual(holdings(layout));
      rmSync(line.path('there'), { recursive: true });
    }
  });

  it('takes the plan of the run along, and leaves what no image has', async () => {
    mkdirSync(join(layout, 'mirror-runs/edge-0a1b2c3d'), { recursive: true });
    writeFileSync(join(layout, 'mirror-runs/edge-0a1b2c3d/plan.json'), '{"version":1}');
    writeFileSync(join(layout, 'mirror-runs/edge-0a1b2c3d/result.json'), '{"version":1}');
    writeFileSync(join(layout, 'mirror-runs/edge-0a1b2c3d/journal.jsonl'), '{}');
    writeFileSync(blobPath(layout, `sha256:${'e'.repeat(64)}`), 'nobody has it');
    await unpacked(await packed());
    expect(filesIn('there').filter((path) => !path.includes('blobs'))).toEqual([
      'index.json',
      'mirror-runs/edge-0a1b2c3d/plan.json',
      'mirror-runs/edge-0a1b2c3d/result.json',
      'oci-layout',
    ]);
    expect(readdirSync(line.path('there/blobs/sha256'))).not.toContain('e'.repeat(64));
  });

  it('cuts volumes as the plans in the place say, the smallest of them, unless it is told otherwise', async () => {
    const planOf = (archiveSize: number | undefined) =>
      planText({
        version: 1,
        name: 'edge',
        destination: 'oci://mirror',
        catalogs: [],
        images: [],
        archiveSize,
        collisions: [],
        refused: [],
      });
    for (const [at, archiveSize] of [16384, undefined, 8192].entries()) {
      line.write(`here/mirror/mirror-runs/edge-${at}/plan.json`, planOf(archiveSize));
    }
    line.write('here/mirror/mirror-runs/edge-broken/plan.json', '{"archiveSize":1}');
    for (const folder of ['planned', 'asked']) mkdirSync(line.path(folder));
    const bytesOf = ({ volumes }: Packed) => Math.max(...volumes.map(({ bytes }) => bytes));
    const asPlanned = await packed('-o', line.path('planned'));
    expect(asPlanned.volumes.length).toBeGreaterThan(1);
    expect(bytesOf(asPlanned)).toBe(8192);
    expect(bytesOf(await packed('-o', line.path('asked'), '--volume-size', '4K'))).toBe(4096);
  });

  it('writes what tar and sha256sum read', async () => {
    const { volumes } = await packed('--volume-size', '8K');
    const here = line.path('here');
    const base = (volumes[0]?.file ?? '').replace(/\.tar\.001$/, '');
    execFileSync('sha256sum', ['--check', '--strict', `${basename(base)}.sha256`], { cwd: here });
    mkdirSync(line.path('there'));
    execFileSync('sh', ['-c', `cat ${base}.tar.* | tar -x -C ${line.path('there')}`]);
    expect(holdings(line.path('there'))).toEqual(holdings(layout));
  });

  it('is the same archive when it is made again', async () => {
    const [first, second] = [await packed(), await packed('-o', line.path('.'))];
    expect(second.volumes.map(({ sha256 }) => sha256)).toEqual(first.volumes.map(({ sha256 }) => sha256));
  });

  it('carries with --since only what the other side lacks', async () => {
    const first = await packed();
    await unpacked(first);
    const extra = { name: 'quay.io/edge/extra:v1', image: testImage({ seed: 'extra', format: 'oci' }) };
    writeLayout(layout, [app, tool, extra]);
    const second = await packed('--since', first.contents);
    const before = new Set(readdirSync(line.path('there/blobs/sha256')));
    const fresh = readdirSync(join(layout, 'blobs/sha256')).filter((hex) => !before.has(hex));
    expect(fresh).not.toEqual([]);
    expect(blobsIn(second).sort()).toEqual(fresh.sort());

    const empty = await line.run('unpack', second.volumes[0]?.file ?? '', '--dir', line.path('empty'));
    expect(empty.code).toBe(2);
    expect(empty.stderr).toMatch(/builds on \d+ files that are not there.*unpack the archives before it/);
    expect(filesIn('empty')).toEqual([]);

    expect((await unpacked(second)).code).toBe(0);
    expect(holdings(line.path('there'))).toEqual(holdings(layout));

    const third = await packed('--since', second.contents);
    expect(blobsIn(third)).toEqual([]);
    expect((await unpacked(third)).code).toBe(0);
  });

  it('leaves names that others have written at the other side', async () => {
    const other = { name: 'quay.io/other/app:v9', image: testImage({ seed: 'other', format: 'oci' }) };
    writeLayout(line.path('there'), [other]);
    await unpacked(await packed());
    const index = readFileSync(line.path('there/index.json'), 'utf8');
    for (const { name } of [app, tool, other]) expect(index).toContain(name);
  });

  it('packs what is whole, and says what is not', async () => {
    rmSync(blobPath(layout, toolConfig.digest));
    const archive = await packed();
    expect(archive.code).toBe(1);
    expect(archive.incomplete.map(({ image }) => image)).toEqual([tool.name]);
    expect(archive.stderr).toContain(`${tool.name} is left out: ${toolConfig.digest} is not there`);
    await unpacked(archive);
    expect(readFileSync(line.path('there/index.json'), 'utf8')).not.toContain(tool.name);
  });

  it('carries nothing damaged', async () => {
    const path = blobPath(layout, toolConfig.digest);
    const bytes = readFileSync(path);
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    const { code, stderr } = await line.run('pack', layout, '-o', line.path('here'));
    expect(code).toBe(2);
    expect(stderr).toContain(`${path} is damaged`);
    expect(readdirSync(line.path('here')).filter((name) => /\.(?:tar\.\d+|tmp)$/.test(name))).toEqual([]);
  });

  it('reads nothing through a link out of the place', async () => {
    const path = blobPath(layout, toolConfig.digest);
    renameSync(path, line.path('elsewhere'));
    symlinkSync(line.path('elsewhere'), path);
    const { code, stderr } = await line.run('pack', layout, '-o', line.path('here'));
    expect(code).toBe(2);
    expect(stderr).toContain(path);
  });
});

describe('pack of a v2/ that oc wrote', () => {
  const store = 'jaeger-reg2file-oc48';
  const here = () => line.path('here/mirror');

  it('brings the same tree to the other side', async () => {
    mkdirSync(here(), { recursive: true });
    unpackStore(store, here());
    const archive = await packed('--volume-size', '64K');
    expect(archive.code).toBe(0);
    expect((await unpacked(archive)).code).toBe(0);
    const withoutModes = (folder: string) => treeOf(folder).map((entry) => entry.replace(/^f \d+ /, 'f '));
    expect(withoutModes(line.path('there/v2'))).toEqual(withoutModes(join(here(), 'v2')));
  });

  it('carries content that two repositories have once, and then what is new', async () => {
    const source = new OcDirectory(here(), 'edge/app');
    const other = new OcDirectory(here(), 'other/tool');
    await put(source, tool.image, 'v1');
    const first = await packed();
    await unpacked(first);
    await put(other, tool.image, `sha256-${tool.image.manifest.digest.slice(7)}`);
    await put(source, app.image, 'v2');
    const second = await packed('--since', first.contents);
    const list = execFileSync('tar', ['-tvf', second.volumes[0]?.file ?? ''], { encoding: 'utf8' });
    const lines = list.split('\n').filter((each) => each.includes(`other/tool/blobs/${toolConfig.digest}`));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^h.* link to v2\/edge\/app\/blobs\//);
    expect((await unpacked(second)).code).toBe(0);
    expect(filesIn('there')).toEqual(filesIn('here/mirror'));
    for (const [repository, tag, image] of [
      ['edge/app', 'v1', tool.image],
      ['edge/app', 'v2', app.image],
      ['other/tool', `sha256-${tool.image.manifest.digest.slice(7)}`, tool.image],
    ] as const) {
      const there = new OcDirectory(line.path('there'), repository);
      const { signal } = new AbortController();
      expect(await there.resolveTag(tag, signal)).toBe(image.manifest.digest);
      expect(await there.hasManifest(image.manifest.digest, signal)).toBe(true);
    }
  });

  it('leaves out what stopped copies have left, and says what is not whole', async () => {
    const source = new OcDirectory(here(), 'edge/app');
    await put(source, tool.image, 'v1');
    await put(source, app.image, 'v2');
    writeFileSync(join(here(), 'v2/edge/app/manifests/v3.download'), '');
    rmSync(join(here(), 'v2/edge/app/blobs', toolConfig.digest));
    const archive = await packed();
    expect(archive.code).toBe(1);
    expect(archive.incomplete).toHaveLength(1);
    await unpacked(archive);
    const there = filesIn('there/v2/edge/app/manifests');
    expect(there).toContain('v2');
    expect(there).not.toContain('v1');
    expect(there).not.toContain('v3.download');
  });

  it('knows a folder that holds nothing of the kind', async () => {
    mkdirSync(here(), { recursive: true });
    const { code, stderr } = await line.run('pack', here());
    expect(code).toBe(2);
    expect(stderr).toContain('holds neither an OCI image layout nor a v2/');
  });
});

/** Writes an image to a store, as a copy does. */
async function put(store: OcDirectory, image: TestImage, tag: string | undefined): Promise<void> {
  const { signal } = new AbortController();
  for (const child of image.children) await put(store, child, undefined);
  for (const blob of image.blobs) await store.putBlob(blob, async () => Readable.from([blob.bytes]), signal);
  await store.putManifest(image.manifest, tag === undefined ? [] : [tag], signal);
}

describe('what was interrupted', () => {
  beforeEach(() => writeLayout(layout, [app, tool]));

  it('goes on with the volume that is missing or cut, and keeps the others', async () => {
    const first = await packed('--volume-size', '4K');
    const files = first.volumes.map(({ file }) => file);
    const lost = [files[1] ?? '', files[2] ?? '', files.at(-1) ?? ''];
    const before = new Map(files.map((file) => [file, statSync(file).mtimeMs]));
    rmSync(lost[0] ?? '');
    rmSync(lost[1] ?? '');
    truncateSync(lost[2] ?? '', 10);
    const again = await packed('--volume-size', '4K');
    expect(again.volumes).toEqual(first.volumes);
    const touched = files.filter((file) => statSync(file).mtimeMs !== before.get(file));
    expect(touched).toEqual(lost);
    execFileSync('sha256sum', ['--check', '--strict', basename(first.contents).replace('.json', '.sha256')], {
      cwd: line.path('here'),
    });
  });

  it('goes on where unpacking ended, and removes what a killed run has left', async () => {
    const archive = await packed();
    await unpacked(archive);
    const there = line.path('there');
    const blob = blobPath(there, toolConfig.digest);
    rmSync(blob);
    const left = join(there, `blobs/sha256/.operator-mirror-${endedProcess()}-0123456789abcdef.tmp`);
    writeFileSync(left, 'half');
    const { code, stdout } = await unpacked(archive, '--format=json');
    expect(code).toBe(0);
    // The index, which every archive has, and the blob.
    expect(JSON.parse(stdout)).toMatchObject({ written: 3 });
    expect(holdings(there)).toEqual(holdings(layout));
  });
});

describe('unpack of what is no archive, or not whole', () => {
  let archive: Packed;
  beforeEach(async () => {
    writeLayout(layout, [app, tool]);
    archive = await packed('--volume-size', '4K');
  });

  const volume = (number: number) => archive.volumes[number - 1]?.file ?? '';
  const expectRefused = async (file: string, message: RegExp) => {
    const { code, stderr } = await line.run('unpack', file, '--dir', line.path('there'));
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  };
  const nothingThere = () => expect(filesIn('there')).toEqual([]);

  it('names the volumes that are not there', async () => {
    rmSync(volume(2));
    rmSync(volume(4));
    await expectRefused(volume(3), /Volume|volumes of mirror-\w+ are not there/);
    nothingThere();
  });

  it('finds volumes in several folders', async () => {
    mkdirSync(line.path('disk'));
    renameSync(volume(2), line.path(`disk/${basename(volume(2))}`));
    const { code } = await line.run(
      ...['unpack', volume(1), line.path(`disk/${basename(volume(2))}`), '--dir', line.path('there')],
    );
    expect(code).toBe(0);
    expect(holdings(line.path('there'))).toEqual(holdings(layout));
  });

  it('says which volume is damaged, and keeps what was whole', async () => {
    const bytes = readFileSync(volume(archive.volumes.length - 3));
    bytes.fill(0xff, 10, 600);
    writeFileSync(volume(archive.volumes.length - 3), bytes);
    await expectRefused(
      volume(1),
      /\.tar\.\d+ (?:or a volume after it )?is damaged: .* not what was packed.*sha256sum/,
    );
    const blobs = readdirSync(line.path('there/blobs/sha256'));
    expect(blobs.filter((name) => !/^[0-9a-f]{64}$/.test(name))).toEqual([]);
  });

  it.each([
    ['is cut off', (file: string) => truncateSync(file, 700), /are not equally long/],
    ['is empty', (file: string) => truncateSync(file, 0), /are not equally long/],
    [
      'is another file',
      (file: string) => writeFileSync(file, 'x'.repeat(4096)),
      /does not begin with a list/,
    ],
    ['has bytes behind its end', (file: string) => appendFileSync(file, 'x'), /are not equally long/],
  ])('refuses a first volume that %s', async (_, spoil, message) => {
    spoil(volume(1));
    await expectRefused(volume(1), message);
    nothingThere();
  });

  it('refuses an archive of tar whose list names files elsewhere', async () => {
    const list = {
      version: 1,
      entries: [{ kind: 'state', path: '../outside', digest, size: 1 }],
      needed: [],
    };
    mkdirSync(line.path('evil'));
    writeFileSync(line.path('evil/operator-mirror-contents.json'), `${JSON.stringify(list)}\n`);
    const file = line.path('evil-00000000.tar.001');
    spawnSync('tar', [
      ...['--format=ustar', '--owner=0', '--group=0', '--numeric-owner', '--mode=644', '--mtime=@0'],
      ...['-cf', file, '-C', line.path('evil'), 'operator-mirror-contents.json'],
    ]);
    await expectRefused(file, /no archive that can be unpacked/);
    nothingThere();
    expect(filesIn('.')).not.toContain('outside');
  });

  it('writes through no link that leads out of the folder', async () => {
    mkdirSync(line.path('there'));
    mkdirSync(line.path('secret'));
    symlinkSync(line.path('secret'), line.path('there/blobs'));
    await expectRefused(volume(1), /leads out of the store/);
    expect(readdirSync(line.path('secret'))).toEqual([]);
  });

  it('wants volumes of one archive', async () => {
    copyFileSync(volume(1), line.path('other-00000000.tar.001'));
    const { code, stderr } = await line.run('unpack', volume(1), line.path('other-00000000.tar.001'));
    expect(code).toBe(2);
    expect(stderr).toContain('are two archives');
    await expectRefused(line.path('nothing.txt'), /is no volume of an archive/);
  });
});

const digest = `sha256:${'a'.repeat(64)}`;
