import { describe, expect, it } from 'vitest';
import { parseLog } from '../../../server/src/log/parseLog.ts';
import { mappingOf } from '../../../server/src/log/runs.ts';
import { logLines } from '../../support/logs.ts';

const digest = `sha256:${'ab'.repeat(32)}`;
const copied = [
  'W0304 05:06:07.000001   12 manifest.go:442] Chose linux/amd64 manifest from the manifest list.',
  'reg.example.com/',
  '  olm/b',
  '    blobs:',
  `      quay.io/a/b ${digest} 1KiB`,
  '    manifests:',
  `      ${digest} -> v1`,
  '  stats: shared=0 unique=1 size=1KiB ratio=1.00',
  'info: Planning completed in 1s',
  `${digest} reg.example.com/olm/b:v1`,
  'info: Mirroring completed in 1s (1kB/s)',
];

describe('one image of a list', () => {
  it.each([
    [
      'oc image mirror, which was not asked for one',
      ['$ oc image mirror -f mapping.txt', ...copied],
      'incomplete',
    ],
    ['oc image mirror without its command', copied, 'incomplete'],
    [
      'oc image mirror, which was',
      ['$ oc image mirror -f m.txt --filter-by-os=linux/amd64', ...copied],
      'complete',
    ],
    ['oc adm catalog mirror, of the catalog alone', ['$ oc adm catalog mirror a b', ...copied], 'complete'],
    [
      'oc adm catalog mirror without its command',
      ['using database path mapping: /database/index.db:/tmp/1', ...copied],
      'complete',
    ],
  ])('copied by %s', (_, lines, verdict) => {
    expect(parseLog(lines).verdict).toBe(verdict);
  });
});

describe('errors that oc folds into one line', () => {
  const line =
    'errors during mirroring. the full contents of the catalog may not have been mirrored: [couldn\'t parse image for mirroring (quay.io/A/b:v1), skipping mirror: "quay.io/A/b:v1" is not a valid image reference: repository name must be lowercase, couldn\'t parse image for mirroring (quay.io/C/d:v1), skipping mirror: "quay.io/C/d:v1" is not a valid image reference: repository name must be lowercase, mirroring failed: error mirroring image: one or more errors occurred]';

  it('are told one by one', () => {
    expect(parseLog([line]).lines.map(({ code, image }) => [code, image])).toEqual([
      ['oc/unparsed-image', 'quay.io/A/b:v1'],
      ['oc/unparsed-image', 'quay.io/C/d:v1'],
      ['oc/errors-during-mirroring', undefined],
    ]);
  });

  it('end the command where oc was told to stop', () => {
    expect(parseLog([`error: ${line}`]).verdict).toBe('failed');
  });
});

it('does not say that a run exits 0 and writes all where it ended with an error', () => {
  const { lines } = parseLog(logLines('full-disk-files-oc48'));
  const folded = lines.find(({ code }) => code === 'oc/errors-during-mirroring');
  expect(folded?.cause).not.toMatch(/exits 0|mapping\.txt/);
});

it('does not say of an empty mapping.txt that it names images', () => {
  expect(parseLog(logLines('fbc-oc48-fails')).lines.map(({ code }) => code)).toEqual(['oc/no-database']);
});

it.each([
  ['oc image mirror -a x -f manifests/mapping.txt', 'manifests/mapping.txt'],
  ['oc image mirror --filename=./m.txt', 'm.txt'],
  ["oc image mirror -f 'm.txt'", 'm.txt'],
  ['oc image mirror a=b', undefined],
  ['oc apply -f manifests/x.yaml', undefined],
])('%s reads %s', (command, file) => {
  expect(mappingOf(command)).toBe(file);
});
