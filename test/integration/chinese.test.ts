import { execFile } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DockerRegistry } from '../support/dockerRegistry.ts';
import { temporaryFolder } from '../support/fileStore.ts';
import { LspClient } from '../support/lspClient.ts';
import { putInto, serveCatalog } from '../support/mirrorCatalog.ts';

const root = join(import.meta.dirname, '../..');

/** What a command line prints, whatever its exit code. */
async function printed(given: readonly string[], environment: Record<string, string>): Promise<string> {
  const { stdout, stderr } = await ended(given, environment, root);
  return stdout + stderr;
}

function ended(given: readonly string[], environment: Record<string, string>, cwd: string) {
  const cli = join(root, 'dist/cli.js');
  const env = { PATH: process.env.PATH, HOME: '/nonexistent', ...environment };
  const run = promisify(execFile)(process.execPath, [cli, ...given], { cwd, env });
  return run.catch((error: { stdout: string; stderr: string }) => error);
}

const index = 'examples/1-efk-over-files';
const keycloak = 'examples/2-keycloak-by-tag';
const image = 'quay.io/keycloak/keycloak-operator:15.0.2';
const chinese = { LANG: 'zh_CN.UTF-8' };

/** Four words of English, one after the other. Commands and what tools said stand in quotes of some kind, or begin with their names. */
const english = /(?<![`「"/.\w-])(?:[A-Za-z’']{2,} ){3}[a-z]{2,}/;

/** Lines that are commands to be typed, YAML, or a table of registries. */
const forNobody = /^\s*(?:oc|podman|operator-mirror|skopeo) |^\s*\[|^[\w-]+: |^\s*[\w.-]+ = |^\s*#/;

describe('the files of both seeds in Chinese', () => {
  it.each([
    ['--help'],
    ['check', '--help'],
    ['mirror', '--help'],
    ['check', 'examples'],
    ['explain', `${keycloak}/day.log`],
    ['trace', image, '--in', keycloak],
    ['trace', 'registry.redhat.io/openshift-logging/elasticsearch-rhel8-operator:v5', '--in', index],
    ['forecast', index],
    ['forecast', keycloak],
    ['plan', '-f', 'examples/3-copy/mapping.txt', '--offline'],
    ['mirror', 'oci://nowhere', 'docker://localhost:1/a'],
    ['nothing'],
  ])('%s %s', async (...given) => {
    const text = await printed(given, chinese);
    expect(text).toMatch(/[一-鿿]{2}/);
    const left = text
      .split('\n')
      .filter(
        (line) =>
          english.test(line.replaceAll(/「[^」]*」|`[^`]*`|\boc describe pod \S+/g, '')) &&
          !forNobody.test(line),
      );
    expect(left).toEqual([]);
  });

  it.each([
    ['check', 'examples'],
    ['explain', `${keycloak}/day.log`],
    ['trace', image, '--in', keycloak],
    ['forecast', index],
    ['plan', '-f', 'examples/3-copy/mapping.txt', '--offline'],
  ])('%s --format json is the same', async (...given) => {
    const all = [...given, '--format', 'json'];
    const [inChinese, inEnglish] = await Promise.all([printed(all, chinese), printed(all, { LANG: 'C' })]);
    expect(inChinese).toBe(inEnglish);
    expect(inEnglish).toMatch(/^\{/);
  });

  it('mirror --format json is the same, also of an image that is missing', async () => {
    const registry = await DockerRegistry.start();
    onTestFinished(() => registry.stop().then(() => {}));
    const { index: catalog } = await serveCatalog(registry.host, putInto(registry), ['logging/collector']);
    const runs = [chinese, { LANG: 'C' }].map(async (language) => {
      const folder = temporaryFolder();
      onTestFinished(() => rmSync(folder, { recursive: true }));
      const given = ['mirror', catalog, 'oci://mirror', '--format', 'json', '--progress', 'none'];
      const { stdout } = await ended(given, { ...language, HOME: folder }, folder);
      // Seconds since 1970 stand in the name of the folder for the cluster.
      return stdout.replaceAll(/-\d{10}\b/g, '');
    });
    const [inChinese, inEnglish] = await Promise.all(runs);
    expect(inChinese).toBe(inEnglish);
    expect(JSON.parse(inEnglish ?? '')).toMatchObject({ copied: 6, failed: 1 });
  });
});

it('an editor in Chinese gets findings and the pages of their rules in Chinese', async () => {
  const client = await LspClient.start({ locale: 'zh-cn' });
  onTestFinished(() => client.stop());
  const uri = 'file:///w/mapping.txt';
  await client.open(uri, 'oc-mapping', 'quay.io/a/b:v1=mirror.example.com/a/b:v1\n');
  const [found] = await client.diagnostics(uri);
  expect(found).toMatchObject({ code: 'mapping/tag-only', message: expect.stringContaining('按标签复制') });
  expect(found?.codeDescription?.href).toMatch(/docs\/zh-cn\/rules\/mapping\/tag-only\.md$/);
  expect(existsSync(fileURLToPath(found?.codeDescription?.href ?? ''))).toBe(true);
});

it('an editor in another language gets English', async () => {
  const client = await LspClient.start({ locale: 'fr' });
  onTestFinished(() => client.stop());
  await client.open('file:///w/mapping.txt', 'oc-mapping', 'quay.io/a/b:v1=mirror.example.com/a/b:v1\n');
  const [found] = await client.diagnostics('file:///w/mapping.txt');
  expect(found?.message).toContain('is copied by tag');
});

it('a language that there is not is refused, with those that there are', async () => {
  expect(await printed(['check', '--lang', 'fr'], {})).toBe(
    'operator-mirror: there is no language fr; give one of en, zh-cn\n',
  );
});
