import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckReport } from '../../../server/src/cli/commands/checkReport.ts';
import { FakeRegistry } from '../../support/fakeRegistry.ts';
import { type RealStore, unpack } from '../../support/fileStore.ts';
import { filesOf, groundTruth, pairsOf, textOf } from '../../support/groundTruth.ts';
import { configsImage, configsLayer } from '../../support/indexImages.ts';
import { CommandLine } from './copyHarness.ts';

/*
 * True sources from the catalog in a store that oc wrote, beside the files of the import from it, and without the mapping.txt of the
 * run that filled the store.
 */

let line: CommandLine;
beforeEach(() => {
  line = new CommandLine();
});
afterEach(() => line.remove());

/** Puts the files of a run beside the store. */
function files(scenario: string, kinds: RegExp): string {
  cpSync(join(groundTruth, scenario), line.path('work'), {
    recursive: true,
    filter: (path) => !/\.(?:txt|yaml|json)$/.test(path) || kinds.test(path),
  });
  const [policy = ''] = filesOf(scenario, 'imageContentSourcePolicy.yaml');
  return line.path(join('work', policy));
}

/** What the hidden mapping.txt of the first hop says: path in the store → repositories. */
function truthOf(first: string): Map<string, Set<string>> {
  const truth = new Map<string, Set<string>>();
  for (const { source, destination } of pairsOf(textOf(first, filesOf(first, 'mapping.txt')[0] ?? ''))) {
    const path = destination.replace(/^file:\/\//, '').replace(/:[^/:]*$/, '');
    const repository = source.replace(/@.*$/, '').replace(/:[^/]*$/, '');
    truth.set(path, (truth.get(path) ?? new Set()).add(repository));
  }
  return truth;
}

const runs = [
  { store: 'jaeger-reg2file-oc48', second: 'jaeger-file2reg-oc48' },
  { store: 'edge-fbc-reg2file-oc412', second: 'edge-fbc-file2reg-oc412' },
] as const satisfies readonly { readonly store: RealStore; readonly second: string }[];

describe.each(runs)('$second beside the store of $store', ({ store, second }) => {
  const truth = truthOf(store);
  const [policy = ''] = filesOf(second, 'imageContentSourcePolicy.yaml');
  const written = textOf(second, policy);
  /** @param isProven whether all sources of a path are applied */
  const fixedText = (isProven: (sources: readonly string[]) => boolean) =>
    written.replace(/ {2}- mirrors:\n {4}- \S+\n {4}source: (\S+)\n/g, (entry, path: string) => {
      const sources = [...(truth.get(path) ?? [])].sort();
      return isProven(sources) ? sources.map((source) => entry.replace(path, source)).join('') : entry;
    });

  it('check --fix writes the sources of the catalog, without the network', async () => {
    const path = files(second, /\.yaml$|mapping\.txt$/);
    unpack(store, line.path('work'));
    const { stderr } = await line.run('check', line.path('work'), '--fix');
    expect(stderr.replace(/^fixed .*\n/gm, '')).toBe('');
    expect(readFileSync(path, 'utf8')).toBe(fixedText(() => true));
  });

  it('with the mirror set alone: where exactly one source fits', async () => {
    const path = files(second, /ContentSourcePolicy\.yaml$/);
    unpack(store, line.path('work'));
    await line.run('check', line.path('work'), '--fix');
    expect(readFileSync(path, 'utf8')).toBe(fixedText((sources) => sources.length === 1));
    const { stdout } = await line.run('check', line.path('work'), '--format', 'json');
    const [left] = (JSON.parse(stdout) as CheckReport).files.map(({ findings }) =>
      findings.filter(({ code }) => code === 'mirror-set/local-source'),
    );
    const several = [...written.matchAll(/source: (\S+)/g)].filter(
      ([, path = '']) => (truth.get(path)?.size ?? 0) > 1,
    );
    expect(left).toHaveLength(several.length);
    for (const { message, fixes } of left ?? []) {
      expect(message).toMatch(/the catalog file:\/\/.* has .* or .* for it, but nothing proves/);
      expect(fixes.map(({ preferred }) => preferred)).toEqual([false, false, false]);
    }
  });

  it('trace names the true source of an entry that never matches, as the catalog says', async () => {
    files(second, /ContentSourcePolicy\.yaml$/);
    unpack(store, line.path('work'));
    const [, path = ''] = /source: (\S+)\n/.exec(written) ?? [];
    const [source = ''] = truth.get(path) ?? [];
    const image = `${source}@sha256:${'1'.repeat(64)}`;
    const { stdout } = await line.run('trace', image, '--in', line.path('work'));
    expect(stdout).toMatch(/the images come from \S+, as the catalog file:\/\/\S+ says/);
  });

  it('without the store nothing is certain, and nothing is said of what is not there', async () => {
    const path = files(second, /ContentSourcePolicy\.yaml$/);
    mkdirSync(line.path('work/v2/other'), { recursive: true });
    const { stderr } = await line.run('check', line.path('work'), '--fix');
    expect(stderr).toBe('');
    expect(readFileSync(path, 'utf8')).toBe(written);
  });
});

describe('with the catalog in the registry of the CatalogSource', () => {
  const second = 'edge-fbc-file2reg-oc412';
  const truth = truthOf('edge-fbc-reg2file-oc412');
  const [policy = ''] = filesOf(second, 'imageContentSourcePolicy.yaml');
  let registry: FakeRegistry;
  beforeEach(async () => {
    registry = await FakeRegistry.start();
    for (const path of [policy, policy.replace('imageContentSourcePolicy', 'catalogSource')])
      line.write(join('work', path), textOf(second, path).replaceAll(oldHost, registry.host));
  });
  afterEach(() => registry.stop());
  const oldHost = 'registry.ocp4.shinefire.com:8443';
  const check = (...argv: string[]) => line.run('check', line.path('work'), '--retry-times', '0', ...argv);
  const sources = () =>
    [...readFileSync(line.path(join('work', policy)), 'utf8').matchAll(/source: (\S+)/g)].map(
      ([, path]) => path,
    );

  it('check --online --fix writes its sources, and check alone asks nobody', async () => {
    const index = configsImage({ layers: [configsLayer('edge-index')] });
    registry.add('edge/edge-mirror-edge-edge-index', 'v1-fbc', index);
    const before = sources();
    await check('--fix');
    expect(registry.requests).toEqual([]);
    expect(sources()).toEqual(before);
    await check('--online', '--fix');
    const expected = before.map((path = '') => {
      const [first = '', ...others] = truth.get(path) ?? [];
      return others.length === 0 ? first : path;
    });
    expect(sources()).toEqual(expected);
  });

  it('says once that the registry does not answer', async () => {
    const { host } = registry;
    await registry.stop();
    const { stderr } = await check('--online');
    expect(stderr.match(/could not be checked/g)).toHaveLength(1);
    expect(stderr).toContain(`of ${host} could not be checked`);
  });

  it('says nothing of a catalog that the registry does not have: a rule does', async () => {
    const { stdout, stderr } = await check('--online');
    expect(stderr).toBe('');
    expect(stdout).toContain('catalog-source/image-missing');
  });
});
