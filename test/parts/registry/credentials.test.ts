import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mergeRegistriesConf } from '../../../server/src/documents/pullRules.ts';
import { parseRegistriesConf } from '../../../server/src/documents/registriesConf.ts';
import { CredentialHelpers } from '../../../server/src/registry/credentialHelper.ts';
import { Credentials } from '../../../server/src/registry/credentials.ts';
import type { RegistryOptions } from '../../../server/src/registry/options.ts';
import { knows, knowsNobody, putCredentialHelper } from '../../support/credentialHelper.ts';
import { failure, password } from './harness.ts';

describe('credentials', () => {
  let directory: string;
  let home: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'credentials-'));
    home = join(directory, 'home');
    await mkdir(home);
  });
  afterEach(() => rm(directory, { recursive: true }));

  const auth = (user: string) => ({ auth: Buffer.from(`${user}:pw`).toString('base64') });
  const write = async (content: unknown, path = 'auth.json') => {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify(content));
    return file;
  };
  const credentials = (options: Partial<RegistryOptions> = {}, conf = '', now = Date.now) =>
    new Credentials(
      {
        allowHelpers: true,
        environment: { home, env: { PATH: `${directory}:/usr/bin:/bin` } },
        ...options,
      },
      async () => mergeRegistriesConf([{ path: '/r.conf', conf: parseRegistriesConf(conf) }]),
      now,
    );
  const find = async (source: Credentials, host = 'quay.io', repository = 'team/app') => {
    const found = await source.find(host, repository);
    return found?.kind === 'password' ? `${found.username}:${found.password}` : found?.token;
  };
  const asked = (name: string) => readFile(join(directory, `${name}.log`), 'utf8').catch(() => '');

  describe('in a helper', () => {
    it('are asked for by host, and count alone', async () => {
      await putCredentialHelper(directory, 'one', knows('helped', 's3cret'));
      const authFile = await write({
        auths: { 'quay.io': auth('plain'), 'quay.io/team': auth('team'), 'other.io': auth('other') },
        credHelpers: { 'quay.io': 'one' },
      });
      const source = credentials({ authFile });
      expect(await find(source)).toBe('helped:s3cret');
      expect(await asked('one')).toBe('get quay.io\n');
      expect(await find(source, 'other.io')).toBe('other:pw');
      expect(await find(source, 'quay.io:443')).toBeUndefined();
      expect(await asked('one')).toBe('get quay.io\n');
    });

    it('may be identity tokens', async () => {
      await putCredentialHelper(directory, 'one', knows('<token>', 'refresh-me'));
      const source = credentials({ authFile: await write({ credHelpers: { 'quay.io': 'one' } }) });
      expect(await source.find('quay.io', '')).toEqual({ kind: 'identityToken', token: 'refresh-me' });
    });

    it('that it does not have are looked for in the next file', async () => {
      await putCredentialHelper(directory, 'one', knowsNobody);
      await write({ credHelpers: { 'quay.io': 'one' } }, 'home/.config/containers/auth.json');
      await write({ auths: { 'quay.io': auth('docker') } }, 'home/.docker/config.json');
      expect(await find(credentials())).toBe('docker:pw');
    });

    it('are asked for once in a while, also by many at the same time', async () => {
      let now = 0;
      await putCredentialHelper(directory, 'one', knows('u', 'p'));
      const authFile = await write({ credHelpers: { 'quay.io': 'one' } });
      const source = credentials({ authFile }, '', () => now);
      await Promise.all(Array.from({ length: 20 }, () => find(source)));
      expect(await asked('one')).toBe('get quay.io\n');
      now = 120_000;
      await find(source);
      expect((await asked('one')).match(/get/g)).toHaveLength(2);
      source.refresh();
      await find(source);
      expect((await asked('one')).match(/get/g)).toHaveLength(3);
    });

    it('are not asked for where no process may start', async () => {
      await putCredentialHelper(directory, 'one', knows('u', 'p'));
      const authFile = await write({ credHelpers: { 'quay.io': 'one' }, auths: { 'a.io': auth('a') } });
      for (const allowHelpers of [false, undefined]) {
        const source = credentials({ authFile, allowHelpers });
        const error = await failure(find(source));
        expect(error.code).toBe('credentialHelper');
        expect(error.line).toContain(
          'docker-credential-one keeps the credential for quay.io and may not run',
        );
        expect(await find(source, 'a.io')).toBe('a:pw');
      }
      expect(await asked('one')).toBe('');
    });

    it('whose name leads to another folder is not started', async () => {
      for (const name of ['../evil', '/bin/sh', 'a b', '-x', '']) {
        const source = credentials({ authFile: await write({ credHelpers: { 'quay.io': name } }) });
        if (name === '') expect(await find(source)).toBeUndefined();
        else
          expect((await failure(find(source))).message).toContain('names a credential helper that is none');
      }
    });

    const wrong: [script: string, words: string][] = [
      ['echo "sup3rs3cret is wrong"; echo "sup3rs3cret" >&2; exit 3', 'fails with exit code 3'],
      ['echo "sup3rs3cret"', 'gives no credential in JSON'],
      [
        'echo "{\\"Username\\":\\"u\\",\\"Secret\\":5,\\"x\\":\\"sup3rs3cret\\"}"',
        'gives no credential in JSON',
      ],
      ['yes sup3rs3cret', 'answers with more than any credential has'],
    ];
    for (const [script, words] of wrong) {
      it(`that ${words} are an error which does not show what was said`, async () => {
        await putCredentialHelper(directory, 'one', script);
        const error = await failure(
          find(credentials({ authFile: await write({ credHelpers: { 'quay.io': 'one' } }) })),
        );
        expect(error.code).toBe('credentialHelper');
        expect(error.message).toContain(words);
        expect(error.line).not.toContain('sup3rs3cret');
        expect(error.line).toContain('echo quay.io | docker-credential-one get');
      });
    }

    it('that does not answer in time are an error', async () => {
      await putCredentialHelper(directory, 'one', 'exec sleep 30');
      const environment = { home, env: { PATH: `${directory}:/usr/bin:/bin` } };
      const helpers = new CredentialHelpers({ allowHelpers: true, environment }, Date.now, 200);
      const error = await failure(helpers.get({ helper: 'one', server: 'quay.io' }));
      expect(error.message).toContain('does not answer within 0.2 s');
    });

    it('that is not installed are an error with its name', async () => {
      const authFile = await write({ credHelpers: { 'quay.io': 'gone' } });
      const error = await failure(find(credentials({ authFile })));
      expect(error.line).toContain(
        'docker-credential-gone, which keeps the credential for quay.io, is not installed',
      );
    });

    it('gets no say in how it is started', async () => {
      await putCredentialHelper(
        directory,
        'one',
        'printf "{\\"Username\\":\\"%s\\",\\"Secret\\":\\"%s\\"}" "$PWD" "$ELECTRON_RUN_AS_NODE"',
      );
      const authFile = await write({ credHelpers: { 'quay.io': 'one' } });
      const env = { PATH: `${directory}:/usr/bin:/bin`, ELECTRON_RUN_AS_NODE: '1' };
      expect(await find(credentials({ authFile, environment: { home, env } }))).toBe('/:');
    });
  });

  describe("in Docker's store", () => {
    it('are asked for where the file itself has none', async () => {
      await putCredentialHelper(directory, 'desktop', knows('stored', 's'));
      const authFile = await write({
        auths: { 'quay.io': {}, 'docker.io': {}, 'plain.io': auth('plain') },
        credsStore: 'desktop',
      });
      const source = credentials({ authFile });
      expect(await find(source)).toBe('stored:s');
      expect(await find(source, 'plain.io')).toBe('plain:pw');
      expect(await find(source, 'docker.io', 'library/busybox')).toBe('stored:s');
      expect(await asked('desktop')).toBe('get quay.io\nget https://index.docker.io/v1/\n');
    });

    it('are passed over where the store is not installed, as podman does', async () => {
      await write({ auths: { 'quay.io': {} }, credsStore: 'desktop' }, 'home/.docker/config.json');
      await write({ 'quay.io': auth('legacy') }, 'home/.dockercfg');
      expect(await find(credentials())).toBe('legacy:pw');
    });

    it('are an error where the store fails', async () => {
      await putCredentialHelper(directory, 'desktop', 'exit 2');
      const authFile = await write({ credsStore: 'desktop' });
      expect((await failure(find(credentials({ authFile })))).code).toBe('credentialHelper');
    });
  });

  describe('of registries.conf', () => {
    it('come from its helpers in order, and from the files where it says so', async () => {
      await putCredentialHelper(directory, 'none', knowsNobody);
      await putCredentialHelper(directory, 'one', knows('helped', 's'));
      const authFile = await write({ auths: { 'quay.io': auth('file') } });
      const conf = (...names: string[]) => `credential-helpers = ${JSON.stringify(names)}`;
      expect(await find(credentials({ authFile }, conf('none', 'one')))).toBe('helped:s');
      expect(await find(credentials({ authFile }, conf('none')))).toBeUndefined();
      expect(await find(credentials({ authFile }, conf('none', 'containers-auth.json', 'one')))).toBe(
        'file:pw',
      );
      expect(await find(credentials({ authFile }, conf('broken', 'one')))).toBe('helped:s');
      expect((await failure(find(credentials({ authFile }, conf('broken', 'none'))))).code).toBe(
        'noCredentialHelper',
      );
    });
  });

  describe('that are given as data', () => {
    it('come before all files, by host and namespace', async () => {
      const authFile = await write({ auths: { 'quay.io': auth('file'), 'other.io': auth('other') } });
      const held = [
        { registry: 'quay.io', credential: password('editor', 'e') },
        { registry: 'quay.io/team', credential: password('team', 't') },
      ];
      const source = credentials({ authFile, credentials: held });
      expect(await find(source)).toBe('team:t');
      expect(await find(source, 'quay.io', 'x/y')).toBe('editor:e');
      expect(await find(source, 'other.io')).toBe('other:pw');
    });
  });

  it('may be the pull secret as it is downloaded', async () => {
    const entry = (user: string) => ({ ...auth(user), email: 'me@example.com' });
    const authFile = await write({
      auths: {
        'cloud.openshift.com': entry('cloud'),
        'quay.io': entry('quay'),
        'registry.connect.redhat.com': entry('connect'),
        'registry.redhat.io': entry('redhat|uhc'),
      },
    });
    const source = credentials({ authFile });
    expect(await find(source, 'registry.redhat.io', 'ubi8/ubi')).toBe('redhat|uhc:pw');
    expect(await find(source, 'quay.io', 'openshift-release-dev/ocp-release')).toBe('quay:pw');
    expect(await find(source, 'redhat.io')).toBeUndefined();
  });
});
