import { describe, expect, it } from 'vitest';
import { mirrorSetLenses } from '../../../server/src/features/mirrorSetLenses.ts';
import { readSettings } from '../../../server/src/workspace/settingsSchema.ts';
import { setOf, snapshotOf } from '../../support/mirrorSets.ts';

const lensesOf = (text: string, version = '') =>
  mirrorSetLenses(
    { snapshot: snapshotOf(text), settings: readSettings({ cluster: { version } }).settings },
    'set0.yaml',
  );
const titles = (text: string, version?: string) => lensesOf(text, version).map(({ title }) => title);

describe('the lens of a mirror set', () => {
  it.each<[string, string, string | undefined, string[]]>([
    [
      'for digests',
      setOf('IDMS', 'q.io/a <- m.local/a'),
      undefined,
      ['Applying this as a new set drains no node'],
    ],
    [
      'for tags',
      setOf('ITMS', 'q.io/a <- m.local/a'),
      undefined,
      ['Applying this drains every node: it has mirrors for pulls by tag'],
    ],
    [
      'on 4.7',
      setOf('ICSP', 'q.io/a <- m.local/a'),
      '4.7',
      ['Applying this drains every node: OpenShift 4.7 does so for any change of mirrors'],
    ],
    [
      'on 4.6',
      setOf('ICSP', 'q.io/a <- m.local/a'),
      '4.6',
      ['Applying this drains and restarts every node: OpenShift 4.6 does so for any change of mirrors'],
    ],
    ['of a kind that the cluster does not know', setOf('ITMS', 'q.io/a <- m.local/a'), '4.8', []],
    [
      'without a mirror',
      setOf('IDMS', 'q.io/a <- q.io/a'),
      undefined,
      ['Applying this changes nothing: no entry has a mirror besides its source'],
    ],
    [
      'with what the machine-config-operator stops at',
      setOf('IDMS', 'q.io/a <- m.local/a q.io/a !'),
      undefined,
      ['The machine-config-operator stops at this set: no node gets any change of mirrors'],
    ],
    [
      'of which a file:// hop left all sources',
      setOf('ICSP', 'disk/idx/a/b <- m.local/a-b', 'disk/idx/c/d <- m.local/c-d'),
      '4.12',
      [
        'Redirects nothing: 2 of 2 sources are left by a file:// hop',
        'Applying this as a new set drains no node',
      ],
    ],
    [
      'of which a file:// hop left the only source',
      setOf('ICSP', 'disk/idx/a/b <- m.local/a-b'),
      '4.8',
      [
        'Redirects nothing: the only source is left by a file:// hop',
        'Applying this as a new set drains no node, but OpenShift 4.8 may drain anyway: it does where registries.conf has another registry that is not for pulls by digest only (bug 2056442)',
      ],
    ],
    [
      'of which a file:// hop left some sources',
      setOf('IDMS', 'q.io/a <- m.local/a', 'disk/idx/c/d <- m.local/c-d'),
      undefined,
      [
        '1 of 2 sources redirect nothing: they are left by a file:// hop',
        'Applying this as a new set drains no node',
      ],
    ],
    ['without entries', 'apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\n', undefined, []],
  ])('%s', (_name, text, version, expected) => {
    expect(titles(text, version)).toEqual(expected);
  });

  it('stands above the set that it is about', () => {
    const two = `${setOf('IDMS', 'q.io/a <- m.local/a')}---\n${setOf('ITMS', 'q.io/a <- m.local/a')}`;
    expect(lensesOf(two).map(({ line }) => line)).toEqual([0, 9]);
  });

  it('is none for a mapping', () => {
    expect(
      mirrorSetLenses(
        { snapshot: snapshotOf('a.io/b:v1=c.io/b'), settings: readSettings({}).settings },
        'run0/mapping.txt',
      ),
    ).toEqual([]);
  });
});
