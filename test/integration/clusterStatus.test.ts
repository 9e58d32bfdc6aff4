import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { plainObjects } from '../../server/src/documents/plainObjects.ts';
import { catalogObjectName, mirrorSetName } from '../../server/src/mirror/manifests/objectNames.ts';
import { resultText } from '../../server/src/mirror/manifests/resultFile.ts';
import { CommandLine } from '../parts/cli/copyHarness.ts';
import { type ClusterObject, ClusterServer } from '../support/clusterServer.ts';
import { plannedCatalog, planOfLines, resultOf } from '../support/mirrorResults.ts';
import { node, pool, quietNodes } from '../support/nodePools.ts';

// A command asks kubectl a dozen times, and each time a program of 50 MB is started.
vi.setConfig({ testTimeout: 240_000 });

/* What Debian's kubectl tells of a cluster on which a mirror run was applied. */

const place = 'reg.example.com/m/a/app-index:v4.18';
const catalog = plannedCatalog('quay.io/a/app-index:v4.18', place, ['quay.io/a/db:v1']);
const plan = planOfLines(
  ['quay.io/a/app:v1 -> reg.example.com/m/a/app:v1', 'quay.io/a/db:v1 -> reg.example.com/m/a/db:v1'],
  { catalogs: [catalog] },
);
const setName = mirrorSetName(plan);
const sourceName = catalogObjectName('cs', place);
const packageName = catalog.bundles[0]?.package ?? '';
const market = 'openshift-marketplace';

let line: CommandLine;
let cluster: ClusterServer;
let folder: string;
beforeEach(async () => {
  line = new CommandLine();
  line.write('run/report.json', resultText(resultOf(plan)));
  folder = line.path('run');
  await line.run('manifests', folder);
  cluster = await ClusterServer.start(...quietNodes(), ...manifestsIn(folder));
  line.environment = cluster.environment;
});
afterEach(async () => {
  line.remove();
  await cluster.stop();
});

/** The objects of a folder, as a cluster has them once they are applied. */
function manifestsIn(path: string): ClusterObject[] {
  const files = readdirSync(path).filter((name) => name.endsWith('.yaml'));
  return files.flatMap((name) => {
    const read = plainObjects(readFileSync(join(path, name), 'utf8'));
    return read.ok ? (read.objects as unknown as ClusterObject[]) : [];
  });
}

const status = (...words: string[]) => line.run('status', ...words);

/** OLM serves what was applied. */
function serve(state: string, ...packages: string[]): void {
  const source = cluster.object('catalogsources', sourceName, market);
  const served = cluster.object('clustercatalogs', catalogObjectName('cc', place));
  if (source === undefined || served === undefined) throw new Error('it was not applied');
  cluster.put({ ...source, status: { connectionState: { lastObservedState: state } } });
  cluster.put({ ...served, status: { conditions: [{ type: 'Serving', status: 'True' }] } });
  const labels = { 'olm.catalogSource': sourceName };
  cluster.put({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${sourceName}-x`, namespace: market, labels },
    status: { phase: state === 'READY' ? 'Running' : 'Pending' },
  });
  for (const name of packages)
    cluster.put({
      apiVersion: 'packages.operators.coreos.com/v1',
      kind: 'PackageManifest',
      metadata: { name, namespace: market },
      status: { catalogSource: sourceName, catalogSourceNamespace: market },
    });
}

function waitingPod(name: string, image: string, ...events: string[]): ClusterObject[] {
  const metadata = { name, namespace: 'demo' };
  const waiting = { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}"` };
  return [
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata,
      spec: { containers: [{ name: 'one', image }] },
      status: {
        phase: 'Pending',
        containerStatuses: [{ name: 'one', image: 'sha256:0', state: { waiting } }],
      },
    },
    ...events.map((message, index) => ({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.${index}`, namespace: 'demo' },
      type: 'Warning',
      reason: 'Failed',
      involvedObject: metadata,
      message,
    })),
  ];
}

function put(...objects: ClusterObject[]): void {
  for (const object of objects) cluster.put(object);
}

describe('operator-mirror status', () => {
  it('says that all is well, and changes nothing', async () => {
    serve('READY', packageName);
    const { code, stdout, stderr } = await status(folder);
    expect(stderr).toBe('');
    expect(stdout).toBe(`Cluster: ${cluster.url}, context lab/anna

Nodes
  3 nodes are Ready
  pool master: all 1 have their configuration
  pool worker: all 2 have their configuration

Mirror sets
  ImageTagMirrorSet ${setName}: 2 sources

Catalogs
  CatalogSource ${market}/${sourceName}  READY  ${place}
    pod ${sourceName}-x: Running
    1 package is offered
  ClusterCatalog ${catalogObjectName('cc', place)}  Serving  ${place}

Of this folder
  there      ImageTagMirrorSet ${setName}
  there      CatalogSource ${sourceName}
  there      ClusterCatalog ${catalogObjectName('cc', place)}

All of it is as it should be.
`);
    expect(code).toBe(0);
    expect(cluster.changes).toEqual([]);
  });

  it('shows nodes in the middle of a change, and a pool that cannot go on', async () => {
    serve('READY', packageName);
    put(
      node('worker-1', { isSchedulable: false }),
      node('worker-2', { isReady: false }),
      pool('worker', 'rendered-2', 2, 0, { problem: 'failed to drain node: worker-1 after 1 hour' }),
      pool('master', 'rendered-2', 1, 0),
    );
    const { code, stdout } = await status();
    expect(code).toBe(1);
    expect(stdout).toContain('worker-1  Ready,SchedulingDisabled\n');
    expect(stdout).toContain('worker-2  NotReady  Kubelet stopped posting node status.');
    expect(stdout).toContain('pool worker cannot go on: failed to drain node: worker-1 after 1 hour');
    expect(stdout).toContain('pool master: 0 of 1 have the new configuration');
  });

  it('holds catalogs and objects against what was mirrored', async () => {
    serve('TRANSIENT_FAILURE');
    cluster.remove('imagetagmirrorsets', setName);
    const { code, stdout } = await status(folder);
    expect(code).toBe(1);
    expect(stdout).toMatch(/CatalogSource \S+ {2}TRANSIENT_FAILURE/);
    expect(stdout).toContain(`pod ${sourceName}-x: Pending`);
    expect(stdout).toContain(`not offered, although it was mirrored: ${packageName}`);
    expect(stdout).toMatch(/missing {4}ImageTagMirrorSet \S+: apply \S+imageTagMirrorSet\.yaml/);
  });

  it('traces pods that wait for an image to the rule, and says what the event means', async () => {
    serve('READY', packageName);
    const failed = (image: string) =>
      `Failed to pull image "${image}": rpc error: code = Unknown desc = pinging container registry quay.io: Get "https://quay.io/v2/": dial tcp: lookup quay.io: no such host`;
    put(
      ...waitingPod('web-1', 'quay.io/b/web:v2', failed('quay.io/b/web:v2')),
      ...waitingPod('web-2', 'quay.io/b/web:v2', failed('quay.io/b/web:v2')),
      ...waitingPod('app-1', 'quay.io/a/app:v1'),
    );
    const { code, stdout } = await status('--format', 'json');
    expect(code).toBe(1);
    const { problems, well } = JSON.parse(stdout);
    expect(well).toBe(false);
    const [web, app] = problems.toSorted((a: { image: string }, b: { image: string }) =>
      a.image < b.image ? 1 : -1,
    );
    expect(web).toMatchObject({
      objects: ['Pod demo/web-1', 'Pod demo/web-2'],
      image: 'quay.io/b/web:v2',
      rule: null,
      trace: { verdict: 'source' },
    });
    expect(web.code).toMatch(/^pull\//);
    expect(web.fix).not.toBe('');
    expect(app).toMatchObject({
      image: 'quay.io/a/app:v1',
      rule: { kind: 'ImageTagMirrorSet', source: 'quay.io/a/app' },
      trace: { verdict: 'mirror' },
    });
    const text = await status();
    expect(text.stdout).toContain('Pod demo/web-1, Pod demo/web-2: ');
    expect(text.stdout).toContain('rule: none on the cluster redirects it');
    expect(text.stdout).toContain('rule: ImageTagMirrorSet, source quay.io/a/app: ');
  });

  it('finds installations that hang, with the bundle that cannot be unpacked', async () => {
    serve('READY', packageName);
    const bundle = `quay.io/a/bundle@sha256:${'0'.repeat(64)}`;
    const condition = (type: string, reason: string, message: string) => ({
      type,
      status: 'True',
      reason,
      message,
    });
    const plan = (name: string, status: object): ClusterObject => ({
      apiVersion: 'operators.coreos.com/v1alpha1',
      kind: 'InstallPlan',
      metadata: { name, namespace: 'demo' },
      status,
    });
    const deadline = condition(
      'BundleLookupFailed',
      'DeadlineExceeded',
      'Job was active longer than specified deadline',
    );
    put(
      plan('install-done', { phase: 'Complete' }),
      plan('install-late', {
        phase: 'Installing',
        bundleLookups: [{ path: bundle, conditions: [deadline] }],
      }),
      plan('install-asks', { phase: 'RequiresApproval' }),
      plan('install-long', { phase: 'Installing', startTime: '2020-01-01T00:00:00Z' }),
      {
        apiVersion: 'operators.coreos.com/v1alpha1',
        kind: 'Subscription',
        metadata: { name: 'app', namespace: 'demo' },
        status: {
          conditions: [
            condition(
              'BundleUnpackFailed',
              'BundleUnpackFailed',
              'bundle unpacking failed. Reason: DeadlineExceeded, and Message: Job was active longer than specified deadline',
            ),
          ],
        },
      },
    );
    const { code, stdout } = await status('--format', 'json');
    expect(code).toBe(1);
    const { problems } = JSON.parse(stdout);
    expect(problems).toHaveLength(3);
    expect(problems.find((one: { image: string }) => one.image === bundle)).toMatchObject({
      objects: ['InstallPlan demo/install-late'],
      code: 'olm/unpack-deadline',
      trace: { verdict: 'source' },
    });
    const { stdout: text } = await status();
    expect(text).toMatch(
      /InstallPlan demo\/install-asks: waits for approval: oc patch installplan install-asks -n demo/,
    );
    expect(text).toMatch(/InstallPlan demo\/install-long: is in the phase Installing for \d+ minutes/);
  });

  it('shows the rest where somebody may not see all of it', async () => {
    serve('READY', packageName);
    cluster.refuse = ({ plural }) =>
      plural === 'nodes' || plural === 'events'
        ? { code: 403, reason: 'Forbidden', message: `${plural} is forbidden: User "anna" cannot list` }
        : undefined;
    const { code, stdout } = await status(folder);
    expect(stdout).toMatch(/^Not everything can be seen: .*nodes is forbidden: User "anna" cannot list/m);
    expect(stdout).toContain('1 package is offered');
    expect(code).toBe(0);
  });
});
