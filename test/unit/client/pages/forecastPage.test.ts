import { describe, expect, it } from 'vitest';
import { forecastPage } from '../../../../client/src/pages/forecastPage.ts';
import type { ForecastPage } from '../../../../server/src/protocol/forecast.ts';
import { inEnglish, linesOf } from '../../../support/pages.ts';

const answer: ForecastPage = {
  effect: 'drain',
  sentences: [
    'Every node of every pool drains, one after the other, and none restarts: quay.io/a is new.',
    'm/itms.yaml:9: something is refused.',
  ],
  sets: [
    { kind: 'ImageTagMirrorSet', name: 'tags', file: 'm/itms.yaml', change: 'added' },
    { kind: 'ImageDigestMirrorSet', name: '<b>', file: 'm/idms.yaml', change: 'overwritten' },
    { kind: 'ImageContentSourcePolicy', name: 'old', file: 'oc get icsp', change: 'stays' },
  ],
  changes: [
    {
      source: 'quay.io/a',
      change: 'changed',
      mirrorsAdded: [{ location: 'mirror.local/a', pulls: 'tag' }],
      mirrorsRemoved: [{ location: 'old.local/a', pulls: 'digest' }],
      blocked: true,
      reason: 'quay.io/a gets the mirror mirror.local/a for pulls by tag',
    },
    { source: 'quay.io/b', change: 'added', mirrorsAdded: [], mirrorsRemoved: [] },
  ],
  registriesConf: '[[registry]]\n',
  files: [{ path: 'm/itms.yaml', uri: 'file:///w/m/itms.yaml' }],
};
const subject = 'Applying m to the cluster that oc reaches';

describe('the page of a forecast', () => {
  it('says first what happens to the nodes, then to the sets, to the registries and to registries.conf', () => {
    expect(linesOf(forecastPage(answer, subject, inEnglish).text)).toEqual([
      `# !${answer.sentences[0]}`,
      subject,
      'm/itms.yaml:9: something is refused.',
      '[Compare With Another Cluster…]',
      '## Mirror sets',
      'Change | Set and file |',
      'Added |',
      'tags ImageTagMirrorSet',
      'm/itms.yaml',
      '|',
      'Overwritten by another file |',
      '<b> ImageDigestMirrorSet',
      'm/idms.yaml',
      '|',
      'Stays on the cluster |',
      'old ImageContentSourcePolicy',
      'oc get icsp',
      '|',
      '## Registries of the nodes',
      'Change | Registry and mirrors | Drains nodes |',
      'Changed | quay.io/a',
      'Blocked now',
      '- +added',
      'mirror.local/a pulls by tag',
      '- −removed',
      'old.local/a pulls by digest',
      '|',
      'Yesquay.io/a gets the mirror mirror.local/a for pulls by tag |',
      'Added | quay.io/b',
      '|',
      'No |',
      '## The registries.conf that nodes have then',
      '[Copy]',
      '[[registry]]',
    ]);
  });

  it.each([
    ['none', 'neutral'],
    ['reload', 'good'],
    ['drain', 'warning'],
    ['reboot', 'warning'],
    ['stopped', 'bad'],
  ] as const)('shows the effect %s as %s', (effect, tone) => {
    const made = forecastPage({ ...answer, effect }, subject, inEnglish).text;
    expect(made).toContain(`<h1 class="verdict ${tone}">`);
  });

  it('links files that can be opened, and says of a registries.conf that no node gets that it would', () => {
    const made = forecastPage({ ...answer, effect: 'stopped' }, subject, inEnglish).text;
    expect([...made.matchAll(/data-argument="([^"]*)"/g)].map(([, argument]) => argument)).toEqual([
      '0:9',
      '0:0',
    ]);
    expect(linesOf(made)).toContain('## The registries.conf that nodes would have');
  });
});
