import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/ci.md'), 'utf8');

const policy =
  '1-efk-over-files/manifests-my-operator/my-operator-index-1636602048/imageContentSourcePolicy.yaml';

let home: string;
let checkout: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'operator-mirror-ci-'));
  checkout = join(home, 'checkout');
  const command = join(home, 'operator-mirror');
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'dist/cli.js')}' "$@"\n`);
  chmodSync(command, 0o755);
});
beforeEach(() => cpSync(join(root, 'examples'), checkout, { recursive: true }));
afterEach(() => rmSync(checkout, { recursive: true }));
afterAll(() => rmSync(home, { recursive: true }));

/** The blocks of the page in a language. */
function blocks(language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, code = '']) => code,
  );
}

/** Runs lines of a shell as a pipeline does: from the top of the checkout, and no further than the first that fails. */
function shell(script: string): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const env = { HOME: home, PATH: `${home}${delimiter}${process.env.PATH}` };
    execFile('bash', ['-e', '-c', script], { cwd: checkout, env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

describe('docs/ci.md', () => {
  it('fails a pipeline where something is wrong, and says what', async () => {
    const [check = ''] = blocks('sh');
    const { code, stdout } = await shell(check);
    expect(code).toBe(1);
    expect(stdout).toContain('mirror-set/local-source');
  });

  it('repairs what is certain before a commit', async () => {
    const fix = blocks('sh').find((code) => code.includes('--fix')) ?? '';
    const { code, stdout } = await shell(fix);
    expect(code).toBe(1);
    expect(stdout).not.toContain(policy);
    const [before, after] = [join(root, 'examples'), checkout].map((folder) =>
      readFileSync(join(folder, policy), 'utf8'),
    );
    expect(after).not.toBe(before);
  });

  it('makes SARIF with a place below the checkout for each finding, and goes on', async () => {
    const script = blocks('sh').find((code) => code.includes('--format sarif')) ?? '';
    expect(await shell(script)).toMatchObject({ code: 0, stderr: '' });
    const { runs } = JSON.parse(readFileSync(join(checkout, 'operator-mirror.sarif'), 'utf8'));
    const found = runs[0].results.map((result: Result) => [
      result.ruleId,
      result.locations[0]?.physicalLocation.artifactLocation.uri,
    ]);
    expect(found).toContainEqual(['mirror-set/local-source', policy]);
  });

  it('has a file of settings by which rules are read', async () => {
    const settings = blocks('yaml').find((text) => text.includes('rules:')) ?? '';
    const path = join(checkout, '.operator-mirror.yaml');
    writeFileSync(path, settings);
    const { stdout, stderr } = await shell('operator-mirror check . --format json || test $? = 1');
    expect(stderr).toBe('');
    const { files } = JSON.parse(stdout);
    const all = files.flatMap((file: { findings: { code: string; severity: string }[] }) => file.findings);
    const severities = all.filter(({ code }: Found) => code === 'mapping/tag-only');
    expect(severities.map(({ severity }: Found) => severity)).toContain('error');
    expect(all.map(({ code }: Found) => code)).not.toContain('mirror-set/deprecated');
  });

  it.each(blocks('yaml').map((text) => [text.split('\n')[0], text]))(
    'has YAML that is right: %s',
    (_, text) => {
      expect(parse(text)).toBeTypeOf('object');
    },
  );
});

interface Found {
  readonly code: string;
  readonly severity: string;
}

interface Result {
  readonly ruleId: string;
  readonly locations: readonly {
    readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } };
  }[];
}
