import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../server/src/base/errors.ts';
import { FakeTokenService } from '../../support/fakeAuth.ts';
import { FakeRegistry, type FakeRegistryOptions } from '../../support/fakeRegistry.ts';
import { cut, registryFault, slow, status, tampered } from '../../support/faults.ts';
import { addToStore, treeOf } from '../../support/fileStore.ts';
import { multiArchImage, type TestImage, testImage } from '../../support/images.ts';
import { CommandLine } from './copyHarness.ts';

let source: FakeRegistry;
let destination: FakeRegistry;
let line: CommandLine;
const cleanups: (() => unknown)[] = [];

const start = async (options: FakeRegistryOptions = {}) => {
  const registry = await FakeRegistry.start(options);
  cleanups.push(() => registry.stop());
  return registry;
};

beforeEach(async () => {
  [source, destination] = await Promise.all([start(), start()]);
  line = new CommandLine();
  cleanups.push(() => line.remove());
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** `S/` and `D/` stand for the two registries. */
const mapping = (...lines: string[]) =>
  line.write(
    'mapping.txt',
    `${lines.join('\n')}\n`.replaceAll('S/', `${source.host}/`).replaceAll('D/', `${destination.host}/`),
  );

const copy = (path: string, ...options: string[]) => line.run('copy', '-f', path, ...options);
const json = async (path: string, ...options: string[]) => {
  const { code, stdout, stderr } = await copy(path, '--format', 'json', ...options);
  return { code, stderr, ...JSON.parse(stdout) };
};

/** The problem matcher that the editor has. */
const matcher = /^(.+?):(\d+):(\d+): (error|warning|info|hint): (.+?) \(([a-z-]+\/[a-z-]+)\)$/;

describe('--lines', () => {
  it('copies these lines alone, under their own numbers, whatever is wrong in others', async () => {
    for (const name of ['a', 'b', 'c']) source.add(name, 'v1', testImage({ seed: name }));
    const path = mapping('S/a:v1=D/a:v1', 'no pair', 'S/b:v1=D/b:v1', 'S/c:v1=D/c:v1', 'S/none:v1=D/none:v1');
    const some = await json(path, '--lines', '3,5');
    expect(some.code).toBe(1);
    expect(some.images.map(({ line, result }: { line: number; result: string }) => [line, result])).toEqual([
      [3, 'copied'],
      [5, 'failed'],
    ]);
    expect(some.stderr).toMatch(/mapping\.txt:5:1: error: /);
    expect(destination.manifest('a', 'v1')).toBeUndefined();
  });

  it.each([
    ['9', 'has no line 9, but 2 lines; correct --lines'],
    ['x', '--lines x names no lines; write them as 3,7-9'],
    ['2', 'the mapping names no image'],
  ])('refuses %s', async (lines, message) => {
    const { code, stderr } = await copy(mapping('S/a:v1=D/a:v1', '#'), '--lines', lines);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('what it says', () => {
  it('of a destination that is down is said once with a number, and of each image to a program', async () => {
    source.add('a', 'v1', testImage());
    const { host } = destination;
    const count = 40;
    const path = mapping(...Array.from({ length: count }, (_, at) => `S/a:v1=D/a${at}:v1`));
    await destination.stop();
    const { code, stderr, summary, images } = await json(path);
    expect({ code, ...summary }).toMatchObject({ code: 1, failed: count, copied: 0 });
    const [first, others, ...rest] = stderr.trimEnd().split('\n');
    expect(first).toContain(
      `error: destination: ${host} refuses the connection; check host and port, and that the registry runs (copy/failed)`,
    );
    expect(others).toMatch(matcher);
    expect(others).toContain(
      `error: ${count - 1} more images of this mapping fail in the same way (copy/failed)`,
    );
    expect(rest).toEqual([]);
    for (const { error } of images) expect(error).toContain(`destination: ${host} refuses the connection`);
  });

  it('is a line for each image and a summary', async () => {
    const image = testImage({ layers: [{ 'big.bin': Buffer.alloc(20_000, 'x') }] });
    const index = multiArchImage();
    source.add('a', 'v1', image);
    source.add('b', 'v1', index);
    destination.add('b', 'v1', index);
    const path = mapping('S/a:v1=D/a:v1', 'S/b:v1=D/b:v1', 'S/c:v1=D/c:v1');
    const { code, stdout, stderr } = await copy(path);
    expect(code).toBe(1);
    const [first, second] = stdout.split('\n').sort();
    expect(stdout).toMatch(/^copied {2}\S+\/a:v1 \(sha256:[0-9a-f]{64}\) → \S+\/a:v1 \(\d+ B moved\)$/m);
    expect(stdout).toMatch(/^skipped \S+\/b:v1 \(sha256:[0-9a-f]{64}\) → \S+\/b:v1$/m);
    expect([first, second]).toBeDefined();
    expect(stdout).toMatch(
      /\n3 images: 1 copied, 1 already there, 1 failed; \d+ B moved; [\d.]+ s\n2 images have no signature or attestation\n$/,
    );
    const problem = matcher.exec(stderr.trimEnd());
    expect(problem?.slice(1, 5)).toEqual([path, '3', '1', 'error']);
    expect(problem?.[5]).toBe(
      `source: ${source.host}/c:v1 is not there; check the name, or leave the image out`,
    );
    expect(problem?.[6]).toBe('copy/failed');
  });

  it('is JSON with the images in the order of the mapping', async () => {
    const image = testImage();
    source.add('a', 'v1', image);
    source.inject(slow(100), { path: /\/a\/manifests/ });
    const path = mapping('# first', 'S/a:v1 D/x:v1 D/y', '', 'S/b:v1=D/b:v1');
    const { code, images, summary } = await json(path);
    expect(code).toBe(1);
    const { digest } = image.manifest;
    expect(images).toEqual([
      {
        line: 2,
        source: `${source.host}/a:v1`,
        destination: `${destination.host}/x:v1`,
        digest,
        result: 'copied',
      },
      {
        line: 2,
        source: `${source.host}/a:v1`,
        destination: `${destination.host}/y:v1`,
        digest,
        result: 'copied',
      },
      {
        line: 4,
        source: `${source.host}/b:v1`,
        destination: `${destination.host}/b:v1`,
        result: 'failed',
        error: `source: ${source.host}/b:v1 is not there; check the name, or leave the image out`,
      },
    ]);
    const bytes = image.blobs.reduce((sum, { size }) => sum + size, 0);
    const blobs = { blobsMoved: 3, blobsMounted: 3, blobsSkipped: 0 };
    expect(summary).toEqual({ copied: 2, skipped: 0, failed: 1, bytes, ...blobs });
  });

  it('is progress as lines of JSON, in a file and on stderr', async () => {
    source.add('a', 'v1', testImage());
    const path = mapping('S/a:v1=D/a:v1', 'S/a:v1=D/b:v1');
    const file = line.write('progress.jsonl', 'left over\n');
    const { stderr, code } = await copy(path, '--progress', 'jsonl', '--progress-file', file);
    expect(code).toBe(0);
    for (const text of [stderr, readFileSync(file, 'utf8')]) {
      const events = text
        .trim()
        .split('\n')
        .map((row) => JSON.parse(row));
      expect(events.at(-2)).toMatchObject({
        event: 'progress',
        done: 2,
        total: 2,
        image: `${source.host}/a:v1`,
      });
      expect(events.at(-1)).toMatchObject({ event: 'end', copied: 2, skipped: 0, failed: 0 });
      expect(events.at(-2).bytes).toBe(events.at(-1).bytes);
    }
  });

  it('is a bar on a terminal, which leaves nothing behind', async () => {
    line.isTTY = true;
    source.add('a', 'v1', testImage());
    source.inject(slow(250), { path: /blobs/ });
    const { stderr, stdout } = await copy(mapping('S/a:v1=D/a:v1'));
    expect(stderr).toContain('[....................] 0/1 images, 0 B');
    expect(stderr.endsWith('\r\u001b[K')).toBe(true);
    expect(stdout).not.toContain('\u001b');
    line.isTTY = false;
    expect((await copy(mapping('S/a:v1=D/a:v1'))).stderr).toBe('');
  });
});

describe('what it refuses before anything is asked', () => {
  const refuse = async (code: string, ...lines: string[]) => {
    const path = mapping(...lines);
    const { code: exit, stderr, stdout } = await copy(path);
    expect(exit).toBe(2);
    expect(stdout).toBe('');
    const rows = stderr.trimEnd().split('\n');
    expect(rows.pop()).toContain('nothing was copied');
    expect([...source.log, ...destination.log]).toEqual([]);
    return rows.map((row) => {
      expect(matcher.exec(row)?.slice(1, 2)).toEqual([path]);
      expect(matcher.exec(row)?.[6]).toBe(code);
      return `${matcher.exec(row)?.[2]}:${matcher.exec(row)?.[3]}`;
    });
  };

  it('is a line that is none', async () =>
    expect(await refuse('mapping/syntax', 'S/a:v1=D/a:v1', 'S/b:v1', 'S/c:v1=D/C:v1')).toHaveLength(2));
  it('is a destination twice', async () =>
    expect(await refuse('mapping/duplicate-destination', 'S/a:v1=D/a:v1', 'S/b:v1=D/a')).toHaveLength(1));
  it('is a destination by digest', async () =>
    expect(await refuse('mapping/destination-digest', `S/a:v1=D/a@sha256:${'0'.repeat(64)}`)).toHaveLength(
      1,
    ));

  it.each([
    ['no file', [], /no mapping is given; name one with -f/],
    [
      'a file that is not there',
      ['-f', '/nonexistent/mapping.txt'],
      /there is no \/nonexistent\/mapping.txt/,
    ],
    ['a mapping as an argument', ['mapping.txt'], /no mapping is given/],
    ['an unknown format', ['-f', 'x', '--format', 'yaml'], /--format yaml is not known/],
    ['no number', ['-f', 'x', '--parallel-images', '0'], /--parallel-images 0 is no whole number from 1 on/],
  ])('%s', async (_name, options, message) => {
    const { code, stderr } = await line.run('copy', ...options);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd()).not.toContain('\n');
  });

  it('is to work without the network', async () => {
    const { code, stderr } = await copy(mapping('S/a:v1=D/a:v1'), '--offline');
    expect(code).toBe(2);
    expect(stderr).toContain('leave --offline away');
    expect([...source.log, ...destination.log]).toEqual([]);
  });

  it.each(['--authfile', '--ca-file'])('is a file that is not there: %s', async (option) => {
    const { code, stderr } = await copy(mapping('S/a:v1=D/a:v1'), option, '/nonexistent/file');
    expect(code).toBe(2);
    expect(stderr).toContain('there is no /nonexistent/file');
  });

  it('is a mapping of nothing', async () => {
    const { code, stderr } = await copy(mapping('# nothing'));
    expect(code).toBe(2);
    expect(stderr).toContain('names no image');
  });

  it('is a progress file that cannot be', async () => {
    const { code, stderr } = await copy(mapping('S/a:v1=D/a:v1'), '--progress-file', line.path('no/where'));
    expect(code).toBe(2);
    expect(stderr).toContain('no progress can be written there');
  });
});

const sizeOf = (image: TestImage) => image.blobs.reduce((sum, { size }) => sum + size, 0);

describe('file:// images', () => {
  it('are written to the v2/ of a folder, and read from it', async () => {
    const image = multiArchImage();
    source.add('a', 'v1', image);
    const { code, stdout } = await copy(mapping('S/a:v1=file://x/a:v1'), '--dir', line.path('store'));
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('file://x/a:v1') });
    const expected = line.path('expected');
    addToStore(expected, 'x/a', 'v1', image);
    expect(treeOf(line.path('store'))).toEqual(treeOf(expected));
    const back = await json(mapping('file:///x/a:v1=D/b'), '--dir', line.path('store'));
    expect(back.images[0]).toMatchObject({ digest: image.manifest.digest, result: 'copied' });
    expect(destination.manifest('b', 'v1')).toBeDefined();
  });

  it('share blobs among themselves as hard links, which moves no bytes', async () => {
    for (const name of ['a', 'b']) source.add(name, 'v1', testImage());
    const path = mapping('S/a:v1=file://x/a:v1', 'S/b:v1=file://x/b:v1');
    const { code, summary } = await json(path, '--dir', line.path('store'));
    expect({ code, ...summary }).toMatchObject({ code: 0, copied: 2, bytes: sizeOf(testImage()) });
    const linked = treeOf(line.path('store')).filter((entry) => / = v2\/x\/a\/blobs\//.test(entry));
    expect(linked.filter((entry) => entry.includes('v2/x/b/blobs/'))).toHaveLength(3);
  });

  it('stand for all tags that the folder has', async () => {
    for (const tag of ['v1', 'v2']) addToStore(line.path('store'), 'x/a', tag, testImage({ seed: tag }));
    const { summary } = await json(mapping('file://x/a=D/a'), '--dir', line.path('store'));
    expect(summary).toMatchObject({ copied: 2 });
  });

  it('are refused before anything is copied where there is no folder to read from', async () => {
    source.add('a', 'v1', testImage());
    const path = mapping('S/a:v1=D/a:v1', 'file://x/a:v1=D/b:v1');
    const { code, stderr } = await copy(path, '--dir', line.folder);
    expect(code).toBe(2);
    expect(stderr).toContain(`file://x/a:v1: there is no v2/ in ${line.folder}, and nothing was copied`);
    expect(stderr).toContain('--dir');
    expect(destination.manifest('a', 'v1')).toBeUndefined();
  });

  it('that the folder does not have fail alone, with their side', async () => {
    addToStore(line.path('store'), 'x/a', 'v1', testImage());
    const path = mapping('file://x/a:v1=D/a:v1', 'file://x/a:v9=D/b:v9');
    const { code, stderr, summary } = await json(path, '--dir', line.path('store'));
    expect({ code, ...summary }).toMatchObject({ code: 1, copied: 1, failed: 1 });
    expect(stderr).toContain(':2:1: error: source: file://x/a:v9 is not there');
  });
});

it('copies what it can reach, and says of s3:// what to do', async () => {
  source.add('a', 'v1', testImage());
  const path = mapping('S/a:v1=s3://h/r/b/a:v1', 'S/a:v1=D/a:v1');
  const { code, stderr, summary } = await json(path);
  expect(code).toBe(1);
  expect(summary).toMatchObject({ copied: 1, failed: 1 });
  expect(stderr).toContain(
    ':1:1: error: destination: s3://h/r/b/a:v1: s3:// places are not supported by this command yet; copy between registries, file:// and oci:// places, or use `oc image mirror` for this line',
  );
});

it('moves no blob the second time, and asks for no more than the tags, and what else is beside images', async () => {
  source.add('a', 'v1', multiArchImage());
  source.add('b', 'v1', testImage());
  const path = mapping('S/a:v1=D/a:v1', 'S/b:v1 D/b:v1 D/c:v2');
  expect((await json(path)).summary).toMatchObject({ copied: 3 });
  source.clear();
  destination.clear();
  expect((await json(path)).summary).toEqual({
    ...{ copied: 0, skipped: 3, failed: 0 },
    ...{ bytes: 0, blobsMoved: 0, blobsMounted: 0, blobsSkipped: 0 },
  });
  const tags = (registry: FakeRegistry) => registry.log.filter((entry) => !entry.endsWith('/v2/'));
  const beside = (entry: string) => /\/(?:tags\/list\?|referrers\/)/.test(entry);
  expect(
    [...tags(source).filter((entry) => !beside(entry)), ...tags(destination)].every((entry) =>
      /^HEAD \S+\/manifests\/v[12]$/.test(entry),
    ),
  ).toBe(true);
  // The tags of each repository, and one that finds out that there is no API for referrers.
  expect(tags(source).filter(beside)).toHaveLength(3);
});

describe('a registry that has a bad day', () => {
  const many = Array.from({ length: 12 }, (_, n) => testImage({ seed: String(n) }));
  const manyLines = () => {
    for (const [n, image] of many.entries()) source.add(`a${n}`, 'v1', image);
    return mapping(...many.map((_, n) => `S/a${n}:v1=D/a${n}:v1`));
  };

  it('gets its requests again after 500s', async () => {
    const path = manyLines();
    source.inject(status(500), { method: 'GET', path: /blobs\/sha256/, times: 3 });
    destination.inject(status(503), { method: 'PUT', times: 3 });
    expect((await json(path)).summary).toMatchObject({ copied: 12, failed: 0 });
  });

  it('is read on after a body that broke off', async () => {
    const image = testImage({
      layers: [{ 'big.bin': Buffer.from(Array.from({ length: 50_000 }, () => Math.random() * 256)) }],
    });
    source.add('a', 'v1', image);
    source.inject(cut(20_000), { method: 'GET', path: new RegExp(image.blobs[1]?.digest ?? ''), times: 1 });
    const { summary } = await json(mapping('S/a:v1=D/a:v1'));
    expect(summary).toMatchObject({ copied: 1, bytes: image.blobs.reduce((sum, { size }) => sum + size, 0) });
    expect(destination.manifest('a', 'v1')?.bytes.equals(image.manifest.bytes)).toBe(true);
  });

  it('fails with the wrong content, and only for that line', async () => {
    const path = manyLines();
    source.inject(tampered(), { method: 'GET', path: new RegExp(`a3/blobs/${many[3]?.blobs[2]?.digest}`) });
    source.inject(tampered(), { method: 'GET', path: /a5\/manifests/ });
    const { code, images, summary, stderr } = await json(path);
    expect(code).toBe(1);
    expect(summary).toMatchObject({ copied: 10, failed: 2 });
    for (const number of [4, 6]) {
      const failed = images.find((image: { line: number }) => image.line === number);
      expect(failed.error).toMatch(/^source: .*the content has the digest sha256:/);
      expect(stderr).toContain(`:${number}:1: error: source: `);
    }
    expect(destination.manifest('a3', 'v1')).toBeUndefined();
  });

  it('is not believed when it says that it stored something else', async () => {
    source.add('a', 'v1', testImage());
    destination.inject(
      async (right) => {
        const reply = await right();
        return {
          ...reply,
          headers: { ...reply.headers, 'docker-content-digest': `sha256:${'0'.repeat(64)}` },
        };
      },
      { method: 'PUT', path: /manifests/ },
    );
    const { images } = await json(mapping('S/a:v1=D/a:v1'));
    expect(images[0].error).toMatch(/^destination: /);
  });

  it('gets the blobs that it has lost again', async () => {
    const image = testImage();
    source.add('a', 'v1', image);
    const lost = image.blobs[1]?.digest ?? '';
    destination.inject(status(200), { method: 'HEAD', path: new RegExp(`blobs/${lost}`) });
    const { summary } = await json(mapping('S/a:v1=D/a:v1'));
    expect(summary).toMatchObject({ copied: 1, failed: 0 });
    expect(destination.blob('a', lost)).toBeDefined();
  });

  it('that is full says so for some images, and for the others with their number', async () => {
    destination.inject(registryFault(507, 'UNKNOWN', 'no space left\n\u001b[31mon device'), {
      method: 'PUT',
    });
    const { summary, stderr } = await json(manyLines(), '--retry-times', '0');
    expect(summary).toMatchObject({ copied: 0, failed: 12 });
    const rows = stderr.trimEnd().split('\n');
    const more: number[] = rows.map((row: string) =>
      Number(/error: (\d+) more images of this mapping fail/.exec(row)?.[1] ?? 1),
    );
    expect(rows.length).toBeLessThan(9);
    expect(more.reduce((sum, count) => sum + count)).toBe(12);
    for (const row of rows) expect(row).toMatch(matcher);
    expect(rows[0]).toContain('destination: ');
    expect(rows[0]).not.toContain('\u001b');
  });

  it('that has a blob out of sight while it mounts it to itself gets each blob once', async () => {
    const image = testImage({ layers: [{ a: 'a' }, { b: 'b' }, { c: 'c' }] });
    for (const n of many.keys()) source.add(`a${n}`, 'v1', image);
    const path = mapping(...many.map((_, n) => `S/a${n}:v1=D/a${n}:v1`));
    let isOutOfSight = false;
    destination.inject((right) => (isOutOfSight ? status(404)(right) : right()), {
      method: 'POST',
      path: /mount=/,
    });
    destination.inject(
      async (right) => {
        isOutOfSight = true;
        await new Promise((resolve) => setTimeout(resolve, 100));
        isOutOfSight = false;
        return right();
      },
      { method: 'POST', path: /\/v2\/(\w+)\/blobs\/uploads\/\?mount=[^&]+&from=\1$/, times: 1 },
    );
    const { summary } = await json(path);
    expect(summary).toMatchObject({ copied: 12, blobsMoved: image.blobs.length });
    expect(source.log.filter((entry) => /^GET .*\/blobs\//.test(entry))).toHaveLength(image.blobs.length);
  });

  it('that does not mount gets the blobs again', async () => {
    destination = await start({ mounts: false });
    const { summary } = await json(manyLines());
    expect(summary).toMatchObject({ copied: 12, blobsMoved: 36, blobsMounted: 0 });
    expect(destination.openUploads).toBe(0);
  });

  it.each([
    [[5]],
    [[30]],
    [[45]],
    // Whoever is refused for the first end may find the second one with the token that follows.
    [[5, 30]],
    [[29, 30, 31]],
  ])('renews tokens that end in the middle, with the writes %j', async (ends) => {
    const service = await FakeTokenService.start({ users: { anna: 'secret' } });
    cleanups.push(() => service.stop());
    destination = await start({ auth: service.gate });
    const auth = Buffer.from('anna:secret').toString('base64');
    const authFile = line.write('auth.json', JSON.stringify({ auths: { [destination.host]: { auth } } }));
    let puts = 0;
    destination.inject(
      (right) => {
        if (ends.includes(++puts)) service.revokeAll();
        return right();
      },
      { method: 'PUT' },
    );
    const { summary } = await json(manyLines(), '--authfile', authFile);
    expect(summary).toMatchObject({ copied: 12, failed: 0 });
    expect(service.requests.length).toBeGreaterThan(12);
  });

  it('that wants a credential is named, with the next step', async () => {
    const service = await FakeTokenService.start({ users: { anna: 'secret' }, grants: () => ['pull'] });
    cleanups.push(() => service.stop());
    destination = await start({ auth: service.gate });
    source.add('a', 'v1', testImage());
    const { images } = await json(mapping('S/a:v1=D/a:v1'));
    expect(images[0].error).toMatch(/^destination: .*; run `operator-mirror login 127/);
  });
});

it('stops when it is told to, says what was done, and goes on the next time', async () => {
  const images = Array.from({ length: 20 }, (_, n) => testImage({ seed: String(n) }));
  for (const [n, image] of images.entries()) source.add(`a${n}`, 'v1', image);
  const path = mapping(...images.map((_, n) => `S/a${n}:v1=D/a${n}:v1`));
  let tagged = 0;
  destination.inject(
    (right) => {
      if (++tagged === 6) line.stop.abort(new UserError('cancelled', 'stopped by SIGINT'));
      return right();
    },
    { method: 'PUT', path: /manifests/ },
  );
  const { code, stdout, stderr } = await copy(path);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^operator-mirror copy: stopped by SIGINT; done: \d+ of 20 images, still to do: \d+; run the same command again: it goes on from there\n$/,
  );
  // Many are under way at the same time, so that none need have been seen whole by then.
  expect(stdout).toMatch(/^20 images: \d+ copied, \d+ not done \(stopped by SIGINT\); /m);
  expect(stdout.trimEnd().split('\n').length).toBeLessThan(10);

  line = new CommandLine();
  cleanups.push(() => line.remove());
  const { summary } = await json(mapping(...images.map((_, n) => `S/a${n}:v1=D/a${n}:v1`)));
  expect(summary.copied + summary.skipped).toBe(20);
  expect(summary.skipped).toBeGreaterThan(2);
});
