import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { makeCertificates } from '../support/certificates.ts';
import { DockerRegistry } from '../support/dockerRegistry.ts';
import {
  blobOf,
  mediaTypes,
  multiArchImage,
  pushImage,
  type TestImage,
  testImage,
  testIndex,
} from '../support/images.ts';
import { RawServer } from '../support/rawServer.ts';
import { RecordingProxy } from './copyProxy.ts';

const cli = new URL('../../dist/cli.js', import.meta.url).pathname;

interface Report {
  readonly images: readonly {
    readonly line: number;
    readonly source: string;
    readonly destination: string;
    readonly digest: string;
    readonly result: string;
    readonly error?: string;
  }[];
  readonly summary: Readonly<Record<string, number>>;
}

/**
 * Two real registries: one that anybody reads, and one that wants a password and has a certificate of an
 * authority that nobody knows.
 */
let directory: string;
let sourceRegistry: DockerRegistry;
let destinationRegistry: DockerRegistry;
let source: RecordingProxy;
let destination: RecordingProxy;
let access: readonly string[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'operator-mirror-copy-'));
  const certificates = await makeCertificates(directory, ['IP:0.0.0.0']);
  [sourceRegistry, destinationRegistry] = await Promise.all([
    DockerRegistry.start(),
    DockerRegistry.start({ users: { anna: 'se:cret' } }),
  ]);
  source = await RecordingProxy.start(sourceRegistry.url);
  destination = await RecordingProxy.start(destinationRegistry.url, '0.0.0.0', certificates);
  const auth = Buffer.from('anna:se:cret').toString('base64');
  const authFile = join(directory, 'auth.json');
  await writeFile(authFile, JSON.stringify({ auths: { [destination.host]: { auth } } }));
  access = ['--authfile', authFile, '--ca-file', certificates.caFile];
});
afterAll(async () => {
  await Promise.all([source, destination, sourceRegistry, destinationRegistry].map((part) => part?.stop()));
  await rm(directory, { recursive: true, force: true });
});

interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

const start = (...argv: string[]) => startNode(cli, ...argv);

function startNode(...argv: string[]): Run {
  const child = spawn(process.execPath, argv, { stdio: ['pipe', 'pipe', 'pipe'], cwd: directory });
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, ended };
}

async function copy(
  mapping: string,
  ...options: string[]
): Promise<{ report: Report; code: number | null; stderr: string }> {
  const path = join(directory, 'mapping.txt');
  await writeFile(path, mapping);
  const { code, stdout, stderr } = await start('copy', '-f', path, '--format', 'json', ...access, ...options)
    .ended;
  return { report: JSON.parse(stdout), code, stderr };
}

/** The same image, past the proxies, as skopeo names it. */
function forSkopeo(image: string): string {
  return `docker://${image
    .replace(source.host, sourceRegistry.host)
    .replace(destination.host, destinationRegistry.host)}`;
}

async function skopeo(...argv: string[]): Promise<Buffer> {
  const { stdout } = await promisify(execFile)('skopeo', argv, { encoding: 'buffer', maxBuffer: 1 << 26 });
  return stdout;
}

const inspect = (image: string, ...more: string[]) =>
  skopeo('inspect', '--tls-verify=false', ...credentials(image), ...more, forSkopeo(image));

const credentials = (image: string) =>
  image.startsWith(destination.host) ? ['--creds', 'anna:se:cret'] : [];

describe('60 lines from one registry to another', () => {
  const base = { 'base.txt': 'the same in all of them' };
  const layers = (n: number) => [
    base,
    { [`family${n % 7}.txt`]: 'shared by some' },
    { [`own${n}.txt`]: `${n}` },
  ];
  /** By source repository and tag. */
  const images = new Map<string, TestImage>();
  const lines: string[] = [];
  let first: Awaited<ReturnType<typeof copy>>;

  beforeAll(async () => {
    const pushes: Promise<void>[] = [];
    for (let n = 0; n < 60; n++) {
      const options = { seed: `${n}`, layers: layers(n), format: n % 2 === 0 ? 'docker' : 'oci' } as const;
      const image =
        n % 4 === 0
          ? multiArchImage(options)
          : n === 58
            ? testIndex([multiArchImage(options), testImage(options)], { format: 'docker' })
            : n === 59
              ? testImage({ ...options, withoutMediaType: true })
              : testImage(options);
      const repository = `team${n % 3}/app${n % 20}`;
      images.set(`${repository}:v${n}`, image);
      pushes.push(pushImage(sourceRegistry.url, repository, `v${n}`, image));
      const byDigest = `${source.host}/${repository}@${image.manifest.digest}`;
      const byTag = `${source.host}/${repository}:v${n}`;
      const to = `${destination.host}/mirror/${repository.replace('/', '-')}`;
      if (n % 10 === 1) lines.push(`${byTag} ${to}:v${n} ${to}-second:again${n}`);
      else if (n % 10 === 2) lines.push(`${byDigest}=${to}`);
      else if (n % 10 === 3) lines.push(`${byTag}=${to}`);
      else if (n % 3 === 0) lines.push(`${byDigest}=${to}:v${n} # pinned`);
      else lines.push(`${byTag}=${to}:v${n}`);
    }
    await Promise.all(pushes);
    source.log.length = 0;
    first = await copy(`${lines.join('\n')}\n`);
  }, 120_000);

  it('are all copied', () => {
    expect(first.stderr).toBe('');
    expect(first.code).toBe(0);
    expect(first.report.images).toHaveLength(66);
    expect(new Set(first.report.images.map(({ line }) => line)).size).toBe(60);
    expect(first.report.summary).toMatchObject({ copied: 66, skipped: 0, failed: 0 });
  });

  it('move each blob once, and mount or skip it everywhere else', () => {
    const blobs = new Set([...images.values()].flatMap(allBlobs));
    const read = source.asked(/^GET \S+\/blobs\//).map((line) => line.split(' ')[1]?.split('/').pop());
    expect(new Set(read)).toEqual(blobs);
    // What a registry refused, or a connection lost, is brought again, and its line says so. That it was asked for a blob and had none says nothing.
    const twice = read.filter((digest, at) => read.indexOf(digest) !== at);
    const linesOf = (digest = '') =>
      [...source.log, ...destination.log].filter((line) => decodeURIComponent(line).includes(digest));
    const unexplained = twice.filter((digest) =>
      linesOf(digest).every((line) => !/^(?:GET|PUT|PATCH) .* (?:[45]\d\d|broken)$/.test(line)),
    );
    expect(unexplained.map((digest) => linesOf(digest))).toEqual([]);
    const { blobsMoved = 0, blobsMounted = 0 } = first.report.summary;
    expect(blobsMoved).toBe(blobs.size);
    const mounts = destination.asked(/^POST \S+\?mount=\S+ 201$/);
    // One more finds out whether the registry begins uploads with the request that asks for a blob.
    expect(mounts).toHaveLength(blobsMounted + 1);
    expect(destination.asked(/^HEAD \S+\/blobs\//).length).toBeLessThan(blobs.size / 2);
    expect(blobsMounted).toBeGreaterThan(20);
  });

  it('are at the destination what skopeo sees at the source, byte for byte', async () => {
    const check = async ({ source: from, destination: to, digest }: Report['images'][number]) => {
      const place = /:[^/]+$/.test(to) ? to : `${to}@${digest}`;
      const [left, right] = await Promise.all([inspect(from, '--raw'), inspect(place, '--raw')]);
      expect(right.equals(left)).toBe(true);
      expect(`sha256:${createHash('sha256').update(left).digest('hex')}`).toBe(digest);
    };
    for (let at = 0; at < 66; at += 4) await Promise.all(first.report.images.slice(at, at + 4).map(check));
  }, 120_000);

  it('have the digest that skopeo reports, and all their platforms', async () => {
    for (const { source: from, destination: to, digest } of first.report.images.slice(0, 10)) {
      const place = /:[^/]+$/.test(to) ? to : `${to}@${digest}`;
      const options = ['--no-tags', '--override-os', 'linux', '--override-arch', 'amd64'];
      const [left, right] = await Promise.all(
        [from, place].map(async (image) => JSON.parse(String(await inspect(image, ...options)))),
      );
      expect(right.Digest).toBe(digest);
      expect({ ...right, Name: '' }).toEqual({ ...left, Name: '' });
      // Reads every child and every blob, and checks them.
      const folder = join(directory, `pulled-${digest.slice(-12)}`);
      await skopeo(
        ...['copy', '--all', '--preserve-digests', '--src-tls-verify=false', '--src-creds', 'anna:se:cret'],
        ...[forSkopeo(place), `dir:${folder}`],
      );
    }
  }, 120_000);

  it('move nothing the second time', async () => {
    source.log.length = 0;
    destination.log.length = 0;
    const { report, code } = await copy(`${lines.join('\n')}\n`);
    expect(code).toBe(0);
    expect(report.summary).toEqual({
      ...{ copied: 0, skipped: 66, failed: 0 },
      ...{ bytes: 0, blobsMoved: 0, blobsMounted: 0, blobsSkipped: 0 },
    });
    expect(source.asked(/blobs/)).toEqual([]);
    expect(destination.asked(/blobs/)).toEqual([]);
    expect(destination.asked(/^(?:PUT|POST|PATCH|DELETE) /)).toEqual([]);
    // Beside the tags, the lists that tell what is beside images; docker-registry has no API for referrers.
    const usual =
      /^(?:HEAD \S+\/manifests\/\S+ 200|GET \/v2\/ 200|GET \S+\/tags\/list\?\S+ 200|GET \S+\/referrers\/\S+ 404)$/;
    expect(source.log.filter((line) => !usual.test(line))).toEqual([]);
  });
});

it('copies what is new, and says on which line and why the rest failed', async () => {
  await pushImage(sourceRegistry.url, 'new/app', 'v1', testImage({ seed: 'new' }));
  const lines = [
    `${source.host}/new/app:v1=${destination.host}/new/app:v1`,
    `${source.host}/new/app:v2=${destination.host}/new/app:v2`,
    `${source.host}/none/app:v1=${destination.host}/none/app:v1`,
  ];
  const { report, code, stderr } = await copy(lines.join('\n'));
  expect(code).toBe(1);
  expect(report.summary).toMatchObject({ copied: 1, failed: 2 });
  const path = join(directory, 'mapping.txt');
  expect(stderr.trimEnd().split('\n').sort()).toEqual([
    `${path}:2:1: error: source: ${source.host}/new/app:v2 is not there; check the name, or leave the image out (copy/failed)`,
    `${path}:3:1: error: source: ${source.host}/none/app:v1 is not there; check the name, or leave the image out (copy/failed)`,
  ]);
});

it('takes a pattern of tags from standard input', async () => {
  for (const tag of ['v4.8', 'v4.9', 'latest']) {
    await pushImage(sourceRegistry.url, 'tags/app', tag, testImage({ seed: tag }));
  }
  const { child, ended } = start('copy', '-f', '-', ...access);
  child.stdin?.end(`${source.host}/tags/app:v4.*=${destination.host}/tags/app\n`);
  const { code, stdout } = await ended;
  expect(code).toBe(0);
  expect(stdout).toMatch(/\n2 images: 2 copied; /);
  const listed = await skopeo(
    ...['list-tags', '--tls-verify=false', '--creds', 'anna:se:cret'],
    forSkopeo(`${destination.host}/tags/app`),
  );
  expect(JSON.parse(String(listed)).Tags.sort()).toEqual(['v4.8', 'v4.9']);
});

it('says what to do about a missing password and an unknown authority', async () => {
  await pushImage(sourceRegistry.url, 'access/app', 'v1', testImage());
  const mapping = join(directory, 'access.txt');
  await writeFile(mapping, `${source.host}/access/app:v1=${destination.host}/access/app:v1\n`);
  const noPassword = await start('copy', '-f', mapping, ...access.slice(2)).ended;
  expect(noPassword.code).toBe(1);
  expect(noPassword.stderr).toMatch(/:1:1: error: destination: .*operator-mirror login 0\.0\.0\.0/);
  const noAuthority = await start('copy', '-f', mapping, ...access.slice(0, 2)).ended;
  expect(noAuthority.code).toBe(1);
  expect(noAuthority.stderr).toMatch(/:1:1: error: destination: .*x509.*--ca-file/);
  expect(noAuthority.stderr + noPassword.stderr).not.toContain('se:cret');
});

it('stops on SIGINT with whole images only, and goes on where it was', async () => {
  const lines: string[] = [];
  await Promise.all(
    Array.from({ length: 30 }, (_, n) =>
      pushImage(sourceRegistry.url, `stop/app${n}`, 'v1', multiArchImage({ seed: `stop${n}` })),
    ),
  );
  for (let n = 0; n < 30; n++) {
    lines.push(`${source.host}/stop/app${n}:v1=${destination.host}/stop/app${n}:v1`);
  }
  const mapping = join(directory, 'stop.txt');
  const progress = join(directory, 'progress.jsonl');
  await writeFile(mapping, lines.join('\n'));
  source.delay = 10;
  const { child, ended } = start(
    'copy',
    '-f',
    mapping,
    '--progress-file',
    progress,
    '--parallel-images',
    '4',
    ...access,
  );
  await expect
    .poll(async () => /"done":[5-9]/.test(await readFile(progress, 'utf8').catch(() => '')))
    .toBe(true);
  child.kill('SIGINT');
  const { code, stdout, stderr } = await ended;
  source.delay = 0;
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^operator-mirror copy: stopped by SIGINT; done: \d+ of \d+ images?, still to do: \d+; run the same command again/,
  );
  const counts = /\n30 images: (\d+) copied, (\d+) not done \(stopped by SIGINT\); /.exec(stdout);
  expect(Number(counts?.[1]) + Number(counts?.[2])).toBe(30);
  const last = (await readFile(progress, 'utf8')).trim().split('\n').pop() ?? '';
  expect(JSON.parse(last)).toMatchObject({ event: 'end', copied: Number(counts?.[1]) });

  const { report } = await copy(lines.join('\n'));
  expect(report.summary).toMatchObject({ failed: 0 });
  expect(report.summary.skipped).toBeGreaterThanOrEqual(Number(counts?.[1]));
  for (const { destination: image } of report.images.slice(0, 3)) {
    const raw = JSON.parse(String(await inspect(image, '--raw')));
    expect(raw.manifests).toHaveLength(4);
  }
});

it.each(['inspect', 'copy', 'check'])(
  '%s stops on SIGINT where a registry says nothing',
  async (command) => {
    let asked = 0;
    const silent = await RawServer.start(async () => {
      asked++;
    });
    onTestFinished(() => silent.stop());
    const image = `${silent.host}/team/app:v1`;
    const path = join(directory, 'silent-mapping.txt');
    // A copy asks the source first, and a check the destination.
    await writeFile(path, `${image}=${silent.host}/mirror/app:v1\n`);
    const argv = { inspect: [image], copy: ['-f', path], check: ['--online', path] }[command] ?? [];
    const { child, ended } = start(command, ...argv, ...access);
    await expect.poll(() => asked).toBeGreaterThan(0);
    child.kill('SIGINT');
    // A connection that does not stand yet would keep it for 15 seconds, and the probe for 20.
    const { code, stderr } = await ended;
    expect(stderr).toContain(`operator-mirror ${command}: stopped by SIGINT`);
    expect(code).toBe(command === 'copy' ? 1 : 2);
  },
  14_000,
);

it('streams: a big blob needs no memory', async () => {
  const small = testImage({ format: 'oci', layers: [] });
  const big = blobOf(mediaTypes.oci.layer, randomBytes(300_000_000));
  const manifest = JSON.parse(small.manifest.bytes.toString());
  manifest.layers.push({ mediaType: big.mediaType, digest: big.digest, size: big.size });
  await pushImage(sourceRegistry.url, 'big/app', 'v1', {
    ...small,
    blobs: [...small.blobs, big],
    manifest: blobOf(mediaTypes.oci.manifest, Buffer.from(JSON.stringify(manifest))),
  });
  const mapping = join(directory, 'big.txt');
  await writeFile(mapping, `${source.host}/big/app:v1=${destination.host}/big/app:v1\n`);
  // The system's own high-water mark would count the memory of the process that starts this one.
  const meter = join(directory, 'meter.cjs');
  await writeFile(
    meter,
    `let most = 0;
    setInterval(() => { most = Math.max(most, process.memoryUsage().rss); }, 20).unref();
    process.on('exit', () => require('node:fs').writeSync(2, String(most)));`,
  );
  const { ended } = startNode('--require', meter, cli, 'copy', '-f', mapping, ...access);
  const { code, stdout, stderr } = await ended;
  expect(code).toBe(0);
  expect(stdout).toContain('286 MiB moved');
  // The program and what is under way take 160 to 200 MB; the blob would come on top of that.
  expect(Number(stderr)).toBeLessThan(280_000_000);
}, 120_000);

function allBlobs(image: TestImage): string[] {
  return [...image.blobs.map(({ digest }) => digest), ...image.children.flatMap(allBlobs)];
}
