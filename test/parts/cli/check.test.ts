import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import type { CheckReport } from '../../../server/src/cli/commands/checkReport.ts';
import { CommandLine } from './copyHarness.ts';

let line: CommandLine;
beforeEach(() => {
  line = new CommandLine();
});
afterEach(() => line.remove());

/** Writes files below the folder of the test. */
function write(files: Readonly<Record<string, string | Buffer>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(line.path(path)), { recursive: true });
    writeFileSync(line.path(path), text);
  }
}

function read(path: string): string {
  return readFileSync(line.path(path), 'utf8');
}

async function json(...argv: string[]): Promise<CheckReport> {
  const { stdout, stderr } = await line.run('check', '--format', 'json', ...argv);
  if (!argv.includes('--fix')) expect(stderr).toBe('');
  return JSON.parse(stdout) as CheckReport;
}

const digest = `sha256:${'0'.repeat(64)}`;
const clean = `quay.io/ns/app@${digest}=reg.example.com/ns/app\n`;
const byTag = 'quay.io/ns/app:v1=reg.example.com/ns/app:v1\n';

const catalogSource = (name: string) =>
  `apiVersion: operators.coreos.com/v1alpha1\nkind: CatalogSource\nmetadata:\n  name: ${name}\n  namespace: openshift-marketplace\nspec:\n  sourceType: grpc\n  image: reg.example.com/olm/index@${digest}\n  displayName: Mine\n  publisher: Me\n`;

const policy = (source: string) =>
  `apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nmetadata:\n  name: my-idx-0\nspec:\n  imageDigestMirrors:\n  - mirrors:\n    - reg.example.com/olm/ns-app\n    source: ${source}\n`;

const firstHop = `quay.io/ns/app@${digest}=file://disk/my/idx/ns/app:1\n`;

describe('the exit code', () => {
  it.each([
    ['nothing found', { 'mapping.txt': clean }, [], 0],
    [
      'a hint only',
      {
        'a.yaml': catalogSource('mine'),
        'mapping.txt': 'quay.io/i/i:v1=file://d/i/i:v1\nquay.io/a/b@sha256:'.concat(
          '0'.repeat(64),
          '=file://d/i/i/a/b:1\n',
        ),
      },
      [],
      0,
    ],
    ['nothing of ours', { 'a.yaml': 'kind: ConfigMap\n' }, [], 0],
    ['a warning', { 'mapping.txt': byTag }, [], 1],
    ['an error', { 'a.yaml': catalogSource('a/b') }, [], 1],
    ['a warning that nobody can repair', { 'mapping.txt': byTag }, ['--fix'], 1],
    [
      'a rule that is switched off',
      { 'mapping.txt': byTag, '.operator-mirror.yaml': 'rules: {mapping/tag-only: off}' },
      [],
      0,
    ],
    [
      'a rule that only informs',
      { 'mapping.txt': byTag, '.operator-mirror.yaml': 'rules: {mapping/tag-only: information}' },
      [],
      0,
    ],
  ])('%s', async (_what, files, options, code) => {
    write(files as Record<string, string>);
    const result = await line.run('check', line.folder, ...options);
    expect(result).toMatchObject({ code, stderr: '' });
  });

  it.each([
    ['no PATH', [], 'no PATH is given; name files or folders to check'],
    ['a PATH that does not exist', ['none'], 'there is no none; check the path'],
    ['a PATH that does not exist beside one that does', ['.', 'none'], 'there is no none; check the path'],
    ['an option that does not exist', ['.', '--nonsense'], 'there is no option --nonsense; see'],
    [
      'a format that does not exist',
      ['.', '--format', 'xml'],
      '--format xml is not known; use one of text, json, sarif',
    ],
  ])('2, one line and no report for %s', async (_what, argv, message) => {
    const { code, stdout, stderr } = await line.run('check', ...argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^operator-mirror check: .*\n$/);
    expect(stderr).toContain(message);
  });

  it('2 for a file in another encoding, which stays as it is', async () => {
    const bytes = Buffer.concat([Buffer.from('# für\n', 'latin1'), Buffer.from(catalogSource('a/b'))]);
    write({ 'a.yaml': bytes });
    for (const options of [[], ['--fix']]) {
      const { code, stdout, stderr } = await line.run('check', line.folder, ...options);
      expect(code).toBe(2);
      expect(stdout).toContain('catalog-source/name');
      expect(stderr).toBe(
        `operator-mirror check: ${line.path('a.yaml')} is not UTF-8; save it as UTF-8, then run this again\n`,
      );
    }
    expect(readFileSync(line.path('a.yaml'))).toEqual(bytes);
  });
});

describe('--format json', () => {
  it('has exactly the fields that scripts rely on', async () => {
    write({ 'a.yaml': catalogSource('a/b'), 'mapping.txt': clean, 'other.yaml': 'kind: ConfigMap\n' });
    expect(await json(line.folder)).toEqual({
      files: [
        {
          path: line.path('a.yaml'),
          findings: [
            {
              code: 'catalog-source/name',
              kind: 'CatalogSource',
              severity: 'error',
              message: '"a/b" is no valid name: a slash is not allowed',
              range: { start: { line: 3, character: 8 }, end: { line: 3, character: 11 } },
              fixes: [{ title: 'Rename it to a-b', preferred: true }],
            },
          ],
        },
        { path: line.path('mapping.txt'), findings: [] },
      ],
      summary: { error: 1, warning: 0, information: 0, hint: 0 },
    });
  });

  it('says what is left after --fix', async () => {
    write({ 'a.yaml': catalogSource('a/b'), 'mapping.txt': byTag });
    const { files, summary } = await json(line.folder, '--fix');
    expect(files.map(({ findings }) => findings.map(({ code }) => code))).toEqual([[], ['mapping/tag-only']]);
    expect(summary).toEqual({ error: 0, warning: 1, information: 0, hint: 0 });
    expect(read('a.yaml')).toBe(catalogSource('a-b'));
  });

  it('counts in UTF-16 units from after the byte order mark', async () => {
    write({ 'mapping.txt': `\uFEFF${byTag}# 😀\nquay.io/ns/b:v1 😀=reg.example.com/b:v1\n` });
    const { files } = await json(line.folder);
    const ranges = files[0]?.findings.map(({ range }) => [
      range.start.line,
      range.start.character,
      range.end.character,
    ]);
    expect(ranges).toEqual([
      [0, 0, 17],
      [2, 16, 18],
    ]);
  });

  it('names paths as they were given, and each file once', async () => {
    write({ 'b/mapping.txt': clean, 'b/notes.txt': clean });
    const twice = await json(line.path('b'), line.path('b/mapping.txt'), line.path('b/notes.txt'));
    expect(twice.files.map(({ path }) => path)).toEqual([
      line.path('b/mapping.txt'),
      line.path('b/notes.txt'),
    ]);
  });

  it('names the kind of what the finding is in', async () => {
    write({
      'all.yaml': [
        policy('a/b/c/d'),
        catalogSource('a/b'),
        policy('x').replace('ImageDigestMirrorSet', 'ImageDigestMirrorSetList'),
      ].join('---\n'),
      'mapping.txt': byTag,
    });
    const { files } = await json(line.folder);
    const kinds = files.flatMap(({ findings }) => findings.map(({ kind, code }) => `${kind} ${code}`));
    expect(new Set(kinds)).toEqual(
      new Set([
        'ImageDigestMirrorSet mirror-set/local-source',
        'CatalogSource catalog-source/name',
        'mapping mapping/tag-only',
      ]),
    );
  });
});

describe('--format text', () => {
  it('has a line for each finding, and a summary', async () => {
    write({ 'a.yaml': catalogSource('a/b'), 'mapping.txt': byTag + byTag });
    const { stdout } = await line.run('check', line.folder);
    const [a, b] = [line.path('a.yaml'), line.path('mapping.txt')];
    const tagOnly =
      'warning: quay.io/ns/app:v1 is copied by tag: ICSP and IDMS redirect pulls by digest only, so pods that pull this tag need an ImageTagMirrorSet (mapping/tag-only)';
    expect(stdout.split('\n')).toEqual([
      `${a}:4:9: error: "a/b" is no valid name: a slash is not allowed (catalog-source/name)`,
      `${b}:1:1: ${tagOnly}`,
      `${b}:2:1: ${tagOnly}`,
      `${b}:2:19: error: reg.example.com/ns/app:v1 is taken by quay.io/ns/app:v1 in line 1: \`oc image mirror\` refuses the file, \`oc adm catalog mirror\` lets the last one win (mapping/duplicate-destination)`,
      '2 files checked: 2 errors, 2 warnings; --fix repairs one of them',
      '',
    ]);
  });

  it('is what the editor’s problem matcher reads', async () => {
    write({
      'a.yaml': catalogSource('a/b'),
      'mapping.txt': `${byTag}quay.io/ns/b@${digest}=reg.example.com/b:v1\n`,
      'z-mapping.txt': `docker://quay.io/ns/b@${digest}=docker://reg.example.com/b:v1\n`,
    });
    const { stdout } = await line.run('check', line.folder);
    const [pattern] = manifest.contributes.problemPatterns;
    const matches = stdout
      .split('\n')
      .slice(0, -2)
      .map((text) => new RegExp(pattern?.regexp ?? '').exec(text));
    expect(matches.map((match) => [match?.[2], match?.[3], match?.[4], match?.[6]])).toEqual([
      ['4', '9', 'error', 'catalog-source/name'],
      ['1', '1', 'warning', 'mapping/tag-only'],
      ['2', `${`quay.io/ns/b@${digest}=reg.example.com/b:`.length + 1}`, 'warning', 'mapping/tag-pull'],
      ['1', '1', 'info', 'mapping/dialect'],
    ]);
  });

  it.each([
    [{}, '0 files checked: nothing here is a mapping.txt, mirror set, catalog or OperatorHub'],
    [{ 'mapping.txt': clean }, '1 file checked: nothing to complain about'],
    [{ 'mapping.txt': byTag }, '1 file checked: 1 warning'],
    [
      { 'a.yaml': catalogSource('a/b'), 'b.yaml': catalogSource('a/b') },
      '2 files checked: 2 errors; --fix repairs 2 of them',
    ],
  ])('sums up %j', async (files, summary) => {
    write(files as Record<string, string>);
    expect((await line.run('check', line.folder)).stdout.trimEnd().split('\n').at(-1)).toBe(summary);
  });

  it('keeps one finding on one line, whatever stands in the file', async () => {
    write({ 'a.yaml': catalogSource('"a\\nb\\e[31m\\x9b/c"') });
    const { stdout } = await line.run('check', line.folder);
    expect(stdout).toContain(':4:9: error: "a\\u000ab\\u001b[31m\\u009b/c" is no valid name');
    expect(stdout.split('\n')).toHaveLength(3);
  });
});

describe('--format sarif', () => {
  it('has what code scanning needs', async () => {
    write({ 'a #1.yaml': catalogSource('a/b'), 'mapping.txt': byTag });
    const { stdout } = await line.run('check', line.folder, '--format', 'sarif');
    const log = JSON.parse(stdout);
    expect(log).toMatchObject({ version: '2.1.0', $schema: expect.stringContaining('sarif-2.1.0') });
    const [run] = log.runs;
    expect(run).toMatchObject({
      columnKind: 'utf16CodeUnits',
      tool: { driver: { name: 'operator-mirror' } },
    });
    const ids = run.tool.driver.rules.map(({ id }: { id: string }) => id);
    expect(ids).toEqual(['catalog-source/name', 'mapping/tag-only']);
    for (const rule of run.tool.driver.rules) expect(rule.shortDescription.text).not.toBe('');
    expect(
      run.results.map(({ ruleId, level }: { ruleId: string; level: string }) => [ruleId, level]),
    ).toEqual([
      ['catalog-source/name', 'error'],
      ['mapping/tag-only', 'warning'],
    ]);
    const [result] = run.results;
    expect(result.message.text).toBe('"a/b" is no valid name: a slash is not allowed');
    const { artifactLocation, region } = result.locations[0].physicalLocation;
    expect(region).toEqual({ startLine: 4, startColumn: 9, endLine: 4, endColumn: 12 });
    expect(artifactLocation.uri).toMatch(/\/a%20%231\.yaml$/);
    expect(decodeURIComponent(new URL(artifactLocation.uri, `file://${process.cwd()}/`).pathname)).toBe(
      line.path('a #1.yaml'),
    );
  });

  it('is whole when nothing was found', async () => {
    write({ 'mapping.txt': clean });
    const { stdout } = await line.run('check', line.folder, '--format', 'sarif');
    expect(JSON.parse(stdout).runs[0]).toMatchObject({ results: [], tool: { driver: { rules: [] } } });
  });
});

describe('what is known when a file is checked', () => {
  const found = (report: CheckReport) =>
    report.files.flatMap(({ findings }) => findings.map(({ message }) => message));

  it('all PATHs are one whole', async () => {
    write({ 'one/mapping.txt': firstHop, 'two/icsp.yaml': policy('disk/my/idx/ns/app') });
    expect(found(await json(line.path('two')))).toEqual([expect.stringContaining('would tell')]);
    const both = await json(line.path('two'), line.path('one'));
    expect(found(both)).toEqual([expect.stringContaining('come from quay.io/ns/app')]);
  });

  it.each([
    [
      'a run beside it',
      { 'manifests-idx-1/mapping.txt': firstHop, 'icsp.yaml': policy('disk/my/idx/ns/app') },
      'icsp.yaml',
      true,
    ],
    [
      'a run above it',
      {
        'manifests-idx-1/mapping.txt': firstHop,
        'manifests-my/idx-2/icsp.yaml': policy('disk/my/idx/ns/app'),
      },
      'manifests-my/idx-2/icsp.yaml',
      true,
    ],
    [
      'a store above it',
      { 'v2/a': '', 'hop/mapping.txt': firstHop, 'b/c/icsp.yaml': policy('disk/my/idx/ns/app') },
      'b/c/icsp.yaml',
      true,
    ],
    [
      'no such folder',
      { 'hop/mapping.txt': firstHop, 'icsp.yaml': policy('disk/my/idx/ns/app') },
      'icsp.yaml',
      false,
    ],
    [
      'a nearer one without it',
      { 'manifests-idx-1/mapping.txt': firstHop, 'a/v2/x': '', 'a/icsp.yaml': policy('disk/my/idx/ns/app') },
      'a/icsp.yaml',
      false,
    ],
  ])('a single file has its context: %s', async (_what, files, path, known) => {
    write(files as Record<string, string>);
    const report = await json(line.path(path));
    expect(report.files.map((file) => file.path)).toEqual([line.path(path)]);
    expect(found(report)[0]).toContain(known ? 'come from quay.io/ns/app' : 'would tell');
  });

  it('files that only give context are never changed', async () => {
    const broken = firstHop.replace('=', ' = ');
    write({
      'manifests-idx-1/mapping.txt': `${firstHop}${broken}`,
      'icsp.yaml': policy('disk/my/idx/ns/app'),
    });
    await line.run('check', line.path('icsp.yaml'), '--fix');
    expect(read('icsp.yaml')).toBe(policy('quay.io/ns/app'));
    expect(read('manifests-idx-1/mapping.txt')).toBe(`${firstHop}${broken}`);
  });
});

describe('.operator-mirror.yaml', () => {
  it('counts for the files of its folder and those below', async () => {
    write({
      'a/.operator-mirror.yaml': 'rules:\n  mapping/tag-only: error\n',
      'a/b/mapping.txt': byTag,
      'c/mapping.txt': byTag,
    });
    const { files } = await json(line.folder);
    expect(files.map(({ findings }) => findings.map(({ severity }) => severity))).toEqual([
      ['error'],
      ['warning'],
    ]);
  });

  it('is told of on stderr when it is wrong, and what is right in it counts', async () => {
    write({
      '.operator-mirror.yaml': 'registries: {}\nrules: {mapping/syntax: loud, mapping/tag-only: off}\n',
      'mapping.txt': byTag,
    });
    const { code, stderr } = await line.run('check', line.folder);
    expect(code).toBe(0);
    const lines = stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    for (const text of lines)
      expect(text).toContain(`operator-mirror check: ${line.path('.operator-mirror.yaml')}: `);
  });
});

describe('--fix', () => {
  it.each([
    ['line feeds', '', '\n'],
    ['Windows’ line ends', '', '\r\n'],
    ['a byte order mark', '\uFEFF', '\n'],
    ['both', '\uFEFF', '\r\n'],
  ])('changes the values alone, to the byte: %s', async (_what, mark, end) => {
    const text = (source: string, name: string) =>
      mark +
      [`# über  \n${policy(source)}`, `${catalogSource(name).trimEnd()} # last`]
        .join('---\n')
        .replaceAll('\n', end);
    write({ 'a.yaml': text('"disk/my/idx/ns/app" # why', 'a/b'), 'hop/mapping.txt': firstHop });
    const { code } = await line.run('check', line.folder, '--fix');
    expect(code).toBe(0);
    expect(read('a.yaml')).toBe(text('"quay.io/ns/app" # why', 'a-b'));
  });

  it('adds line ends of the kind that the file has', async () => {
    const hops = `${firstHop}${firstHop.replace('quay.io', 'docker.io')}`;
    write({ 'a.yaml': policy('disk/my/idx/ns/app').replaceAll('\n', '\r\n'), 'hop/mapping.txt': hops });
    await line.run('check', line.folder, '--fix');
    const [head = '', entry = ''] = policy('X').split(/(?= {2}- mirrors)/);
    const expected = head + entry.replace('X', 'docker.io/ns/app') + entry.replace('X', 'quay.io/ns/app');
    expect(read('a.yaml')).toBe(expected.replaceAll('\n', '\r\n'));
  });

  it('leaves nothing for a second time', async () => {
    write({
      'a.yaml': `${policy('disk/my/idx/ns/app')}${policy('disk/my/idx/ns/app').split(/(?= {2}- mirrors)/)[1]}`,
      'hop/mapping.txt': firstHop,
    });
    await line.run('check', line.folder, '--fix');
    const once = read('a.yaml');
    expect(once).toBe(policy('quay.io/ns/app'));
    await line.run('check', line.folder, '--fix');
    expect(read('a.yaml')).toBe(once);
  });

  it('says on stderr what it did to which file, and sums it up', async () => {
    const two = ['disk/my/idx/ns/app', 'quay.io/ns/app'].map((source) =>
      [policy(source), catalogSource(source.startsWith('disk') ? 'a/b' : 'a-b')].join('---\n'),
    );
    const hop = { 'hop/mapping.txt': firstHop };
    write({ ...hop, 'a.yaml': two[0] ?? '', 'b.yaml': catalogSource('a/b'), 'c.yaml': catalogSource('c') });
    const { code, stdout, stderr } = await line.run('check', line.folder, '--fix');
    expect(code).toBe(0);
    expect(stderr).toBe(`fixed ${line.path('a.yaml')}: 2 changes\nfixed ${line.path('b.yaml')}: 1 change\n`);
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^4 files checked, 2 fixed: /);
    expect(read('a.yaml')).toBe(two[1]);
    write({ 'b.yaml': catalogSource('a/b') });
    const again = await line.run('check', line.folder, '--fix', '--format', 'json');
    expect(again.stderr).toBe(`fixed ${line.path('b.yaml')}: 1 change\n`);
    expect(Object.keys(JSON.parse(again.stdout))).toEqual(['files', 'summary']);
  });

  it('touches no file in which nothing is certain', async () => {
    write({ 'icsp.yaml': policy('disk/my/idx/ns/app'), 'mapping.txt': byTag });
    const { code } = await line.run('check', line.folder, '--fix');
    expect(code).toBe(1);
    expect(read('icsp.yaml')).toBe(policy('disk/my/idx/ns/app'));
    expect(read('mapping.txt')).toBe(byTag);
  });
});

it('--help tells how it is used, and ends with 0', async () => {
  const { code, stdout } = await line.run('check', '--help');
  expect(code).toBe(0);
  expect(stdout).toContain(
    'Usage: operator-mirror check PATH... [--fix] [--online] [--format text|json|sarif]',
  );
  for (const option of ['--fix', '--online', '--format', '--authfile', '--offline'])
    expect(stdout).toContain(option);
});

it('5,000 entries of a file hop are checked and repaired in a moment', async () => {
  const entry = (at: number) =>
    `  - mirrors:\n    - reg.example.com/olm/ns-app${at}\n    source: disk/my/idx/ns/app${at}\n`;
  const count = 5000;
  const [head = ''] = policy('x').split(/(?= {2}- mirrors)/);
  const numbers = Array.from({ length: count }, (_, at) => at);
  write({
    'a.yaml': head + numbers.map(entry).join(''),
    'hop/mapping.txt': numbers.map((at) => firstHop.replaceAll('ns/app', `ns/app${at}`)).join(''),
  });
  const { summary } = await json(line.path('a.yaml'), join(line.folder, 'hop'), '--fix');
  // It took eighty seconds when each finding looked at all others.
  expect(summary.error).toBe(0);
  expect(read('a.yaml')).toBe((head + numbers.map(entry).join('')).replaceAll('disk/my/idx', 'quay.io'));
}, 30_000);

describe('a template', () => {
  const template = catalogSource('"{{ item.name }}"');

  it('is left as it is, and the summary says what it was read as', async () => {
    write({ 'a.yaml': template, 'b.yaml': catalogSource('mine') });
    const { stdout, code } = await line.run('check', '--fix', line.folder);
    expect(stdout).toBe('2 files checked, 1 read as a template: nothing to complain about\n');
    expect(code).toBe(0);
    expect(read('a.yaml')).toBe(template);
  });

  it('is marked in the report', async () => {
    write({ 'a.yaml': template, 'b.yaml': catalogSource('mine'), 'mapping.txt': '$(A)=$(B)\n' });
    const { files } = await json(line.folder);
    expect(files.map(({ template: is }) => is)).toEqual([true, undefined, true]);
  });
});

it('a kustomization makes a patch of a fragment, and is no file to report on', async () => {
  write({
    'kustomization.yaml': 'resources: [base.yaml]\npatches:\n- path: image.yaml\n',
    'image.yaml':
      'apiVersion: operators.coreos.com/v1alpha1\nkind: CatalogSource\nmetadata: {name: mine}\nspec: {priority: 5}\n',
    'base.yaml': catalogSource('mine'),
  });
  const { files, summary } = await json(line.folder);
  expect(files.map(({ path }) => path.slice(line.folder.length + 1))).toEqual(['base.yaml', 'image.yaml']);
  expect(summary.error + summary.hint).toBe(0);
});
