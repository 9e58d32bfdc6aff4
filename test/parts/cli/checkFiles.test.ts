import { linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandLine } from './copyHarness.ts';

let line: CommandLine;
beforeEach(() => {
  line = new CommandLine();
});
afterEach(() => line.remove());

/** Its name is wrong, which is repaired for certain. */
const catalogSource = `apiVersion: operators.coreos.com/v1alpha1
kind: CatalogSource
metadata:
  name: my/operator
  namespace: openshift-marketplace
spec:
  sourceType: grpc
  displayName: Mine
  publisher: Me
  image: reg.example.com/my/index:v4.8
`;
const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le');

describe('files in another encoding', () => {
  it('are said, in a folder too, where they are ours', async () => {
    writeFileSync(line.path('a.yaml'), utf16(catalogSource));
    writeFileSync(line.path('mapping.txt'), utf16('quay.io/a/b=reg.example.com/a/b\n').swap16());
    writeFileSync(line.path('other.yaml'), utf16('kind: ConfigMap\n'));
    writeFileSync(line.path('picture.yaml'), Buffer.from([0x89, 0, 1, 2, 0, 0]));
    const { code, stderr } = await line.run('check', line.folder);
    const said = (name: string) =>
      `operator-mirror check: ${line.path(name)} is written in UTF-16; save it as UTF-8 (in PowerShell with \`Out-File -Encoding utf8\`), then run this again\n`;
    expect(stderr).toBe(said('a.yaml') + said('mapping.txt'));
    expect(code).toBe(2);
    expect(await line.run('check', line.path('a.yaml'))).toMatchObject({ code: 2, stderr: said('a.yaml') });
  });

  it('are not meant by a byte order mark, which stays', async () => {
    line.write('a.yaml', `\uFEFF${catalogSource}`);
    expect(await line.run('check', line.folder, '--fix')).toMatchObject({ code: 0 });
    expect(readFileSync(line.path('a.yaml'), 'utf8')).toBe(
      `\uFEFF${catalogSource.replace('my/operator', 'my-operator')}`,
    );
  });
});

describe('JSON manifests in a folder', () => {
  const json = `${JSON.stringify(
    {
      apiVersion: 'v1',
      items: [
        { apiVersion: 'v1', kind: 'ConfigMap' },
        {
          apiVersion: 'operators.coreos.com/v1alpha1',
          kind: 'CatalogSource',
          metadata: { name: 'my/operator', namespace: 'openshift-marketplace' },
          spec: { sourceType: 'grpc', image: 'reg.example.com/i:v1', displayName: 'Mine', publisher: 'Me' },
        },
      ],
      kind: 'List',
    },
    undefined,
    4,
  )}\n`;

  it('are read as oc apply reads them, and repaired', async () => {
    line.write('saved.json', json);
    line.write('package-lock.json', '{"kind": "CatalogSource", "packages": {}}');
    line.write('notes.json', '{"about": "ImageDigestMirrorSet"}');
    line.write('index.json', '[{"kind": "CatalogSource"}]');
    const { stdout } = await line.run('check', line.folder, '--format', 'json');
    const { files } = JSON.parse(stdout);
    expect(files.map(({ path }: { path: string }) => path)).toEqual([line.path('saved.json')]);
    expect(await line.run('check', line.folder, '--fix')).toMatchObject({ code: 0 });
    expect(JSON.parse(readFileSync(line.path('saved.json'), 'utf8')).items[1].metadata.name).toBe(
      'my-operator',
    );
  });

  it('count for trace and forecast', async () => {
    line.write(
      'sets/idms.json',
      '{"apiVersion":"config.openshift.io/v1","kind":"ImageDigestMirrorSet","metadata":{"name":"a"},"spec":{"imageDigestMirrors":[{"source":"quay.io/a","mirrors":["reg.example.com/a"]}]}}',
    );
    const image = `quay.io/a/b@sha256:${'a'.repeat(64)}`;
    expect(await line.run('trace', image, '--in', line.path('sets'))).toMatchObject({ code: 0 });
    expect((await line.run('forecast', line.path('sets'))).stdout).toContain('reg.example.com/a');
  });

  it('that are broken are said, where they are ours', async () => {
    line.write('a.json', json.replace('"metadata":', '"metadata"'));
    const { code, stdout } = await line.run('check', line.folder);
    expect(stdout).toContain('a.json');
    expect(code).toBe(1);
  });
});

describe('--fix', () => {
  it('leaves alone what a link leads to outside the folder that was named, and says so', async () => {
    line.write('outside/a.yaml', catalogSource);
    mkdirSync(line.path('named'));
    symlinkSync('../outside/a.yaml', line.path('named/link.yaml'));
    const { code, stderr } = await line.run('check', line.path('named'), '--fix');
    expect(stderr).toContain('link.yaml is a link that leads out of');
    expect(code).toBe(0);
    expect(readFileSync(line.path('outside/a.yaml'), 'utf8')).toBe(catalogSource);
    // Whoever names both means both.
    await line.run('check', line.path('named'), line.path('outside'), '--fix');
    expect(readFileSync(line.path('outside/a.yaml'), 'utf8')).toContain('my-operator');
  });

  it('repairs the other files too where one is left alone', async () => {
    writeFileSync(
      line.path('a.yaml'),
      Buffer.concat([Buffer.from('# für\n', 'latin1'), Buffer.from(catalogSource)]),
    );
    line.write('b.yaml', catalogSource);
    const { code, stderr, stdout } = await line.run('check', line.folder, '--fix');
    expect(code).toBe(2);
    expect(stderr).toContain(`${line.path('a.yaml')} is not UTF-8`);
    expect(stderr).toContain(`fixed ${line.path('b.yaml')}: 1 change`);
    expect(stdout).toContain('a.yaml:5:9: error');
    expect(stdout).not.toContain('b.yaml:');
  });

  it('keeps the other names of a file', async () => {
    line.write('named/a.yaml', catalogSource);
    linkSync(line.path('named/a.yaml'), line.path('backup.yaml'));
    await line.run('check', line.path('named'), '--fix');
    expect(readFileSync(line.path('backup.yaml'), 'utf8')).toContain('my-operator');
  });
});
