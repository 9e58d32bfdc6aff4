import { describe, expect, it } from 'vitest';
import { progressOf } from '../../../server/src/log/lineProgress.ts';
import { parseLogLine } from '../../../server/src/log/logLine.ts';
import { nextCommandOf } from '../../../server/src/log/nextCommand.ts';
import { LiveLog } from '../../../server/src/tools/liveLog.ts';

const digest = `sha256:${'a'.repeat(64)}`;

describe('how far a command is, from one line of', () => {
  it.each([
    ['oc, a plan', `      ${digest} -> v1 v2`, { planned: 2 }],
    ['oc, an image', `${digest} reg.example.com:8443/a/b:v1`, { done: 'reg.example.com:8443/a/b:v1' }],
    ['oc, a layer', `uploading: reg.example.com:8443/a/b ${digest} 17.89KiB`, {}],
    ['oc-mirror, all', '2026/11/28 18:14:18  [INFO]   : 📌 images to copy 13 ', { total: 13 }],
    [
      'oc-mirror, an image',
      '2026/11/28 18:14:21  [INFO]   : Success copying docker://quay.io/lab/helper:v1.1 ➡️ cache',
      { done: 'quay.io/lab/helper:v1.1' },
    ],
    [
      'oc-mirror, an image that it gave up',
      ' ✗   3/35 : (0s) quay.io/lab/helper:v1.1',
      { done: 'quay.io/lab/helper:v1.1', total: 35 },
    ],
    ['skopeo', `Copying image ${digest} (2/5)`, { done: digest, total: 5 }],
    ['somebody else', 'Login Succeeded!', {}],
  ])('%s', (_, line, expected) => {
    expect(progressOf(parseLogLine(line))).toEqual(expected);
  });
});

describe('the command that goes on', () => {
  it('is the one below the heading, the last of several', () => {
    const log = [
      'To upload local images to a registry, run:',
      '',
      '\toc adm catalog mirror file://a/b:v1 REGISTRY/REPOSITORY',
      'To upload local images to a registry, run:',
      '',
      '\toc adm catalog mirror file://a/c:v1 REGISTRY/REPOSITORY',
      'deleted dir /tmp/1',
    ];
    expect(nextCommandOf(log)).toBe('oc adm catalog mirror file://a/c:v1 REGISTRY/REPOSITORY');
  });

  it.each([
    [[]],
    [['To upload local images to a registry, run:']],
    [['To upload local images to a registry, run:', '', '\trm -rf /']],
  ])('is none in %j', (log) => {
    expect(nextCommandOf(log)).toBeUndefined();
  });
});

describe('a problem while its command goes on', () => {
  it('is known by its line', () => {
    const log = new LiveLog('oc');
    const line = 'warning: Image quay.io/broken/ok:v9 does not exist and will not be mirrored';
    expect(log.take('info: Planning completed in 170ms').problem).toBeUndefined();
    expect(log.take(line).problem).toMatchObject({ code: 'oc/missing-tag', image: 'quay.io/broken/ok:v9' });
  });

  it('has the image that a line shortly before names', () => {
    const log = new LiveLog('podman');
    log.take('Trying to pull quay.io/a/b:v1...');
    for (let filler = 0; filler < 10; filler++) log.take('Getting image source signatures');
    const { problem } = log.take(
      'Error: reading manifest v1 in quay.io/a/b: unauthorized: access to the requested resource is not authorized',
    );
    expect(problem?.image).toBe('quay.io/a/b:v1');
  });
});
