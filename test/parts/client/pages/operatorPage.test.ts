import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { operatorPage } from '../../../../client/src/pages/operatorPage.ts';
import { graphLayout, graphPicture, graphSvg, litPath } from '../../../../client/src/pages/upgradeGraph.ts';
import { graphAnswer } from '../../../../server/src/features/upgradeGraphAnswer.ts';
import type { OperatorAnswer } from '../../../../server/src/protocol/operator.ts';
import { type BundleSpec, packageOfBundles } from '../../../support/channels.ts';
import { growthsOf } from '../../../support/growth.ts';
import { inEnglish, linesOf } from '../../../support/pages.ts';

function graphOf(bundles: readonly BundleSpec[]) {
  const owner = packageOfBundles(bundles);
  return graphAnswer(owner, owner.channels[0] ?? expect.unreachable());
}

/** Something of everything: a branch, skips, a skipRange, a version that is stranded, and one that is not there. */
const graph = graphOf([
  { version: '0.9.0', replaces: '0.8.0' },
  { version: '1.0.0', replaces: '0.9.0' },
  { version: '1.0.1' },
  { version: '1.1.0', replaces: '1.0.0' },
  { version: '1.1.1', replaces: '1.0.1' },
  { version: '1.2.0', replaces: '1.0.0', skips: ['1.1.1', '1.1.0'] },
  { version: '2.0.0', replaces: '1.2.0', skipRange: '>=1.0.0 <1.2.0' },
]);

const answer: OperatorAnswer = {
  catalog: '/catalogs/community',
  package: 'some-operator',
  displayName: 'Some Operator',
  provider: 'Some Company',
  icon: 'data:image/png;base64,iVBORw0KGgo=',
  summary: 'It does something.',
  description: 'What it *is*.',
  version: '2.0.0',
  bundle: 'some-operator.v2.0.0',
  versions: [
    { version: '2.0.0', bundle: 'some-operator.v2.0.0' },
    { version: '1.0.0', bundle: 'some-operator.v1.0.0' },
  ],
  warnings: ['The package is deprecated: Use another one.'],
  requirements: ['Kubernetes 1.21.0 or newer, as in OpenShift 4.8'],
  capability: { level: 2, name: 'Seamless Upgrades' },
  installModes: ['AllNamespaces', 'Odd'],
  categories: ['Database'],
  keywords: ['word'],
  links: [
    { name: 'Docs', url: 'https://example.com' },
    { name: 'Old', url: 'http://example.com' },
  ],
  maintainers: [{ name: 'Who', email: 'who@example.com' }],
  channels: [
    { name: 'old', isDefault: false, head: '', versions: 0, deprecated: 'x' },
    { name: 'stable', isDefault: true, head: '2.0.0', versions: 7 },
  ],
  graph,
  dependencies: [{ needs: 'package cert', provided: 'Package cert provides it.', providers: ['cert'] }],
  provides: [{ kind: 'Some', group: 'some.io', version: 'v1' }],
  images: [
    { image: 'quay.io/some/bundle@sha256:1', name: 'the bundle', pinned: true },
    { image: 'quay.io/some/operator:2', name: '', pinned: false },
  ],
};

const page = (changes: Partial<OperatorAnswer> = {}) => operatorPage({ ...answer, ...changes }, inEnglish);

describe('the page of an operator', () => {
  it('says what it is, for which clusters, what it needs and which images it has', () => {
    expect(linesOf(page().body.text)).toEqual(
      expect.arrayContaining([
        '# Some Operator',
        'some-operator · Some Company',
        'It does something.',
        '- !The package is deprecated: Use another one.',
        'What it is.',
        '## Channels',
        '- stable default',
        '- old deprecated',
        '- Kubernetes 1.21.0 or newer, as in OpenShift 4.8',
        'Seamless Upgrades',
        '- For all namespaces',
        '- Odd',
        '- Docs',
        '- Old',
        '- Who who@example.com',
        'The head is 2.0.0, to which OLM upgrades; the channel has 7 versions.',
        'Stranded is 1.0.1: nothing on the way to the head replaces or skips it.',
        '2.0.0 | 1.2.0 | | >=1.0.0 <1.2.0 1.0.0 to 1.1.1 |',
        '## What it needs',
        'Package cert provides it. [cert]',
        'Some | some.io | v1 |',
        '1 image of version 2.0.0 is named by tag: only an ImageTagMirrorSet redirects its pull.',
        'quay.io/some/operator:2 | tag |',
      ]),
    );
    expect(page().links).toEqual(['https://example.com/']);
  });

  it('has four tabs, each with its panel, and the first one shown', () => {
    const { text } = page().body;
    const tabs = [
      ...text.matchAll(/role="tab" id="(tab-\w+)" aria-controls="(panel-\w+)" aria-selected="(\w+)"/g),
    ];
    expect(tabs.map(([, , , selected]) => selected)).toEqual(['true', 'false', 'false', 'false']);
    for (const [, tab, panel] of tabs)
      expect(text).toContain(`role="tabpanel" id="${panel}" aria-labelledby="${tab}"`);
    expect(text.match(/ hidden>/g)?.length).toBe(4);
    expect(text.match(/<h1\b/g)).toHaveLength(1);
  });

  it('leaves out what the catalog does not say', () => {
    const { graph: _, icon: __, capability: ___, ...bare } = answer;
    const { body } = operatorPage(
      {
        ...bare,
        description: ' ',
        versions: [],
        warnings: [],
        requirements: [],
        channels: [],
        dependencies: [],
        images: [],
      },
      inEnglish,
    );
    const lines = linesOf(body.text);
    expect(lines).toContain('The catalog has no description of it.');
    expect(lines).toContain('It needs nothing else from the catalog.');
    expect(lines).toContain('The catalog names no image of it.');
    expect(body.text).not.toMatch(/tab-graph|<img|<select|class="warnings"/);
  });

  const hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)>\u202e';
  it('keeps every word of a catalog as text', () => {
    const poisoned = JSON.parse(JSON.stringify(answer), (key, value) =>
      typeof value === 'string' && !['state', 'icon'].includes(key) ? value + hostile : value,
    ) as OperatorAnswer;
    const { text } = operatorPage(poisoned, inEnglish).body;
    expect(text).not.toMatch(/<script|<img src=x|\u202e/);
    expect(text.match(/<img\b/g)).toHaveLength(1);
    expect(text).not.toMatch(/\sstyle="|\son\w+="/);
  });

  it('holds names of 10,000 characters', () => {
    const long = 'x'.repeat(10_000);
    const { text } = page({
      displayName: long,
      provider: long,
      keywords: [long],
      images: [{ image: long, name: long, pinned: false }],
    }).body;
    expect(text).toContain(long);
  });
});

describe('the picture of an upgrade graph', () => {
  it('is what it was', () => {
    const path = join(import.meta.dirname, '../../../fixtures/pages/upgradeGraph.svg');
    const svg = `${graphSvg(graph.rows, graphLayout(graph)).text}\n`;
    if (process.env.UPDATE === '1') writeFileSync(path, svg);
    expect(svg).toBe(readFileSync(path, 'utf8'));
  });

  it('puts a chain into one lane, and a branch beside it', () => {
    const { lanes, laneCount, combs } = graphLayout(graph);
    expect(graph.rows.map(({ label }, row) => `${label} ${lanes[row]}`)).toEqual([
      '2.0.0 0',
      '1.2.0 0',
      '1.1.1 1',
      '1.1.0 2',
      '1.0.1 1',
      '1.0.0 0',
      '0.9.0 0',
      '0.8.0 0',
    ]);
    expect(laneCount).toBe(3);
    expect(combs).toEqual([{ row: 1, runs: [[2, 3]], lane: 0, hidden: false }]);
  });

  it('hides lines of skips where there would be too many beside each other', () => {
    const versions = Array.from({ length: 30 }, (_, index) => `1.${index}.0`);
    const many = graphOf(versions.map((version, index) => ({ version, skips: versions.slice(0, index) })));
    const { combs, width } = graphLayout(many);
    expect(combs).toHaveLength(29);
    expect(combs.filter(({ hidden }) => !hidden)).toHaveLength(6);
    expect(width).toBeLessThan(150);
  });

  it('draws what version after version skips once', () => {
    const { combs } = graphLayout(
      graphOf([
        { version: '1.0.0' },
        { version: '1.1.0', skips: ['1.0.0'] },
        { version: '1.2.0', replaces: '1.1.0', skips: ['1.0.0'] },
      ]),
    );
    expect(combs).toEqual([
      { row: 0, runs: [[2, 2]], lane: 0, hidden: false },
      { row: 1, runs: [[2, 2]], lane: 1, hidden: true },
    ]);
  });

  it('of versions that skip all before takes work that grows with them, and is no larger than a page may be', () => {
    const versionsThatSkip = (count: number) => {
      const versions = Array.from({ length: count }, (_, index) => `1.${index}.0`);
      return graphOf(
        versions.map((version, index) => ({
          version,
          skips: versions.slice(0, index),
          skipRange: `<1.${index}.0`,
        })),
      );
    };
    const picture = (many: ReturnType<typeof graphOf>) => graphPicture(many, true, inEnglish).text;
    expect(picture(versionsThatSkip(500)).length).toBeLessThan(1_000_000);
    const [growth] = growthsOf([{ given: versionsThatSkip, work: picture, size: 100 }]);
    expect(growth).toBeLessThan(2.5);
  });

  it('has an option for each version that says in words what the picture shows', () => {
    const { text } = graphPicture(graph, true, inEnglish);
    const spoken = [...text.matchAll(/role="option"[^>]*aria-label="([^"]*)" tabindex="(-?\d)"/g)];
    expect(spoken.map(([, words]) => words)).toEqual(
      graph.rows.map((row) => row.spoken.replaceAll('<', '&lt;').replaceAll('>', '&gt;')),
    );
    expect(spoken.filter(([, , tabindex]) => tabindex === '0')).toHaveLength(1);
    expect(text).toContain('<svg class="picture" ');
    expect(text).toContain('aria-hidden="true"');
  });

  it('lights a way over the lines that it takes', () => {
    const lit = litPath(graph, [
      { from: 'p.v1.0.0', to: 'p.v1.2.0', by: 'replaces' },
      { from: 'p.v1.2.0', to: 'p.v2.0.0', by: 'skipRange' },
      { from: 'no.such', to: 'p.v2.0.0', by: 'skips' },
    ]);
    expect(lit.rows).toEqual([5, 1, 0]);
    expect(lit.lines.map(({ by }) => by)).toEqual(['replaces', 'skipRange']);
    expect(graphSvg(graph.rows, graphLayout(graph)).text).toContain(`d="${lit.lines[0]?.d}"`);
  });
});
