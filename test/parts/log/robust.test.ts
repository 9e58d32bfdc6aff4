import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLog } from '../../../server/src/log/parseLog.ts';
import { logLines, noteNames } from '../../support/logs.ts';
import { anyText, fuzz, inFull } from '../../support/texts.ts';

const corpus = [
  'missing-images-direct-oc48',
  'full-disk-registry-oc412',
  'edge-file2reg-oc48',
  ...noteNames,
].flatMap((name) => logLines(name).map((line) => line.slice(0, 600)));

describe('any text', () => {
  it('is read without an error', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...corpus), anyText(40)), { maxLength: 30 }),
        fc.array(fc.tuple(fc.nat(40), anyText(4)), { maxLength: 6 }),
        (lines, inserted) => {
          const text = [...lines];
          for (const [at, what] of inserted) {
            const line = text[at % Math.max(text.length, 1)] ?? '';
            text[at % Math.max(text.length, 1)] = line.slice(0, at) + what + line.slice(at);
          }
          const log = parseLog(text);
          for (const { line, cause, fix } of log.lines) {
            expect(line).toBeGreaterThanOrEqual(0);
            expect(line).toBeLessThan(text.length);
            expect(cause).not.toBe('');
            expect(fix).not.toBe('');
          }
        },
      ),
      fuzz(200),
    );
  });
});

/** Pieces that expressions begin with: a long line of one of them must not be tried from each of its places. */
const pieces = [
  'error: unable to retrieve source image ',
  'error: unable to push manifest to a:',
  'error: unable to add mirror {a [b',
  'open manifests/',
  'rename a.download ',
  'symlink a ',
  '(Mirrors also failed: [a: b] [',
  'Failed to pull image "a": (Mirrors also failed: [',
  'error mirroring image a (b) ',
  'invalid character ',
  'manifest for a ',
  'time="a" level=error msg="\\"',
  '\u001b[0;0;',
  'dial tcp:lookup ',
  '{"msg": "a\\nb", "stderr": "',
  '"stderr": "error: a ',
  'failed to resolve reference ',
  'reading manifest a in b: ',
  '\\"',
  'Get "https://a/v2/": ',
  'unauthorized: ',
  '\r',
  '\u001b[1A',
  'pruning from the registry packages=[',
  'a]# ',
  '```',
  'Failed to copy a a',
  'a:',
  '/',
  ' ',
];

describe('a long line', () => {
  it.each(pieces)('of %j is read in time that grows with it', (piece) => {
    // A second-degree expression would take minutes here, and the test run would be ended.
    for (const start of ['', 'error: unable to push quay.io/a/b: ', 'Failed to pull image "a": ']) {
      parseLog([`${start}${piece.repeat(inFull(200_000) / piece.length)}`]);
    }
  });
});

it.each([
  ['an error that nobody knows', 'error: '],
  ['a reason', 'error: unable to push quay.io/a/b: '],
  ['a pull', 'Failed to pull image "a/b:v1": rpc error: '],
  ['mirrors', 'Failed to pull image "a/b:v1": (Mirrors also failed: ['],
])('says no megabytes of %s', (_, start) => {
  for (const { cause, fix } of parseLog([`${start}${'word '.repeat(200_000)}`]).lines) {
    expect(cause.length + fix.length).toBeLessThan(4000);
  }
});

it('reads tens of thousands of lines', () => {
  const lines = Array.from(
    { length: inFull(100_000) },
    (_, at) =>
      `no digest mapping available for quay.io/a/b${at}:v1, skip writing to ImageContentSourcePolicy`,
  );
  expect(parseLog(lines).lines.length).toBe(lines.length);
});
