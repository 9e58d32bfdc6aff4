import { describe, expect, it } from 'vitest';
import { tracePage } from '../../../../client/src/pages/tracePage.ts';
import type { TraceAnswer } from '../../../../server/src/protocol/trace.ts';
import { inEnglish, linesOf } from '../../../support/pages.ts';

const image = 'quay.io/keycloak/keycloak-operator:15.0.2';
const policy = 'm/imageContentSourcePolicy.yaml';

const answer: TraceAnswer = {
  image,
  verdict: 'source',
  headline: 'no mirror serves it, the source is asked',
  sentences: ['Nodes pull this image by tag.', `${policy}:16 is for pulls by digest.`],
  places: [{ image, from: 'source', result: 'untested' }],
  rules: [
    {
      path: policy,
      line: 16,
      kind: 'ImageContentSourcePolicy',
      source: 'quay.io/keycloak',
      matched: false,
      reason: 'it redirects pulls by digest only',
    },
  ],
  unrelated: 2,
  manifest: {
    kind: 'MachineConfig',
    fileName: 'x.yaml',
    mirrors: ['mirror.local/keycloak'],
    text: 'kind: <x>\n',
  },
  mayAsk: true,
  files: [{ path: policy, uri: `file:///w/${policy}` }],
};

const page = (changes: Partial<TraceAnswer>) => tracePage({ ...answer, ...changes }, inEnglish).text;

describe('the page of a trace', () => {
  it('says which place is asked without TLS', () => {
    const places = [{ image, from: 'mirror', result: 'untested', insecure: true }] as const;
    expect(linesOf(page({ places }))).toContain(
      'mirror · not tested · plain HTTP is allowed, and no certificate is checked',
    );
  });

  it('says the answer first, then what would help, the places and the rules', () => {
    expect(linesOf(page({}))).toEqual([
      '# !No mirror serves it, the source is asked',
      image,
      'Nodes pull this image by tag.',
      `${policy}:16 is for pulls by digest.`,
      '## What would help',
      'This MachineConfig sends the pull to mirror.local/keycloak.',
      '[Save…]',
      '[Copy]',
      '[Open]',
      'The whole MachineConfig',
      'kind: <x>',
      '## A node asks in this order',
      '- ○',
      image,
      'source · not tested',
      '[Ask These Places]',
      '## No rule holds for this pull',
      '### Rules that come near and do not count',
      '- ✗',
      `${policy}:16 ImageContentSourcePolicy quay.io/keycloak`,
      'It redirects pulls by digest only',
      '2 rules are for other images.',
    ]);
  });

  it.each([
    ['found', '- ✓', 'mirror · has the image'],
    ['missing', '- ✗', 'mirror · does not have the image'],
    ['unreachable', '- ✗', 'mirror · cannot be reached'],
    ['unauthorized', '- ✗', 'mirror · asks for a login'],
    ['blocked', '- ✗', 'mirror · is blocked, so that no node asks it'],
    ['untested', '- ○', 'mirror · not tested'],
  ] as const)('marks a place that is %s with %s and says so', (result, sign, words) => {
    const lines = linesOf(page({ places: [{ image: 'mirror.local/a:1', from: 'mirror', result }] }));
    const start = lines.indexOf('## A node asks in this order');
    expect(lines.slice(start + 1, start + 4)).toEqual([sign, 'mirror.local/a:1', words]);
  });

  it.each([
    ['mirror', 'good'],
    ['source', 'warning'],
    ['blocked', 'bad'],
    ['unreachable', 'bad'],
  ] as const)('shows the verdict %s as %s', (verdict, tone) => {
    expect(page({ verdict })).toContain(`<h1 class="verdict ${tone}">`);
  });

  it('warns of a source that is asked only where something would help', () => {
    const { manifest: _, ...without } = answer;
    expect(tracePage(without, inEnglish).text).toContain('<h1 class="verdict neutral">');
  });

  it('offers no manifest and asks nobody where there is none and nobody may be asked', () => {
    const { manifest: _, ...without } = answer;
    const lines = linesOf(tracePage({ ...without, mayAsk: false, rules: [], unrelated: 1 }, inEnglish).text);
    expect(lines.filter((line) => line.startsWith('['))).toEqual([]);
    expect(lines).toContain('Nobody is asked while the network is off or the workspace is not trusted.');
    expect(lines.slice(-2)).toEqual(['## No rule holds for this pull', '1 rule is for other images.']);
  });

  it('tells the rule that decides as a link to its file and line', () => {
    const made = page({ rules: answer.rules.map((rule) => ({ ...rule, matched: true })) });
    expect(linesOf(made)).toContain('## The rule that decides');
    expect(made).toContain('data-action="open-file" data-argument="0:16"');
  });

  it('can be used by a reader who hears it: every sign has words beside it, every section a name', () => {
    const made = page({});
    expect(made.match(/class="sign"/g)?.length).toBe(made.match(/class="sign" aria-hidden="true"/g)?.length);
    for (const [, id] of made.matchAll(/aria-labelledby="(\w+)"/g)) expect(made).toContain(`id="${id}"`);
    expect(made.match(/<h1\b/g)).toHaveLength(1);
  });
});
