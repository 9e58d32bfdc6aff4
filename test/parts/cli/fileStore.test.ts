import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckReport } from '../../../server/src/cli/commands/checkReport.ts';
import { FakeRegistry } from '../../support/fakeRegistry.ts';
import { addToStore, realStores, type StoredLine, truthOf, unpack } from '../../support/fileStore.ts';
import { type TestBlob, testImage } from '../../support/images.ts';
import { CommandLine } from './copyHarness.ts';

const examples = join(import.meta.dirname, '../../../examples');
const keycloak = 'community-operator/my-operator/community-operator-index/keycloak/keycloak-operator';
const image = testImage({ seed: 'keycloak' });
const short = `${image.manifest.digest.slice(0, 'sha256:'.length + 12)}…`;

let line: CommandLine;
beforeEach(() => {
  line = new CommandLine();
});
afterEach(() => line.remove());

describe.each(realStores)('inspect, in the store that oc wrote in %s', (name) => {
  it('shows what the catalog says of every image', async () => {
    unpack(name, line.folder);
    const { lines, images } = truthOf(name);
    const truths = new Map(Object.values(images).map((truth) => [truth.digest, truth]));
    let compared = 0;
    for (const { destination, destinationDigest } of lines) {
      const { code, stdout, stderr } = await line.run(
        'inspect',
        destination,
        '--dir',
        line.folder,
        '--format',
        'json',
      );
      expect({ destination, code, stderr: stderr.includes('is not there') }).toEqual({
        destination,
        code: destinationDigest === null ? 1 : 0,
        stderr: destinationDigest === null,
      });
      if (destinationDigest === null) continue;
      const facts = JSON.parse(stdout);
      expect(facts).toMatchObject({ image: destination.replace(':///', '://'), digest: destinationDigest });
      const truth = truths.get(destinationDigest);
      if (truth?.config === undefined) continue;
      compared++;
      const blobs = new Map(
        [truth.config, ...(truth.layers ?? [])].map(({ digest, size }) => [digest, size]),
      );
      expect(facts.size).toBe([...blobs.values()].reduce((sum, size) => sum + size, 0));
      expect(facts.mediaType).toBe(truth.mediaType);
    }
    expect(compared).toBeGreaterThan(9);
  });
});

describe('inspect', () => {
  const inspect = (...options: string[]) =>
    line.run('inspect', `file://${keycloak}:15.0.2`, '--dir', line.folder, ...options);

  it('needs no network', async () => {
    addToStore(line.folder, keycloak, '15.0.2', image);
    const { code, stdout } = await inspect('--offline');
    expect(code).toBe(0);
    expect(stdout).toContain(`image       file://${keycloak}:15.0.2\ndigest      ${image.manifest.digest}\n`);
  });

  it('says that links were lost on the way, and shows the image all the same', async () => {
    const carried = line.path('carried');
    addToStore(line.path('origin'), keycloak, '15.0.2', image);
    mkdirSync(carried);
    execFileSync('cp', ['-rL', line.path('origin/v2'), carried]);
    const { code, stdout, stderr } = await line.run('inspect', `file://${keycloak}:15.0.2`, '--dir', carried);
    expect(code).toBe(0);
    expect(stdout).toContain(image.manifest.digest);
    expect(stderr).toMatch(
      /^operator-mirror inspect: \S+ is a copy of the manifest and no symbolic link: .*\n$/,
    );
  });

  it('is 1 for an image that is damaged or not whole, and names the file', async () => {
    addToStore(line.folder, keycloak, '15.0.2', image);
    const [config] = image.blobs as [TestBlob];
    const blob = join(line.folder, 'v2', keycloak, 'blobs', config.digest);
    truncateSync(blob, 10);
    const damaged = await inspect();
    expect(damaged.code).toBe(1);
    expect(damaged.stderr).toContain(`${blob} has 10 bytes instead of ${config.size}; copy it again`);
    rmSync(blob);
    const missing = await inspect();
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain(`${blob} is not there; the folder is not complete`);
  });
});

describe.each(realStores)('check, beside the store that oc wrote in %s', (name) => {
  const { lines } = truthOf(name);
  const found = async (code: string) => {
    const { stdout } = await line.run('check', line.folder, '--format', 'json');
    const findings = (JSON.parse(stdout) as CheckReport).files.flatMap((file) => file.findings);
    return findings.filter((finding) => finding.code === code);
  };
  const linesOf = (findings: Awaited<ReturnType<typeof found>>) =>
    findings.map(({ range }) => lines[range.start.line]);

  it('finds exactly the images that oc lost, and those that it wrote over', async () => {
    const mapping = lines.map(({ source, destination }) => `${source}=${destination}\n`).join('');
    line.write('manifests/mapping.txt', mapping);
    expect(await found('mapping/missing-image')).toEqual([]);
    unpack(name, line.folder);
    const missing = await found('mapping/missing-image');
    expect(linesOf(missing)).toEqual(lines.filter(({ destinationDigest }) => destinationDigest === null));
    for (const { message } of missing)
      expect(message).toMatch(/^file:\/\/\S+ is not there: the v2\/ folder does not have it;/);
    const other = ({ source, destinationDigest }: StoredLine) =>
      source.includes('@') && destinationDigest !== null && !source.endsWith(destinationDigest);
    expect(linesOf(await found('mapping/digest-mismatch'))).toEqual(lines.filter(other));
  });
});

describe('check', () => {
  const run = 'manifests-my-operator/community-operator-index-1637720538';
  const pinsIn = (report: CheckReport): string[] =>
    report.files.flatMap(({ findings }) =>
      findings
        .filter(({ code }) => code === 'mapping/tag-only')
        .flatMap(({ fixes }) =>
          fixes.map(({ title }) => title).filter((title) => title.startsWith('Pin to')),
        ),
    );
  const check = async (...argv: string[]) => {
    const { code, stdout, stderr } = await line.run('check', ...argv, '--format', 'json');
    return { code, stderr, pins: pinsIn(JSON.parse(stdout)) };
  };
  beforeEach(() => {
    cpSync(join(examples, '2-keycloak-by-tag'), line.folder, { recursive: true });
    addToStore(line.folder, keycloak, '15.0.2', image);
  });

  it('finds the digest of seed 000 in v2/, with no registry and no network', async () => {
    const pin = `Pin to ${short} that v2/ has (pods that pull :15.0.2 still need a registries.conf drop-in written by a MachineConfig)`;
    for (const path of [line.folder, line.path(run), line.path(`${run}/mapping.txt`)]) {
      for (const options of [[], ['--offline']]) {
        const { pins, stderr } = await check(path, ...options);
        expect(pins).toContain(pin);
        expect(stderr).toBe('');
      }
    }
  });

  it('says nothing of a store that is not there', async () => {
    rmSync(line.path('v2'), { recursive: true });
    const { pins } = await check(line.folder);
    expect(pins.filter((title) => title.includes('v2/'))).toEqual([]);
  });

  it('offers one fix for all that agree, once registries are asked', async () => {
    const registry = await FakeRegistry.start();
    try {
      const mapping = line.write(
        'other/mapping.txt',
        [
          `file://${keycloak}:15.0.2=${registry.host}/keycloak/same:15.0.2`,
          `file://${keycloak}:15.0.2=${registry.host}/keycloak/moved:15.0.2`,
          '',
        ].join('\n'),
      );
      registry.add('keycloak/same', '15.0.2', image);
      const other = testImage({ seed: 'other' });
      registry.add('keycloak/moved', '15.0.2', other);
      const { pins } = await check(mapping, '--online');
      const note = '(pods that pull :15.0.2 still need an ImageTagMirrorSet)';
      expect(pins).toEqual([
        `Pin to ${short} that v2/ and ${registry.host} have ${note}`,
        `Pin to ${short} that v2/ has ${note}`,
        `Pin to ${other.manifest.digest.slice(0, 19)}… that ${registry.host} has ${note}`,
      ]);
      // Without --online the store still answers, and the registry is not asked.
      registry.clear();
      expect((await check(mapping)).pins.filter((title) => title.includes('that v2/ has'))).toHaveLength(2);
      expect(registry.requests).toHaveLength(0);
    } finally {
      await registry.stop();
    }
  });
});
