import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { filesOf, groundTruth, textOf } from '../../support/groundTruth.ts';
import { logLines } from '../../support/logs.ts';
import { CommandLine } from './copyHarness.ts';

let line: CommandLine;
beforeEach(() => {
  line = new CommandLine();
});
afterEach(() => line.remove());

function text(name: string): string {
  return logLines(name).join('\n');
}

describe('the exit code', () => {
  it.each([
    ['seed2-file2reg-oc48', 0],
    ['manifests-only-oc48', 0],
    ['missing-images-direct-oc48', 1],
    ['max-components-1-oc412', 1],
  ])('of %s is %i', async (name, code) => {
    expect((await line.run('explain', line.write('log.txt', text(name)))).code).toBe(code);
  });

  it.each([
    [[], 'no LOG is given; name a file, or - for standard input'],
    [['a', 'b'], 'there is more than one LOG; name one; the files that it is about stand behind --in'],
    [['no-such-log'], 'there is no no-such-log; check the path'],
    [['a', '--format', 'xml'], '--format xml is not known; use one of text, json'],
  ])('of %j is 2, with a line that says why', async (argv, message) => {
    const { code, stdout, stderr } = await line.run('explain', ...argv);
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr: `operator-mirror explain: ${message}\n`,
    });
  });
});

describe('equal lines', () => {
  const refused = (name: string) =>
    `error: unable to push manifest to reg.example.com:5000/ns/${name}: unauthorized: authentication required\n`;

  it('are one row with their number, and all count', async () => {
    const many = Array.from({ length: 15 }, (_, at) => refused(`app${at}:v1`));
    line.input = [refused('a:v1').repeat(40), refused('b:v1'), refused('a:v1'), ...many].join('');
    const { stdout } = await line.run('explain', '-');
    expect(stdout).toContain('  line 1   reg.example.com:5000/ns/a:v1, and 40 more lines like it\n');
    expect(stdout).toContain('  line 41  reg.example.com:5000/ns/b:v1\n');
    expect(stdout.match(/^ {2}line /gm)).toHaveLength(12);
    expect(stdout).toContain('  and 5 more lines: --format json has them all\n');
  });

  it('are one row where they name no image', async () => {
    line.input = 'error: the sky fell\n'.repeat(3);
    expect((await line.run('explain', '-')).stdout).toContain('  line 1, and 2 more lines like it\n');
  });
});

describe('--format json', () => {
  it('has exactly the fields of the contract, with lines from one', async () => {
    line.input =
      '$ oc adm catalog mirror a b\nwarning: Image quay.io/a/b:v1 does not exist and will not be mirrored\nerror: the sky fell\n';
    const { stdout, code } = await line.run('explain', '-', '--format', 'json');
    const report = JSON.parse(stdout);
    expect(code).toBe(1);
    expect(report).toEqual({
      verdict: 'failed',
      runs: [{ tool: 'oc', command: 'oc adm catalog mirror a b', verdict: 'failed' }],
      lines: [
        {
          line: 2,
          code: 'oc/missing-tag',
          severity: 'warning',
          cause: expect.any(String),
          fix: expect.any(String),
          image: 'quay.io/a/b:v1',
        },
        {
          line: 3,
          code: 'oc/error',
          severity: 'error',
          cause: expect.any(String),
          fix: expect.any(String),
          image: null,
        },
      ],
    });
  });

  it.each(['edge-file2reg-oc48', 'opm-index-prune', 'interrupted-then-again-oc48'])(
    'is readable for %s',
    async (name) => {
      line.input = text(name);
      const report = JSON.parse((await line.run('explain', '-', '--format', 'json')).stdout);
      expect(Object.keys(report)).toEqual(['verdict', 'runs', 'lines']);
    },
  );
});

describe('a line’s number', () => {
  it('is the one that grep prints, also behind progress bars and with the line ends of Windows', async () => {
    line.input = 'pulling 1%\rpulling 99%\rdone\r\n\r\nerror: a\rerror: the sky fell\r\n';
    const { lines } = JSON.parse((await line.run('explain', '-', '--format', 'json')).stdout);
    expect(lines).toMatchObject([{ line: 3, cause: expect.stringContaining('the sky fell') }]);
  });
});

it('reads what PowerShell writes', async () => {
  const path = line.path('oc.log');
  writeFileSync(
    path,
    Buffer.from('\ufeffwarning: Image quay.io/a/b:v1 does not exist and will not be mirrored\r\n', 'utf16le'),
  );
  const { lines } = JSON.parse((await line.run('explain', path, '--format', 'json')).stdout);
  expect(lines).toMatchObject([{ line: 1, code: 'oc/missing-tag', image: 'quay.io/a/b:v1' }]);
});

describe('the text', () => {
  const scenario = 'missing-images-direct-oc48';
  const manifests = 'manifests-broken-index-1795167482';
  const mapping = () => readFileSync(join(groundTruth, scenario, manifests, 'mapping.txt'), 'utf8');
  const numberOf = (image: string) =>
    mapping()
      .split('\n')
      .findIndex((text) => text.includes(image)) + 1;

  it('says first what came of it, then each problem once with its lines, then what to run', async () => {
    const path = line.write('log.txt', text('missing-images-direct-oc48'));
    const { stdout } = await line.run('explain', path);
    const [first] = stdout.split('\n');
    expect(first).toBe(`${path}: incomplete: images are missing or damaged, whatever the exit code was`);
    expect(stdout.split('(oc/missing-tag)').length).toBe(2);
    expect(stdout).toContain(`\n${path}:5: warning: The catalog names this tag`);
    expect(stdout).toContain('\n  line 5  quay.io/broken/ok:v9\n  line 6  quay.io/broken/nosuch:v1\n');
    expect(stdout).toMatch(
      /\nNext: fix the errors above, then operator-mirror copy -f manifests-broken-index-\d+\/mapping\.txt\n$/,
    );
  });

  it('has the name of the log once a problem, and that of a mapping.txt once', async () => {
    const path = line.write('log.txt', text(scenario));
    const file = line.write(`${manifests}/mapping.txt`, mapping());
    const { stdout } = await line.run('explain', path);
    const problems = stdout.split('What to do:').length - 1;
    expect(stdout.split(path).length - 1).toBe(problems + 1);
    expect(stdout.split(file).length - 1).toBe(1);
  });

  it('tells two mapping.txt by their paths', async () => {
    const files = ['a', 'b'].map((folder) => line.write(`${folder}/mapping.txt`, mapping()));
    line.input = text(scenario);
    const { stdout } = await line.run('explain', '-', '--in', line.path('a'), '--in', line.path('b'));
    expect(stdout).toContain(`(${files[0]}:${numberOf('nosuch')})`);
  });

  it('leaves out that a pull failed where a line says why, and the JSON does not', async () => {
    const events = [
      'Warning  Failed   2m  kubelet  Failed to pull image "quay.io/a/b:v1": dial tcp: lookup quay.io: no such host',
      'Warning  Failed   2m  kubelet  Error: ErrImagePull',
      'Normal   BackOff  1m  kubelet  Back-off pulling image "quay.io/a/b:v1"',
      'Warning  Failed   1m  kubelet  Error: ImagePullBackOff',
    ];
    line.input = events.join('\n');
    expect((await line.run('explain', '-')).stdout).not.toContain('pull/back-off');
    line.input = events.join('\n');
    expect(JSON.parse((await line.run('explain', '-', '--format', 'json')).stdout).lines).toHaveLength(4);
    line.input = events.slice(1).join('\n');
    expect((await line.run('explain', '-')).stdout).toContain('This line does not say why');
    const [why = ''] = events;
    const after = [
      'index-1  0/1  ImagePullBackOff  0  3m',
      'install failed: deployment keycloak not ready before timeout: deployment "keycloak" exceeded its progress deadline',
    ];
    for (const echo of after) {
      line.input = [why, echo].join('\n');
      expect((await line.run('explain', '-')).stdout).not.toMatch(/pod-waits|deployment-timeout/);
      line.input = echo;
      expect((await line.run('explain', '-')).stdout).toMatch(/pod-waits|deployment-timeout/);
    }
    line.input = [...events.slice(0, 1), ...Array(30).fill(''), events[2]?.replace('/b:', '/c:')].join('\n');
    expect((await line.run('explain', '-')).stdout).toContain('quay.io/a/c:v1');
  });

  it.each([
    ['seed1-reg2file-oc48', /oc image mirror --filter-by-os=\.\* SOURCE DESTINATION/],
    ['damaged-files-import-oc48', /\nNext: fix the errors above, then run the same command again\n$/],
    ['missing-images-reg2file-oc48', /\nNext: .* then operator-mirror check \.\n$/],
  ])('of %s does not send files to operator-mirror copy', async (name, next) => {
    const [file = ''] = filesOf(name, 'mapping.txt');
    const path = line.write('log.txt', text(name));
    line.write(file, textOf(name, file));
    expect((await line.run('explain', path)).stdout).toMatch(next);
  });

  it('says that nothing is known in a text that is no log', async () => {
    const { stdout, code } = await line.run('explain', line.write('notes.txt', 'milk\nbread\n'));
    expect(code).toBe(0);
    expect(stdout).toContain('nothing in it is known');
  });

  it('does not obey control characters of the log', async () => {
    line.input =
      'warning: Image quay.io/a/\u0007b:v1 does not exist and will not be mirrored\nerror: a\u001b]0;x\u0007b\n';
    const { stdout } = await line.run('explain', '-');
    expect([stdout.includes('\u0007'), stdout.includes('\u001b')]).toEqual([false, false]);
  });

  it('leads to the lines of the mapping.txt that lies beside the log', async () => {
    const path = line.write('log.txt', text(scenario));
    const file = line.write(`${manifests}/mapping.txt`, mapping());
    const { stdout } = await line.run('explain', path);
    expect(stdout).toContain(`\n  mapping.txt is ${file}\n`);
    expect(stdout).toContain(`quay.io/broken/nosuch:v1 (mapping.txt:${numberOf('nosuch')})`);
    expect(stdout).toContain(`:3c6dd386, the tag of quay.io/broken/blob-hole@sha256:`);
  });

  it.each([
    ['seed1-reg2file-oc48', ['quay.io/opstree/redis-operator:v0.8.0'], false],
    ['edge-reg2file-oc48', ['quay.io/edge/app:stable'], false],
    ['seed2-reg2file-oc48', [], true],
    ['damaged-files-import-oc48', [], false],
  ])('names the lines of mapping.txt that %s lost without a word', async (name, sources, whole) => {
    const [file = ''] = filesOf(name, 'mapping.txt');
    const path = line.write('log.txt', text(name));
    line.write(file, textOf(name, file));
    const { stdout, code } = await line.run('explain', path, '--format', 'json');
    const { verdict, lines } = JSON.parse(stdout);
    const found = lines.filter((one: { code: string }) => one.code === 'oc/tag-lost');
    expect(found.map(({ image }: { image: string }) => image)).toEqual(sources);
    expect([verdict, code]).toEqual(whole ? ['complete', 0] : ['incomplete', 1]);
    for (const source of sources) {
      expect((await line.run('explain', path)).stdout).toContain(`${source} (mapping.txt:`);
    }
  });

  it('leads to the lines of the files that --in names, for standard input too', async () => {
    const file = line.write('elsewhere/mapping.txt', mapping());
    line.input = text(scenario);
    const { stdout } = await line.run('explain', '-', '--in', line.path('elsewhere'));
    expect(stdout).toContain(`\n  mapping.txt is ${file}\n`);
    expect(stdout).toContain(`line 6  quay.io/broken/nosuch:v1 (mapping.txt:${numberOf('nosuch')})`);
  });

  it('proves by the hash where an image of a file store came from', async () => {
    line.input = [
      'sha256:c819f6d20d0e845d14dfb76e656c388f5239ff2620fcb7419592f1dccc933968 file://operatorhub/redhat/redhat-operator-index/openshift-gitops-1-tech-preview/gitops-rhel8-operator:fe037cb',
      'error: unable to push manifest to file://operatorhub/redhat/redhat-operator-index/openshift-gitops-1-tech-preview/gitops-rhel8-operator:fe037cb: write x: no space left on device',
    ].join('\n');
    expect((await line.run('explain', '-')).stdout).toContain(
      ':fe037cb, the tag of registry.redhat.io/openshift-gitops-1-tech-preview/gitops-rhel8-operator@sha256:c819f6d2',
    );
  });
});

describe('a folder that a log names', () => {
  const log = (folder: string) =>
    [
      '$ oc adm catalog mirror quay.io/a/index:v1 reg.example.com/b --manifests-only',
      `wrote mirroring manifests to ${folder}`,
      'error: unable to push reg.example.com/b/app: failed to upload blob: unauthorized',
      '',
    ].join('\n');
  const mapping = 'quay.io/a/app:v1=reg.example.com/b/app:v1\n';

  it.each(['manifests-a', '/elsewhere/manifests-a'])(
    'is read where it lies beside it: %s',
    async (folder) => {
      line.write('logs/manifests-a/mapping.txt', mapping);
      const { stdout } = await line.run('explain', line.write('logs/a.log', log(folder)));
      expect(stdout).toContain('reg.example.com/b/app (mapping.txt:1)');
    },
  );

  it.each(['../manifests-a', 'x/../../manifests-a', '..', '/..'])(
    'is not read where it does not: %s',
    async (folder) => {
      line.write('manifests-a/mapping.txt', mapping);
      line.write('logs/x/mapping.txt', '');
      const { stdout } = await line.run('explain', line.write('logs/a.log', log(folder)));
      expect(stdout).not.toContain('mapping.txt:1');
    },
  );
});

describe('pulls of nodes', () => {
  const digest = `sha256:${'ab'.repeat(32)}`;
  const unreached =
    'pinging container registry quay.io: Get "https://quay.io/v2/": dial tcp: lookup quay.io: no such host';
  const byTag = `Warning  Failed  2m  kubelet  Failed to pull image "quay.io/team/app:v1": rpc error: code = Unknown desc = ${unreached}\n`;
  const lacking = (name: string) =>
    `Warning  Failed  2m  kubelet  Failed to pull image "quay.io/team/${name}@${digest}": rpc error: code = Unknown desc = (Mirrors also failed: [mirror.example.com:8443/team/${name}@${digest}: reading manifest ${digest} in mirror.example.com:8443/team/${name}: manifest unknown]): quay.io/team/${name}@${digest}: ${unreached}\n`;

  it('are no run that lost images, and the headline names the cause', async () => {
    const { stdout, code } = await line.run('explain', line.write('events.log', byTag));
    expect(code).toBe(1);
    expect(stdout.split('\n')[0]).toContain(
      'not-pulled: not redirected: no mirror set matches the pull of quay.io/team/app:v1',
    );
    line.input = byTag;
    const report = JSON.parse((await line.run('explain', '-', '--format', 'json')).stdout);
    expect(report).toMatchObject({
      verdict: 'not-pulled',
      runs: [{ tool: 'kubelet', verdict: 'not-pulled' }],
    });
  });

  const catalog = (version: string) =>
    `apiVersion: operators.coreos.com/v1alpha1\nkind: CatalogSource\nmetadata: {name: a, namespace: b}\nspec: {sourceType: grpc, image: "mirror.example.com:8443/redhat/redhat-operator-index:${version}"}\n`;
  const both = /OpenShift 4\.13 and later.*Before 4\.13/s;

  it.each([
    ['nothing', {}, both],
    [
      'a catalog of 4.8',
      { 'catalogSource.yaml': catalog('v4.8') },
      /^(?!.*ImageTagMirrorSet).*registries\.conf drop-in/s,
    ],
    [
      'a run for 4.16',
      { 'manifests-x/catalogSource.yaml': catalog('v4.16') },
      /^(?!.*drop-in).*Create an ImageTagMirrorSet/s,
    ],
    [
      'a setting of 4.8 and a catalog of 4.16',
      { 'catalogSource.yaml': catalog('v4.16'), '.operator-mirror.yaml': 'cluster: {version: "4.8"}\n' },
      /^(?!.*ImageTagMirrorSet).*registries\.conf drop-in/s,
    ],
  ])('have advice for the version that %s beside the log tells', async (_, files, words) => {
    for (const [name, content] of Object.entries(files)) line.write(name, content);
    const path = line.write('events.log', byTag);
    const { lines } = JSON.parse((await line.run('explain', path, '--format', 'json')).stdout);
    expect(lines[0].fix).toMatch(words);
  });

  it('are helped by the line of mapping.txt that copies the image, and by a new line where none does', async () => {
    const mapping = line.write(
      'mapping.txt',
      `quay.io/team/b@${digest}=mirror.example.com:8443/team/b:1234\n`,
    );
    const path = line.write('events.log', lacking('b') + lacking('c'));
    const { lines } = JSON.parse((await line.run('explain', path, '--format', 'json')).stdout);
    expect(lines[0].fix).toContain(`although line 1 of ${mapping} copies it`);
    expect(lines[1].fix).toContain(
      `Add the line quay.io/team/c@${digest}=mirror.example.com:8443/team/c to mapping.txt`,
    );
  });
});
