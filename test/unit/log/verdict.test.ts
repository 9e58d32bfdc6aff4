import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../server/src/log/logDocument.ts';
import { parseLog } from '../../../server/src/log/parseLog.ts';

const digest = `sha256:${'ab'.repeat(32)}`;
const time = '2026/03/04 05:06:07  ';

describe('the verdict', () => {
  const plan = [
    'reg.example.com/',
    '  olm/b',
    '    blobs:',
    `      quay.io/a/b ${digest} 1KiB`,
    '    manifests:',
    `      ${digest} -> v1`,
    '  stats: shared=0 unique=1 size=1KiB ratio=1.00',
    'info: Planning completed in 1s',
  ];
  const written = `${digest} reg.example.com/olm/b:v1`;
  const done = 'info: Mirroring completed in 1s (1kB/s)';
  it.each<[string, Verdict, string[]]>([
    ['nothing', 'unknown', ['']],
    ['everything written', 'complete', [...plan, written, done]],
    [
      'an image that is not reported as written',
      'incomplete',
      [...plan, `uploading: reg.example.com/olm/b ${digest} 1KiB`, done],
    ],
    ['an end in the middle', 'incomplete', [...plan, `uploading: reg.example.com/olm/b ${digest} 1KiB`]],
    ['a part that was left out', 'complete', [...plan, '...', done]],
    ['a dry run', 'unknown', [...plan, 'info: Dry run complete']],
    [
      'a tag that the plan leaves out',
      'incomplete',
      [
        ...plan,
        written,
        done,
        'no digest mapping available for quay.io/a/b:v2, skip writing to ImageContentSourcePolicy',
      ],
    ],
    [
      'a tag that the plan writes',
      'complete',
      [
        ...plan,
        written,
        done,
        'no digest mapping available for quay.io/a/b:v1, skip writing to ImageContentSourcePolicy',
      ],
    ],
    ['an error that nobody knows, at the end', 'failed', ['uploading: x', 'error: the sky fell']],
    ['an error that nobody knows, in the middle', 'incomplete', ['error: the sky fell', done]],
    ['v2 that copied all', 'complete', [`${time}[INFO]   :  ✓  5 / 5 operator images mirrored successfully`]],
    [
      'v2 that did not',
      'incomplete',
      [
        `${time}[INFO]   :  ✓  5 / 5 release images mirrored successfully`,
        `${time}[INFO]   :  ✗  3 / 5 operator images mirrored: Some operator images failed to be mirrored - please check the logs`,
      ],
    ],
    [
      'the worst of two',
      'incomplete',
      [
        '$ oc adm catalog mirror a b',
        done,
        '$ oc adm catalog mirror a b',
        'error mirroring image: one or more errors occurred',
      ],
    ],
  ])('of %s is %s', (_, verdict, lines) => {
    expect(parseLog(lines).verdict).toBe(verdict);
  });
});
