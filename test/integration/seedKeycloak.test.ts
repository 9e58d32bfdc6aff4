import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DockerRegistry } from '../support/dockerRegistry.ts';
import { temporaryFolder } from '../support/fileStore.ts';
import { done, inRoom } from '../support/rooms.ts';
import { type StockedCatalog, stockCatalog } from '../support/stockedCatalog.ts';

// What an administrator met with the community's operators: their CSVs name images by tag, for which oc writes no entry, so that
// pods wait for an image that lies in the mirror.

const index = 'quay.io/operatorhubio/catalog:v4.8';
const keycloak = 'quay.io/keycloak/keycloak-operator:15.0.2';

let folder: string;
let internet: DockerRegistry;
let mirror: DockerRegistry;
let stocked: StockedCatalog;
let manifests: string;
beforeAll(async () => {
  folder = temporaryFolder();
  [internet, mirror] = await Promise.all([DockerRegistry.start(), DockerRegistry.start()]);
  stocked = await stockCatalog(internet, 'community-operator-index', 'configs', index, ['keycloak-operator']);
  mkdirSync(at('bastion'));
  writeFileSync(at('bastion', 'registries.conf'), stocked.registriesConf);
  const options = ['--registries-conf', at('bastion', 'registries.conf'), '--format', 'json'];
  const place = `${mirror.host}/community`;
  const asked = [index, place, '--packages', 'keycloak-operator', '--cluster-version', '4.14', ...options];
  manifests = (await done(bastion('mirror', ...asked))).manifests;
}, 300_000);
afterAll(async () => {
  await Promise.all([internet?.stop(), mirror?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

const at = (...names: string[]) => join(folder, ...names);
const bastion = (...args: string[]) => inRoom(folder, 'bastion', ...args);

/** Where a pull of the tag goes first by the files in a folder. */
async function firstPlace(files: string): Promise<string> {
  const traced = await done(bastion('trace', keycloak, '--in', files, '--format', 'json'));
  expect(traced.verdict).toBe('mirror');
  return traced.endpoints[0].image;
}

describe('images that pods pull by tag', () => {
  it('are redirected by an ImageTagMirrorSet, to where the mirror has that tag', async () => {
    expect(readdirSync(at('bastion', manifests))).toContain('imageTagMirrorSet.yaml');
    const place = await firstPlace(manifests);
    expect(place.startsWith(`${mirror.host}/community/`)).toBe(true);
    const found = await done(bastion('inspect', place, '--format', 'json'));
    expect(found.digest).toBe(stocked.images.get(keycloak));
  });

  it('are redirected on a cluster without such sets by a MachineConfig', async () => {
    const older = 'older';
    await done(bastion('manifests', manifests, '--cluster-version', '4.8', '-o', older, '--format', 'json'));
    const names = readdirSync(at('bastion', older));
    expect(names).toContain('imageContentSourcePolicy.yaml');
    const machineConfigs = names.filter((name) =>
      readFileSync(at('bastion', older, name), 'utf8').includes('kind: MachineConfig'),
    );
    expect(machineConfigs).not.toEqual([]);
    expect((await firstPlace(older)).startsWith(`${mirror.host}/community/`)).toBe(true);
  });

  it('are found by a check of both folders to be well', async () => {
    for (const files of [manifests, 'older']) {
      const checked = await done(bastion('check', files, '--format', 'json'));
      const findings = checked.files.flatMap((file: { findings: { code: string }[] }) => file.findings);
      // That a line by tag has no entry in a set of digests is said, since it is so.
      expect(findings.map(({ code }: { code: string }) => code)).toEqual([]);
    }
  });
});
