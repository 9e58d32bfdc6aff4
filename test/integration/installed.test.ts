import { spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { writeExecutable } from '../../scripts/lib/executable.mjs';
import { everyOnPath, node24, root } from '../../scripts/lib/paths.mjs';
import { runNpm } from '../../scripts/lib/run.mjs';
import { shippedFiles } from '../../scripts/lib/shippedFiles.mjs';
import { writeVsix } from '../../scripts/lib/vsix.mjs';
import { makeCertificates, type TestCertificates } from '../support/certificates.ts';
import { FakeRegistry } from '../support/fakeRegistry.ts';
import { testImage } from '../support/images.ts';
import { configsImage, databaseOf, packageText } from '../support/indexImages.ts';
import { writeLayout } from '../support/ociLayout.ts';
import { tar } from '../support/tar.ts';

/** What is handed out, made of the bundles as they are, and used where nothing of this repository is. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'operator-mirror-installed-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program that finds no other program, and knows nothing of this machine but an empty home. */
function bare(
  program: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: folder,
      env: { PATH: '', HOME: join(folder, 'home'), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (chunk: Buffer) => {
        said[name] += chunk;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...said }));
  });
}

/** The manifest, whose name and version the packages have. */
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Binaries of better-sqlite3: for glibc, musl, macOS and Windows, on x64 and arm64. */
const binaries = ['darwin', 'linux', 'linuxmusl', 'win32'].flatMap((system) =>
  ['arm64', 'x64'].map((arch) => `dist/prebuilds/${system}-${arch}.node`),
);

describe('the files that ship', () => {
  it('are what runs and what explains it, for all systems', () => {
    const files = shippedFiles(root);
    expect(files).toEqual(
      expect.arrayContaining([manifest.main.slice(2), 'dist/server.js', 'dist/worker.js', ...binaries]),
    );
    const kinds =
      /^(?:[^/]+\.(?:md|json)|LICENSE|dist\/(?:sqlite\/)?\w+\.js|dist\/prebuilds\/[\w-]+\.node|dist\/[\w.-]+\.(?:txt|json)|docs\/.+\.(?:md|yaml|1)|examples\/.+|media\/.+|(?:syntaxes|l10n)\/[^/]+\.json)$/;
    expect(files.filter((file) => !kinds.test(file))).toEqual([]);
  });

  it('bring the licences of all that is bundled', () => {
    const notices = readFileSync(join(root, 'dist/THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const name of ['undici', 'yaml', 'better-sqlite3', 'vscode-languageclient']) {
      expect(notices).toMatch(new RegExp(`^${name} \\d\\S+ \\([\\w.-]+\\)$`, 'm'));
    }
    expect(notices).toContain('SQLite, which is in the public domain');
  });
});

describe('the VSIX', () => {
  it('is small, with the binaries of all systems in it', async () => {
    const vsix = join(folder, 'whole.vsix');
    await writeVsix(root, shippedFiles(root), vsix);
    expect(statSync(vsix).size).toBeLessThan(12_000_000);
  });

  it('has the same bytes whenever and wherever it is made', async () => {
    const files = shippedFiles(root).filter((file) => !binaries.includes(file));
    const [one, other] = [join(folder, 'one.vsix'), join(folder, 'other.vsix')];
    await writeVsix(root, files, one);
    const zone = process.env.TZ;
    process.env.TZ = 'Asia/Shanghai';
    try {
      await writeVsix(root, files, other);
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
    expect(readFileSync(one).equals(readFileSync(other))).toBe(true);
  });
});

const mapping = 'quay.io/org/app:v1=localhost:5000/org/app:v1\nquay.io/org/b:v1=localhost:5000/org/app:v1\n';

/** What both ways to install have to be able to do. */
function doesItsWork(run: (...args: string[]) => Promise<Ended>): void {
  it('says its version', async () => {
    expect(await run('--version')).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });

  it('checks files', async () => {
    writeFileSync(join(folder, 'mapping.txt'), mapping);
    const { code, stdout } = await run('check', 'mapping.txt');
    expect(stdout).toContain('(mapping/duplicate-destination)');
    expect(code).toBe(1);
  });

  it('reads a catalog in SQLite', async () => {
    writeFileSync(join(folder, 'index.db'), databaseOf('race-index'));
    const { code, stdout, stderr } = await run('catalog', 'list', 'index.db');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('race-operator');
  });
}

describe('the npm package', () => {
  const prefix = () => join(folder, 'prefix');
  const bin = () => join(prefix(), 'bin/operator-mirror');

  beforeAll(async () => {
    await runNpm(['pack', '--ignore-scripts', '--pack-destination', folder]);
    mkdirSync(prefix());
    const archive = join(folder, `${manifest.name}-${manifest.version}.tgz`);
    const cache = join(folder, 'npm-cache');
    const alone = ['--offline', '--no-audit', '--no-fund', '--no-update-notifier'];
    await runNpm(['install', '--global', '--prefix', prefix(), '--cache', cache, ...alone, archive], {
      cwd: folder,
    });
  });

  const node =
    (path: string) =>
    (...args: string[]) =>
      bare(path, [bin(), ...args]);
  doesItsWork(node(node24));

  it('holds what a VSIX holds, and needs nothing else', () => {
    const installed = join(prefix(), 'lib/node_modules', manifest.name);
    const found = readdirSync(installed, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(installed.length + 1));
    expect(found.sort()).toEqual(shippedFiles(root).sort());
    expect(readdirSync(join(prefix(), 'lib/node_modules'))).toEqual([manifest.name]);
    expect(readdirSync(join(prefix(), 'share/man/man1'))).toEqual(['operator-mirror.1']);
  });

  it('says in one line that a Node is too old', async () => {
    for (const path of everyOnPath('node')) {
      const [major = 0, minor = 0] = (await bare(path, ['--version'])).stdout.slice(1).split('.').map(Number);
      if (major > 22 || (major === 22 && minor >= 15)) continue;
      const { code, stdout, stderr } = await node(path)('check', '.');
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(
        /^operator-mirror: Node 22\.15 or newer is needed, and this is Node \S+; [^\n]+\n$/,
      );
    }
  });

  it('says in one line that this system has no SQLite, and does all else', async () => {
    const broken = join(folder, 'without-sqlite');
    mkdirSync(join(broken, 'sqlite'), { recursive: true });
    const dist = join(prefix(), 'lib/node_modules', manifest.name, 'dist');
    for (const file of ['cli.js', 'cliProgram.js', 'undici.js', 'sqlite/sqlite.js']) {
      copyFileSync(join(dist, file), join(broken, file));
    }
    writeFileSync(join(folder, 'index.db'), databaseOf('race-index'));
    const run = (...args: string[]) => bare(node24, [join(broken, 'cli.js'), ...args]);
    const { code, stdout, stderr } = await run('catalog', 'list', 'index.db');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
      /^operator-mirror catalog: catalogs in SQLite cannot be read here: better-sqlite3 cannot be loaded \(.+\); use a system with Node 22\.15 and glibc 2\.34 or newer, or a file-based catalog$/,
    );
    writeFileSync(join(folder, 'catalog.json'), packageText('some-operator'));
    expect(await run('catalog', 'list', 'catalog.json')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('some-operator'),
    });
  });
});

describe('the executable', () => {
  const program = () => join(folder, 'operator-mirror');
  let certificates: TestCertificates;
  let registries: FakeRegistry[] = [];

  beforeAll(async () => {
    await writeExecutable({ arch: process.arch, node: node24, target: program() });
    certificates = await makeCertificates(folder);
  });
  afterEach(async () => {
    await Promise.all(registries.map((registry) => registry.stop()));
    registries = [];
  });

  const run = (...args: string[]) => bare(program(), args);
  doesItsWork(run);

  it('takes no option of Node for its own', async () => {
    expect(await run('--eval', '1')).toMatchObject({ code: 2, stdout: '' });
  });

  it('copies an image over TLS, and opens a catalog whose layer is in zstd', async () => {
    const tls = { cert: certificates.cert, key: certificates.key };
    const [from, to] = await Promise.all([FakeRegistry.start({ tls }), FakeRegistry.start({ tls })]);
    registries = [from, to];
    const image = testImage({});
    from.add('org/app', 'v1', image);
    writeFileSync(join(folder, 'copy.txt'), `${from.host}/org/app:v1=${to.host}/org/app:v1\n`);
    const copied = await run('copy', '-f', 'copy.txt', '--ca-file', certificates.caFile);
    expect(copied).toMatchObject({ code: 0 });
    expect(to.manifest('org/app', 'v1')?.bytes.equals(image.manifest.bytes)).toBe(true);

    const files = tar({ 'configs/some-operator/catalog.json': packageText('some-operator') });
    writeLayout(join(folder, 'layout'), [{ image: configsImage({ archives: [zstdCompressSync(files)] }) }]);
    expect(await run('catalog', 'list', 'oci://layout')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('some-operator'),
    });
  });

  it('leaves nothing of its database’s binary behind, wherever that may run', async () => {
    writeFileSync(join(folder, 'index.db'), databaseOf('race-index'));
    const temporary = join(folder, 'tmp');
    mkdirSync(temporary);
    // A home that is a file can hold no cache.
    writeFileSync(join(folder, 'no-home'), '');
    const environment = { TMPDIR: temporary, HOME: join(folder, 'no-home') };
    const listed = await bare(program(), ['catalog', 'list', 'index.db'], environment);
    expect(listed).toMatchObject({ code: 0, stdout: expect.stringContaining('race-operator') });
    expect(readdirSync(temporary)).toEqual([]);
    const cache = join(folder, 'home/.cache/operator-mirror');
    expect(existsSync(cache)).toBe(true);
    expect(readdirSync(cache).filter((name) => name.includes('sqlite'))).toEqual([]);
  });

  it('says in one line where the binary cannot be loaded from anywhere', async () => {
    const nowhere = join(folder, 'nowhere');
    writeFileSync(nowhere, '');
    const environment = { TMPDIR: nowhere, HOME: nowhere };
    const { code, stderr } = await bare(program(), ['catalog', 'list', 'index.db'], environment);
    expect(code).toBe(2);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/catalogs in SQLite cannot be read here: /);
  });
});
