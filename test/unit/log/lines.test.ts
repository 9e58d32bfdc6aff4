import { describe, expect, it } from 'vitest';
import { parseLog } from '../../../server/src/log/parseLog.ts';

const digest = `sha256:${'ab'.repeat(32)}`;

describe('a line', () => {
  it.each([
    '2026-03-04T05:06:07Z ',
    '2026-03-04 05:06:07,123 ',
    '[2026-03-04T05:06:07.123+01:00] ',
    'Mar  4 05:06:07 bastion mirror[12]: ',
    '\u001b[31m',
    '    ',
  ])('is known behind %j', (prefix) => {
    const [line] = parseLog([
      `${prefix}warning: Image quay.io/a/b:v1 does not exist and will not be mirrored`,
    ]).lines;
    expect(line).toMatchObject({ code: 'oc/missing-tag', image: 'quay.io/a/b:v1' });
  });

  it.each([
    'src image has index label for database path: /database/index.db',
    'using index path mapping: /configs/:/tmp/1',
    `uploading: file://d/a/b ${digest} 1KiB`,
    `mounted: file://d/a/b ${digest} 1KiB`,
    `${digest} reg.example.com/a/b:v1`,
    'wrote mirroring manifests to manifests-a-1',
    'W0304 05:06:07.000001   12 manifest.go:442] Chose linux/amd64 manifest from the manifest list.',
    'info: Mirroring completed in 0s (0B/s)',
    'time="2026-03-04T05:06:07Z" level=info msg="serving registry" port=50051',
    'sha256:error: failed',
    'the word error: in the middle',
  ])('is no problem: %s', (text) => {
    expect(parseLog([text]).lines).toEqual([]);
  });
});
