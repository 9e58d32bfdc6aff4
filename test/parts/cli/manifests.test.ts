import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resultText } from '../../../server/src/mirror/manifests/resultFile.ts';
import { planText } from '../../../server/src/mirror/plan/planFile.ts';
import { plannedCatalog, planOfLines, resultOf } from '../../support/mirrorResults.ts';
import { namedSet } from '../../support/mirrorSets.ts';
import { CommandLine } from './copyHarness.ts';

const catalog = plannedCatalog('quay.io/a/app-index:v4.18', 'reg.example.com/m/a/app-index:v4.18', [
  'quay.io/a/db:v1',
]);
const plan = planOfLines(
  ['quay.io/a/app:v1 -> reg.example.com/m/a/app:v1', 'quay.io/a/db:v1 -> reg.example.com/m/a/db:v1'],
  { catalogs: [catalog] },
);

let line: CommandLine;
let folder: string;
beforeEach(() => {
  line = new CommandLine();
  line.write('run/report.json', resultText(resultOf(plan)));
  folder = line.path('run');
});
afterEach(() => line.remove());

const read = (name: string) => readFileSync(`${folder}/${name}`, 'utf8');

describe('operator-mirror manifests', () => {
  it('writes the files of a run, says what nodes do, and how they are applied', async () => {
    const report = read('report.json');
    const { code, stdout, stderr } = await line.run('manifests', folder);
    expect([code, stderr]).toEqual([0, '']);
    expect(readdirSync(folder).sort()).toEqual([
      'SHA256SUMS',
      'catalogSource.yaml',
      'clusterCatalog.yaml',
      'imageTagMirrorSet.yaml',
      'mapping.txt',
      'report.json',
      'report.md',
    ]);
    expect(read('report.json')).toBe(report);
    expect(stdout).toBe(`written    ${folder}/mapping.txt
written    ${folder}/imageTagMirrorSet.yaml
written    ${folder}/catalogSource.yaml
written    ${folder}/clusterCatalog.yaml
unchanged  ${folder}/report.json
written    ${folder}/report.md

Every node of every pool drains, one after the other, and none restarts: quay.io/a/app gets the mirror reg.example.com/m/a/app for pulls by tag, and for 1 other change.
  Nothing is known of the cluster, so it is taken to have no mirror set yet.

Next, in this order:
  oc apply -f ${folder}/imageTagMirrorSet.yaml
  oc apply -f ${folder}/catalogSource.yaml -f ${folder}/clusterCatalog.yaml
`);
    const check = await line.run('check', folder);
    expect([check.code, check.stderr]).toEqual([0, '']);
    expect(check.stdout).not.toMatch(/warning|error:|information|hint/);
  });

  it('writes over what a run has written, and over nothing else', async () => {
    await line.run('manifests', folder);
    writeFileSync(`${folder}/catalogSource.yaml`, `# ours\n${read('catalogSource.yaml')}`);
    const { code, stdout } = await line.run('manifests', folder, '--scope', 'namespace', '--secret', 'pull');
    expect(code).toBe(1);
    expect(read('imageTagMirrorSet.yaml')).toContain('source: quay.io/a\n');
    expect(read('catalogSource.yaml')).toMatch(/^# ours/);
    expect(stdout).toContain(`left alone ${folder}/catalogSource.yaml: it is not as a run has written it`);
    expect((await line.run('manifests', folder, '--scope', 'namespace')).stdout).toContain('left alone');
  });

  it('removes what another version of the cluster does not need, unless somebody has changed it', async () => {
    await line.run('manifests', folder);
    writeFileSync(`${folder}/clusterCatalog.yaml`, 'changed\n');
    const { code, stdout } = await line.run('manifests', folder, '--cluster-version', '4.12');
    expect(code).toBe(1);
    expect(stdout).toContain(`removed    ${folder}/imageTagMirrorSet.yaml\n`);
    expect(stdout).toContain(`left alone ${folder}/clusterCatalog.yaml`);
    expect(readdirSync(folder)).toContain('machineConfig.yaml');
    expect(readdirSync(folder)).not.toContain('imageTagMirrorSet.yaml');
  });

  it('takes the version of the cluster from the configuration', async () => {
    line.write('.operator-mirror.yaml', 'cluster: {version: "4.11"}\n');
    await line.run('manifests', folder);
    expect(readdirSync(folder)).toContain('machineConfig.yaml');
  });

  it('adds entries to the sets of the cluster, and foretells from there', async () => {
    const saved = line.write('cluster.yaml', namedSet('ITMS', 'itms-0', 'quay.io/x <- reg.example.com/m/x'));
    const { code, stdout } = await line.run('manifests', folder, '--merge', saved);
    expect(code).toBe(0);
    expect(stdout).toContain(`oc apply -f ${folder}/mirrorSets.yaml\n`);
    expect(read('mirrorSets.yaml')).toContain('quay.io/a/db');
    expect(stdout).not.toContain('Nothing is known of the cluster');
    const other = line.write('current.yaml', read('mirrorSets.yaml'));
    const again = await line.run('manifests', folder, '--merge', saved, '--current', other);
    expect(again.stdout).toContain('Nothing changes on the nodes.');
  });

  it('says in JSON the same', async () => {
    const { stdout } = await line.run('manifests', folder, '-o', line.path('new/deep'), '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      manifests: line.path('new/deep'),
      files: expect.arrayContaining([{ path: `${line.path('new/deep')}/report.json`, result: 'written' }]),
      apply: ['imageTagMirrorSet.yaml', 'catalogSource.yaml', 'clusterCatalog.yaml'].map(
        (name) => `${line.path('new/deep')}/${name}`,
      ),
      notRedirected: [],
      forecast: { effect: 'drain' },
    });
  });

  it('ends with 1 where images are missing', async () => {
    line.write('run/report.json', resultText(resultOf(plan, (source) => source.includes('/db'))));
    expect((await line.run('manifests', folder)).code).toBe(1);
    expect(read('imageTagMirrorSet.yaml')).not.toContain('quay.io/a/db');
  });

  it('goes by the journal of a run that has not come to its end', async () => {
    const run = line.path('mirror-runs/app-index-12345678');
    mkdirSync(run, { recursive: true });
    const { images } = resultOf(plan);
    writeFileSync(`${run}/plan.json`, planText(plan));
    const [{ digest } = { digest: '' }] = images;
    const [{ destination } = { destination: '' }] = plan.images;
    writeFileSync(`${run}/journal.jsonl`, `${JSON.stringify({ event: 'image', destination, digest })}\n`);
    expect(await line.run('manifests', run)).toMatchObject({
      code: 2,
      stderr: `operator-mirror manifests: ${run} is the folder of a run itself; say with -o in which folder the files are to be written\n`,
    });
    const { code } = await line.run('manifests', run, '-o', line.path('out'));
    expect(code).toBe(1);
    const set = readFileSync(line.path('out/imageTagMirrorSet.yaml'), 'utf8');
    expect([set.includes('quay.io/a/app'), set.includes('quay.io/a/db')]).toEqual([true, false]);
    expect(readdirSync(line.path('out'))).not.toContain('catalogSource.yaml');
  });

  it.each([
    [['nowhere'], 'nowhere has no report.json of a mirror run; name the folder manifests-NAME-TIME'],
    [['broken'], 'broken/report.json cannot be used: it is no report of a mirror run; name the folder'],
    [['run', '--cluster-version', 'new'], '--cluster-version new is no version; write it as 4.18'],
    [['run', '--merge', 'no.conf'], 'no.conf: it is a registries.conf; save what `oc get'],
    [['run', '--merge', 'empty.yaml'], 'empty.yaml: it is empty, as a command that failed leaves it; save'],
  ])('says what cannot be used: %j', async (given, message) => {
    line.write('broken/report.json', '{}');
    line.write('no.conf', '[[registry]]\nlocation = "quay.io"\n');
    line.write('empty.yaml', '');
    const { code, stderr } = await line.run(
      'manifests',
      ...given.map((word) => (/^(?:-|new$)/.test(word) ? word : line.path(word))),
    );
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
