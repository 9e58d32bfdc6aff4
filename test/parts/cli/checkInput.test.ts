import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { setOf } from '../../support/mirrorSets.ts';
import { CommandLine } from './copyHarness.ts';

/** Paths that the operating system does not let anybody read: root could read all others. */
const locked = new Set<string>();

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>();
  const refuse = (path: unknown) => {
    if (locked.has(String(path))) throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
  };
  return {
    ...real,
    lstat: async (...args: Parameters<typeof real.lstat>) => {
      refuse(args[0]);
      return real.lstat(...args);
    },
    readdir: async (...args: Parameters<typeof real.readdir>) => {
      refuse(args[0]);
      return real.readdir(...args);
    },
    open: async (...args: Parameters<typeof real.open>) => {
      refuse(args[0]);
      return real.open(...args);
    },
  };
});

let line: CommandLine;
beforeEach(() => {
  line = new CommandLine();
});
afterEach(() => {
  locked.clear();
  line.remove();
});

const byTag = 'quay.io/ns/app:v1=reg.example.com/ns/app:v1\n';
const permissions = 'may not be read; change its permissions or run this as another user';

/** `check` ends with 2 and says in one line what it could not read. */
async function refused(argv: readonly string[], message: string): Promise<string> {
  const { code, stdout, stderr } = await line.run('check', ...argv);
  expect(stderr).toBe(`operator-mirror check: ${message}\n`);
  expect(code).toBe(2);
  return stdout;
}

describe('what is named and cannot be checked ends with 2:', () => {
  it('a folder that may not be read', async () => {
    line.write('a/mapping.txt', byTag);
    locked.add(line.path('a'));
    expect(await refused([line.path('a')], `${line.path('a')} ${permissions}`)).toBe('');
  });

  it('what is neither a file nor a folder', async () => {
    execFileSync('mkfifo', [line.path('pipe')]);
    for (const path of [line.path('pipe'), '/dev/null'])
      expect(await refused([path], `${path} is neither a file nor a folder; name files or folders`)).toBe('');
  });

  it.each([
    ['other.yaml', 'kind: ConfigMap\n'],
    ['README', 'Read me'],
    ['empty.yaml', ''],
  ])('a file that is none of ours: %s', async (name, text) => {
    const path = line.write(name, text);
    const message = `${path} is none of ours: no resource in it is one that is checked; name a mapping.txt, a mirror set or a CatalogSource`;
    expect(await refused([path], message)).toBe('');
  });
});

describe('the rest is checked all the same', () => {
  const findings = (stdout: string) =>
    JSON.parse(stdout).files.map(({ path, findings }: { path: string; findings: unknown[] }) => [
      path,
      findings.length,
    ]);

  it('beside a file that is none of ours', async () => {
    const [other, mapping] = [line.write('a.yaml', 'kind: ConfigMap\n'), line.write('mapping.txt', byTag)];
    const { code, stdout, stderr } = await line.run('check', '--format', 'json', other, mapping);
    expect(code).toBe(2);
    expect(stderr).toContain(`${other} is none of ours`);
    expect(findings(stdout)).toEqual([[mapping, 1]]);
  });

  it.each([
    ['folder', 'locked', 'locked/mapping.txt'],
    ['file', 'locked/mapping.txt', 'locked/mapping.txt'],
  ])('beside a %s below that may not be read', async (_what, name, inside) => {
    const mapping = line.write('mapping.txt', byTag);
    line.write(inside, byTag);
    locked.add(line.path(name));
    const stdout = await refused([line.folder, '--format', 'json'], `${line.path(name)} ${permissions}`);
    expect(findings(stdout)).toEqual([[mapping, 1]]);
  });

  it('beside a context that may not be read, which is no input', async () => {
    const mapping = line.write('mapping.txt', byTag);
    mkdirSync(line.path('v2'));
    locked.add(line.write('manifests-index-1/mapping.txt', byTag));
    locked.add(line.path('manifests-index-2'));
    mkdirSync(line.path('manifests-index-2'));
    expect(await line.run('check', mapping)).toMatchObject({ code: 1, stderr: '' });
  });
});

it('a folder below one that is traced or forecast and may not be read is said', async () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  line.write('a/idms.yaml', setOf('IDMS', 'q.io/a <- m.local/a'));
  line.write('a/closed/idms.yaml', setOf('IDMS', 'q.io/b <- m.local/b'));
  locked.add(line.path('a/closed'));
  const said = (command: string) => `operator-mirror ${command}: ${line.path('a/closed')} ${permissions}\n`;
  const traced = await line.run('trace', `q.io/a/x@${digest}`, '--in', line.path('a'));
  expect(traced).toMatchObject({ code: 0, stderr: said('trace') });
  expect(await line.run('forecast', line.path('a'))).toMatchObject({ code: 0, stderr: said('forecast') });
  const log = line.write('log.txt', 'error: unable to connect to registry.example.com\n');
  const explained = await line.run('explain', log, '--in', line.path('a'));
  expect(explained.stderr).toBe(said('explain'));
});

it('settings that nobody can look for are said', async () => {
  locked.add(join(line.folder, '.operator-mirror.yaml'));
  const path = line.write('mapping.txt', byTag);
  const { stderr } = await line.run('check', path);
  expect(stderr).toMatch(/\.operator-mirror\.yaml: this file cannot be read/);
});

it('a folder with nothing of ours in it is nothing to complain about', async () => {
  line.write('a.yaml', 'kind: ConfigMap\n');
  expect(await line.run('check', line.folder)).toEqual({
    code: 0,
    stdout: '0 files checked: nothing here is a mapping.txt, mirror set, catalog or OperatorHub\n',
    stderr: '',
  });
});
