import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeCertificates, type TestCertificates } from '../support/certificates.ts';
import { DockerRegistry } from '../support/dockerRegistry.ts';
import { temporaryFolder } from '../support/fileStore.ts';
import { digestOf } from '../support/images.ts';
import { done, inRoom, jsonOf } from '../support/rooms.ts';
import { type StockedCatalog, stockCatalog } from '../support/stockedCatalog.ts';

// The journey of an administrator with a cluster that has no internet: elasticsearch-operator and cluster-logging out of Red Hat's
// SQLite index, over a disk into a registry with a password, and every image found where nodes look for it.

const run = promisify(execFile);
const index = 'registry.redhat.io/redhat/redhat-operator-index:v4.8';
const packages = ['elasticsearch-operator', 'cluster-logging'];
const users = { admin: 'secret' };

let folder: string;
let certificates: TestCertificates;
let internet: DockerRegistry;
let mirror: DockerRegistry;
let stocked: StockedCatalog;
beforeAll(async () => {
  folder = temporaryFolder();
  mkdirSync(at('certificates'));
  certificates = await makeCertificates(at('certificates'));
  // A folder of certificates that skopeo takes for those to trust has nothing else in it.
  mkdirSync(at('trusted'));
  copyFileSync(certificates.caFile, at('trusted', 'ca.crt'));
  [internet, mirror] = await Promise.all([
    DockerRegistry.start(),
    DockerRegistry.start({ users, tls: certificates }),
  ]);
  stocked = await stockCatalog(internet, 'redhat-operator-index', 'database', index);
});
afterAll(async () => {
  await Promise.all([internet?.stop(), mirror?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

const at = (...names: string[]) => join(folder, ...names);

/** What the two sides share is what somebody carries over. */
const outside = (...args: string[]) => inRoom(folder, 'outside', ...args);
const inside = (...args: string[]) => inRoom(folder, 'inside', ...args);

it('mirrors two packages over a disk, proves it, and writes files that lead nodes there', async () => {
  mkdirSync(at('outside'));
  writeFileSync(at('outside', 'registries.conf'), stocked.registriesConf);
  const internetOptions = ['--registries-conf', at('outside', 'registries.conf'), '--format', 'json'];
  const wanted = stocked.imagesOf(...packages);
  const asked = [index, 'oci://mirror', '--packages', packages.join(), ...internetOptions];

  const planned = jsonOf(await outside('plan', ...asked));
  const sources = planned.images.map(({ source }: { source: string }) => source);
  expect(sources).toEqual(expect.arrayContaining([...wanted.keys()]));
  await done(outside('mirror', ...asked));
  await internet.stop();

  const packed = await done(
    outside('pack', 'mirror', '-o', folder, '--volume-size', '256K', '--format', 'json'),
  );
  expect(packed.volumes.length).toBeGreaterThan(1);
  rmSync(at('outside'), { recursive: true });
  await done(inside('unpack', packed.volumes[0].file, '--dir', 'carried', '--format', 'json'));

  const auth = Buffer.from('admin:secret').toString('base64');
  writeFileSync(at('inside', 'auth.json'), JSON.stringify({ auths: { [mirror.host]: { auth } } }));
  const mirrorOptions = [
    ...['--ca-file', certificates.caFile, '--authfile', at('inside', 'auth.json'), '--format', 'json'],
  ];
  const mirrored = await done(
    inside('mirror', '--from', 'oci://carried', `${mirror.host}/olm`, ...mirrorOptions),
  );
  expect(mirrored).toMatchObject({ failed: 0, stopped: 0 });
  const manifests: string = mirrored.manifests;
  expect(readdirSync(at('inside', manifests))).toContain('catalogSource.yaml');

  expect(await done(inside('verify', manifests, '--deep', ...mirrorOptions))).toMatchObject({ failed: 0 });
  const checked = await done(inside('check', manifests, '--format', 'json'));
  expect(checked.files.flatMap((file: { findings: object[] }) => file.findings)).toEqual([]);
  await expectServed(manifests, wanted);
}, 300_000);

/** Every image is pulled from the mirror by who follows the sets, and is there with its digest for skopeo. */
async function expectServed(manifests: string, wanted: ReadonlyMap<string, string>): Promise<void> {
  expect(wanted.size).toBeGreaterThan(50);
  const images = [...wanted];
  for (let at = 0; at < images.length; at += 4) {
    await Promise.all(
      images.slice(at, at + 4).map(([image, digest]) => expectPulled(manifests, image, digest)),
    );
  }
}

async function expectPulled(manifests: string, image: string, digest: string): Promise<void> {
  const traced = await inside('trace', image, '--in', manifests, '--format', 'json');
  const { verdict, endpoints } = jsonOf(traced);
  expect({ image, verdict, code: traced.code }).toEqual({ image, verdict: 'mirror', code: 0 });
  const served: string = endpoints[0].image;
  expect(served.startsWith(`${mirror.host}/olm/`)).toBe(true);
  const { stdout } = await run('skopeo', [
    ...['inspect', '--raw', '--cert-dir', at('trusted'), '--creds', 'admin:secret', `docker://${served}`],
  ]);
  expect(digestOf(Buffer.from(stdout))).toBe(digest);
}
