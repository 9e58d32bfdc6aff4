import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RegistryOptions } from '../../../server/src/registry/options.ts';
import { RegistriesConfFiles } from '../../../server/src/registry/registriesConfFiles.ts';
import { failure } from './harness.ts';

describe('the files of registries.conf', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'registries-conf-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  const users = 'home/.config/containers/registries.conf';
  const systems = 'etc/containers/registries.conf';
  const put = async (path: string, text: string) => {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
    return join(directory, path);
  };
  /** A file that marks itself. */
  const mark = (path: string) => put(path, `[[registry]]\nlocation = "${path.replaceAll(/\W/g, '-')}.io"\n`);
  const read = async (options: Partial<RegistryOptions> = {}, env: Record<string, string> = {}) => {
    const environment = { home: join(directory, 'home'), env, etc: join(directory, 'etc') };
    const rules = await new RegistriesConfFiles({ environment, ...options }, Date.now).rules();
    return [...rules.registries.keys()].map((location) => location.replace(/\.io$/, '')).sort();
  };

  it('may be missing', async () => {
    expect(await read()).toEqual([]);
  });

  it("are the system's with its drop-ins and the user's, in their order", async () => {
    await mark(systems);
    await mark(`${systems}.d/b.conf`);
    await mark(`${systems}.d/a.conf`);
    await mark(`${systems}.d/a.conf.bak`);
    await mark(`${systems}.d/folder.conf/a.conf`);
    await mark(`${users}.d/c.conf`);
    await symlink(join(directory, `${systems}.d/folder.conf/a.conf`), join(directory, `${users}.d/z.conf`));
    const names = [systems, `${systems}.d/a.conf`, `${systems}.d/b.conf`, `${systems}.d/folder.conf/a.conf`];
    expect(await read()).toEqual(
      [...names, `${users}.d/c.conf`].map((path) => path.replaceAll(/\W/g, '-')).sort(),
    );
  });

  it("overrule one another: later files, and the user's after the system's", async () => {
    const table = (mirror: string) =>
      `[[registry]]\nlocation = "r.io"\n[[registry.mirror]]\nlocation = "${mirror}.io"\n`;
    await put(systems, table('system'));
    await put(`${systems}.d/2.conf`, table('second'));
    await put(`${systems}.d/1.conf`, table('first'));
    const files = () =>
      new RegistriesConfFiles(
        { environment: { home: join(directory, 'home'), env: {}, etc: join(directory, 'etc') } },
        Date.now,
      ).rules();
    expect((await files()).registries.get('r.io')).toMatchObject({
      mirrors: [{ location: 'second.io' }],
      path: join(directory, `${systems}.d/2.conf`),
    });
    await put(`${users}.d/0.conf`, table('user'));
    expect((await files()).registries.get('r.io')?.mirrors[0]?.location).toBe('user.io');
  });

  it("are the user's alone where the user has one", async () => {
    for (const path of [systems, `${systems}.d/a.conf`, users, `${users}.d/b.conf`]) await mark(path);
    expect(await read()).toEqual(
      [users, `${users}.d/b.conf`].map((path) => path.replaceAll(/\W/g, '-')).sort(),
    );
  });

  it('are the one that is named, with all drop-ins', async () => {
    for (const path of [systems, `${systems}.d/a.conf`, users, `${users}.d/b.conf`]) await mark(path);
    const named = await mark('named.conf');
    const other = await mark('other.conf');
    const expected = ['named.conf', `${systems}.d/a.conf`, `${users}.d/b.conf`]
      .map((path) => path.replaceAll(/\W/g, '-'))
      .sort();
    expect(await read({}, { CONTAINERS_REGISTRIES_CONF: named })).toEqual(expected);
    expect(await read({ registriesConf: named }, { CONTAINERS_REGISTRIES_CONF: other })).toEqual(expected);
  });

  it('must be there when they are named, and must be right', async () => {
    const missing = await failure(read({ registriesConf: join(directory, 'no.conf') }));
    expect(missing.code).toBe('registriesConf');
    expect(missing.line).toContain('--registries-conf');
    const path = await put(`${systems}.d/bad.conf`, '\n[[registry]]\nlocation = "http://a.io"\n');
    expect((await failure(read())).message).toBe(
      `${path}:2: location "http://a.io": leave http:// or https:// away`,
    );
    await put(`${systems}.d/bad.conf`, '[registries.search]\nregistries = ["a.io"]\n');
    expect((await failure(read())).line).toContain('version 1 of the format, which no drop-in may be');
    await rm(path);
    await mkdir(path, { recursive: true });
    await put(systems, '');
    expect(await read()).toEqual([]);
    expect((await failure(read({ registriesConf: directory }))).line).toContain(
      'cannot be read (it is a folder)',
    );
  });

  it('are read again after two seconds', async () => {
    let now = 0;
    const environment = { home: join(directory, 'home'), env: {}, etc: join(directory, 'etc') };
    const files = new RegistriesConfFiles({ environment }, () => now);
    expect((await files.rules()).registries.size).toBe(0);
    await mark(users);
    expect((await files.rules()).registries.size).toBe(0);
    now = 2000;
    expect((await files.rules()).registries.size).toBe(1);
  });
});
