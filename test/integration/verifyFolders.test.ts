import { execFile } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DockerRegistry } from '../support/dockerRegistry.ts';
import { type StoredLine, temporaryFolder, treeOf, truthOf, unpack } from '../support/fileStore.ts';

const cli = new URL('../../dist/cli.js', import.meta.url).pathname;
const lines: readonly StoredLine[] = truthOf('jaeger-reg2file-oc48').lines;

let folder: string;
let registry: DockerRegistry;
beforeAll(async () => {
  folder = temporaryFolder();
  registry = await DockerRegistry.start();
  unpack('jaeger-reg2file-oc48', folder);
  const into = lines.map(({ destination }) => `${destination}=${inRegistry(destination)}`);
  expect(await copy(folder, into)).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await registry?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** `file://PATH:TAG` as it is named in the registry. */
const inRegistry = (destination: string) => destination.replace('file://', `${registry.host}/`);

/** Runs a command to its end, however it ends. */
async function run(
  cwd: string,
  ...argv: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const args = [cli, ...argv, '--progress', 'none'];
  return promisify(execFile)(process.execPath, args, { cwd, env: { HOME: folder } }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

function copy(cwd: string, mapping: readonly string[]) {
  writeFileSync(join(cwd, 'mapping.txt'), `${mapping.join('\n')}\n`);
  return run(cwd, 'copy', '-f', 'mapping.txt');
}

async function verify(cwd: string, ...argv: string[]) {
  const { code, stdout } = await run(cwd, 'verify', ...argv, '--format', 'json');
  const { images, problems, leftovers, ...counts } = JSON.parse(stdout);
  return { code, images, problems, leftovers, counts };
}

const store = 'jaeger/my-operator/jaeger-only-index/distributed-tracing';
const query = `v2/${store}/jaeger-query-rhel8`;
const agent = `v2/${store}/jaeger-agent-rhel8`;

/** The first file of a kind whose name begins like that. */
function fileIn(cwd: string, kind: string, start: string): string {
  const name = readdirSync(join(cwd, kind)).find((entry) => entry.startsWith(start));
  return join(cwd, kind, name ?? 'none');
}

/** Changes a byte; the file stays as long as it is. */
function changeByte(path: string): void {
  const bytes = readFileSync(path);
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.from([(bytes[100] ?? 0) ^ 0xff]), 0, 1, 100);
  closeSync(file);
}

/** What happened to the stores of the ground truth, and how verify calls it. */
const damages: readonly [string, (cwd: string) => void, object][] = [
  ['a blob is gone', (cwd) => rmSync(fileIn(cwd, `${query}/blobs`, 'sha256:19547')), { missing: 1 }],
  ['a blob was cut', (cwd) => truncateSync(fileIn(cwd, `${query}/blobs`, 'sha256:19547'), 9), { damaged: 1 }],
  // It is one file under four names, and the registry would mount it from any of them.
  ['a blob was changed', (cwd) => changeByte(fileIn(cwd, `${agent}/blobs`, 'sha256:c4ef6')), { damaged: 4 }],
  ['a manifest is gone', (cwd) => rmSync(fileIn(cwd, `${query}/manifests`, 'sha256:eb17')), { missing: 1 }],
  [
    'a manifest was cut',
    (cwd) => truncateSync(fileIn(cwd, `${query}/manifests`, 'sha256:eb17'), 99),
    { damaged: 1 },
  ],
  [
    'oc was stopped while it wrote a tag',
    (cwd) =>
      renameSync(join(cwd, query, 'manifests/19c20032'), join(cwd, query, 'manifests/19c20032.download')),
    { missing: 1 },
  ],
];

describe('a v2/ that oc wrote', () => {
  let cwd: string;
  const out = () => lines.map(({ destination }) => `${inRegistry(destination)}=${destination}`);

  it.each(damages)(
    'is found not to be whole and is repaired by the same copy: %s',
    async (_name, damage, kinds) => {
      cwd = join(folder, String(damages.findIndex(([, each]) => each === damage)));
      mkdirSync(cwd);
      unpack('jaeger-reg2file-oc48', cwd);
      const before = treeOf(join(cwd, 'v2'));
      expect(await verify(cwd, '.', '--deep')).toMatchObject({ code: 0, problems: [], leftovers: [] });

      damage(cwd);
      const found = await verify(cwd, '.', '--deep', '--remove-damaged');
      expect(found.code).toBe(1);
      const counts: Record<string, number> = {};
      for (const { problem } of found.problems) counts[problem] = (counts[problem] ?? 0) + 1;
      expect(counts).toEqual(kinds);

      const mended = await copy(cwd, out());
      expect(mended, mended.stderr).toMatchObject({ code: 0 });
      expect(await verify(cwd, '.', '--deep')).toMatchObject({ code: 0, problems: [] });
      for (const { path } of found.leftovers) rmSync(path.startsWith('/') ? path : join(cwd, path));
      expect(treeOf(join(cwd, 'v2')).filter((line) => !line.startsWith('d'))).toHaveLength(
        before.filter((line) => !line.startsWith('d')).length,
      );
    },
  );
});
