import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { catalogObjectName, mirrorSetName } from '../../server/src/mirror/manifests/objectNames.ts';
import { resultText } from '../../server/src/mirror/manifests/resultFile.ts';
import { CommandLine } from '../parts/cli/copyHarness.ts';
import { type ClusterObject, ClusterServer, type ResourceRequest } from '../support/clusterServer.ts';
import { plannedCatalog, planOfLines, resultOf } from '../support/mirrorResults.ts';
import { DrainingNodes, quietNodes } from '../support/nodePools.ts';

// A command asks kubectl a dozen times, and each time a program of 50 MB is started.
vi.setConfig({ testTimeout: 240_000 });

/* Debian's kubectl against an API server on the loopback, with the folder of a mirror run. */

const catalog = plannedCatalog('quay.io/a/app-index:v4.18', 'reg.example.com/m/a/app-index:v4.18', [
  'quay.io/a/db:v1',
]);
const plan = planOfLines(
  ['quay.io/a/app:v1 -> reg.example.com/m/a/app:v1', 'quay.io/a/db:v1 -> reg.example.com/m/a/db:v1'],
  { catalogs: [catalog] },
);
const version = {
  apiVersion: 'config.openshift.io/v1',
  kind: 'ClusterVersion',
  metadata: { name: 'version' },
  status: { desired: { version: '4.18.3' } },
};

let line: CommandLine;
let cluster: ClusterServer;
let folder: string;
beforeEach(async () => {
  line = new CommandLine();
  line.write('run/report.json', resultText(resultOf(plan)));
  folder = line.path('run');
  await line.run('manifests', folder);
  cluster = await ClusterServer.start(version, ...quietNodes());
  line.environment = cluster.environment;
});
afterEach(async () => {
  line.remove();
  await cluster.stop();
});

const apply = (...options: string[]) => line.run('apply', folder, ...options);
const json = async (...options: string[]) => JSON.parse((await apply(...options, '--format', 'json')).stdout);

/** Lets the nodes drain, a step at each look, once a mirror set was written. */
function drainAfterwards(): void {
  const nodes = new DrainingNodes(cluster);
  cluster.refuse = (request) => {
    if (cluster.changes.length > 1) nodes.asked(request);
    return undefined;
  };
}

const setName = mirrorSetName(plan);
const sourceName = catalogObjectName('cs', catalog.destination);

function tagSet(...entries: object[]): ClusterObject {
  return {
    apiVersion: 'config.openshift.io/v1',
    kind: 'ImageTagMirrorSet',
    metadata: { name: setName, labels: { team: 'lab' } },
    spec: { imageTagMirrors: entries },
  };
}

function refuseAt(
  matches: (request: ResourceRequest) => boolean,
  code: number,
  reason: string,
  message: string,
) {
  cluster.refuse = (request) => (matches(request) ? { code, reason, message } : undefined);
}

describe('operator-mirror apply', () => {
  it('shows the cluster, the dry run and the forecast, and changes nothing without a yes', async () => {
    const { code, stdout, stderr } = await apply();
    expect(stdout.split('\n')[0]).toBe(`Cluster: ${cluster.url}, context lab/anna`);
    expect(stdout).toMatch(/^new {8}ImageTagMirrorSet \S+ {2}\S+imageTagMirrorSet\.yaml$/m);
    expect(stdout).toMatch(/^new {8}CatalogSource cs-\S+ {2}\S+catalogSource\.yaml$/m);
    expect(stdout).toContain('A dry run by the API server refuses none of it.');
    expect(stdout).toMatch(/^Every node of every pool drains, one after the other/m);
    expect(stderr).toMatch(/nobody is there to be asked; add --yes/);
    expect([code, cluster.changes]).toEqual([2, []]);
    expect(cluster.requests.filter(({ isDryRun }) => isDryRun)).toHaveLength(3);
  });

  it('applies what redirects pulls before the catalogs, and follows nodes through their drain', async () => {
    drainAfterwards();
    const { code, stdout, stderr } = await apply('--yes');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(cluster.changes).toEqual([
      'POST imagetagmirrorsets',
      'POST catalogsources',
      'POST clustercatalogs',
    ]);
    const seen = stdout.slice(stdout.indexOf('applied    ImageTagMirrorSet'));
    const inOrder = [
      'Pool worker changes: 0 of 2 nodes are done.',
      'Node worker-1: Ready,SchedulingDisabled',
      'Node worker-1: NotReady,SchedulingDisabled',
      'Pool worker changes: 1 of 2 nodes are done.',
      'Node worker-2: Ready,SchedulingDisabled',
      'Pool worker is done: 2 of 2 nodes.',
      'Pool master changes: 0 of 1 nodes are done.',
      'Pool master is done: 1 of 1 nodes.',
      'Done: all nodes have it.',
    ];
    const places = inOrder.map((words) => seen.indexOf(words));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    const again = await json('--yes');
    expect(again).toMatchObject({ done: true, forecast: { effect: 'none' }, nodes: null });
    expect(again.objects.map((one: { change: string }) => one.change)).toEqual(Array(3).fill('unchanged'));
    expect(cluster.changes).toHaveLength(3);
  });

  it('leaves the cluster as it is when it is stopped while nodes drain, and says how to look again', async () => {
    const nodes = new DrainingNodes(cluster);
    let looks = 0;
    cluster.refuse = (request) => {
      if (cluster.changes.length < 3) return undefined;
      nodes.asked(request);
      if (request.plural === 'nodes' && ++looks === 4) line.stop.abort(new Error('stopped by SIGINT'));
      return undefined;
    };
    const { code, stderr } = await apply('--yes');
    expect(code).toBe(2);
    expect(stderr).toBe(
      `operator-mirror apply: stopped by SIGINT: all is applied, and the nodes go on by themselves; see how far they are with operator-mirror status ${folder}\n`,
    );
    expect(cluster.changes).toHaveLength(3);
  });

  it('merges objects of the same name: entries, mirrors and fields of the cluster stay, and are said', async () => {
    const own = { source: 'docker.io/own', mirrors: ['other.example.com/own'] };
    const shared = { source: 'quay.io/a/app', mirrors: ['old.example.com/a/app'] };
    cluster.put(tagSet(own, shared));
    cluster.put({
      apiVersion: 'operators.coreos.com/v1alpha1',
      kind: 'CatalogSource',
      metadata: { name: sourceName, namespace: 'openshift-marketplace' },
      spec: { sourceType: 'grpc', image: 'reg.example.com/old:v1', priority: 7, secrets: ['mirror'] },
    });
    const { code, stdout } = await apply('--yes', '--no-wait');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^merged {5}ImageTagMirrorSet/m);
    expect(stdout).toContain('The entry of the cluster for docker.io/own stays.');
    expect(stdout).toContain('quay.io/a/app keeps the mirror old.example.com/a/app.');
    expect(stdout).toContain(
      'Its image was reg.example.com/old:v1 and becomes reg.example.com/m/a/app-index:v4.18.',
    );
    const set = cluster.object('imagetagmirrorsets', setName);
    expect(set?.metadata.labels).toEqual({ team: 'lab' });
    expect(set?.spec).toEqual({
      imageTagMirrors: [
        own,
        { source: 'quay.io/a/app', mirrors: ['old.example.com/a/app', 'reg.example.com/m/a/app'] },
        { source: 'quay.io/a/db', mirrors: ['reg.example.com/m/a/db'] },
      ],
    });
    expect(cluster.object('catalogsources', sourceName, 'openshift-marketplace')?.spec).toMatchObject({
      image: 'reg.example.com/m/a/app-index:v4.18',
      priority: 7,
      secrets: ['mirror'],
    });
  });

  it('merges anew what somebody changes meanwhile, and writes over nothing of it', async () => {
    cluster.put(tagSet({ source: 'quay.io/a/app', mirrors: ['old.example.com/a/app'] }));
    const late = { source: 'docker.io/late', mirrors: ['other.example.com/late'] };
    let isChanged = false;
    cluster.refuse = ({ method, plural, isDryRun }) => {
      if (method !== 'PUT' || plural !== 'imagetagmirrorsets' || isDryRun || isChanged) return undefined;
      isChanged = true;
      cluster.put(tagSet({ source: 'quay.io/a/app', mirrors: ['old.example.com/a/app'] }, late));
      return undefined;
    };
    const { code, stdout, stderr } = await apply('--yes', '--no-wait');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('had changed meanwhile, and was merged again');
    const sources = ['quay.io/a/app', 'docker.io/late', 'quay.io/a/db'];
    expect(cluster.object('imagetagmirrorsets', setName)?.spec).toMatchObject({
      imageTagMirrors: sources.map((source) => ({ source })),
    });
  });

  it('stops where the change of somebody else lets nodes do something else than was confirmed', async () => {
    const app = { source: 'quay.io/a/app', mirrors: ['old.example.com/a/app'] };
    // The machine-config-operator stops at it.
    const stopping = {
      source: 'docker.io/x',
      mirrors: ['docker.io/x'],
      mirrorSourcePolicy: 'NeverContactSource',
    };
    cluster.put(tagSet(app));
    cluster.refuse = ({ method, plural, isDryRun }) => {
      if (method === 'PUT' && plural === 'imagetagmirrorsets' && !isDryRun)
        cluster.put(tagSet(app, stopping));
      return undefined;
    };
    const { code, stderr } = await apply('--yes', '--no-wait');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /ImageTagMirrorSet \S+ and 2 more were not applied: .* was changed by somebody else, and nodes would now do something else than was confirmed; run the same again/,
    );
    expect(cluster.object('imagetagmirrorsets', setName)?.spec).toEqual({ imageTagMirrors: [app, stopping] });
  });

  it('says of a 403, a webhook and a full API which object, and changes nothing', async () => {
    refuseAt(
      ({ method, plural }) => method === 'POST' && plural === 'imagetagmirrorsets',
      403,
      'Forbidden',
      'imagetagmirrorsets.config.openshift.io is forbidden: User "anna" cannot create resource',
    );
    const denied = await apply('--yes');
    expect([denied.code, cluster.changes]).toEqual([1, []]);
    expect(denied.stdout).toMatch(/^refused {4}ImageTagMirrorSet/m);
    expect(denied.stderr).toMatch(
      /^operator-mirror apply: nothing was changed: the cluster refuses 1 object, .*"anna" cannot create resource; ask for the permission/,
    );
    refuseAt(
      ({ method, plural }) => method === 'POST' && plural === 'catalogsources',
      403,
      'Forbidden',
      'admission webhook "catalogs.policy.example.com" denied the request: only catalogs of the platform team',
    );
    const webhook = await apply('--yes');
    expect([webhook.code, cluster.changes]).toEqual([1, []]);
    expect(webhook.stderr).toMatch(/only catalogs of the platform team; ask whoever runs this webhook/);
    const report = await json('--yes');
    expect(report.done).toBe(false);
    expect(report.objects.map((one: { result: string }) => one.result)).toEqual([
      'as-it-was',
      'refused',
      'as-it-was',
    ]);
  });

  it('says what is applied and what is not where a webhook refuses only in earnest', async () => {
    refuseAt(
      ({ method, plural, isDryRun }) => method === 'POST' && plural === 'catalogsources' && !isDryRun,
      400,
      'BadRequest',
      'admission webhook "late.example.com" denied the request: not today',
    );
    const { code, stdout, stderr } = await apply('--yes');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^applied {4}ImageTagMirrorSet/m);
    expect(stderr).toMatch(/CatalogSource cs-\S+ and 1 more were not applied: .*not today; ask whoever/);
    cluster.refuse = () => undefined;
    expect((await apply('--yes', '--no-wait')).code).toBe(0);
    expect(cluster.changes.filter((change) => change === 'POST imagetagmirrorsets')).toHaveLength(1);
  });

  it('applies nothing whose sources can match no pull, and nothing that is no manifest yet', async () => {
    line.write('hop/mapping.txt', 'quay.io/a/app@sha256:0=file://hop/quay/a/app\n');
    line.write(
      'hop/set.yaml',
      'apiVersion: operator.openshift.io/v1alpha1\nkind: ImageContentSourcePolicy\nmetadata:\n  name: hop\nspec:\n  repositoryDigestMirrors:\n  - mirrors: [reg.example.com/m/hop-a-app]\n    source: hop/a/app\n',
    );
    const hop = await line.run('apply', line.path('hop'), '--yes');
    expect(hop.stderr).toMatch(
      /none of its sources can match a pull; repair it with operator-mirror check --fix/,
    );
    line.write(
      'template/set.yaml',
      'apiVersion: config.openshift.io/v1\nkind: ImageTagMirrorSet\nmetadata:\n  name: {{ .name }}\nspec: {}\n',
    );
    const template = await line.run('apply', line.path('template'), '--yes');
    expect(template.stderr).toMatch(/set\.yaml:4: it is a template that nobody has filled in/);
    const nothing = await line.run(
      'apply',
      line.write('none/x.yaml', 'a: b\n').replace('/x.yaml', ''),
      '--yes',
    );
    expect(nothing.stderr).toMatch(/holds nothing that can be applied; name the folder manifests-NAME-TIME/);
    expect([hop.code, template.code, nothing.code]).toEqual([1, 2, 2]);
    expect(cluster.changes).toEqual([]);
  });
});
