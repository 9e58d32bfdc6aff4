import { describe, expect, it } from 'vitest';
import { unpackLog } from '../../../server/src/log/logText.ts';

function unpacked(...lines: string[]): [number, string][] {
  const { texts, numbers } = unpackLog(lines);
  return texts.map((text, at) => [numbers?.[at] ?? at, text]);
}

describe('a log in something else', () => {
  it('is left alone where it is plain', () => {
    expect(unpackLog(['error: a', '  "b" and "c"', '']).numbers).toBeUndefined();
  });

  it('is the output that Ansible shows as JSON, each line under the number of its own', () => {
    expect(
      unpacked(
        'TASK [mirror]',
        'fatal: [bastion]: FAILED! => {"cmd": ["oc"], "stderr": "error: \\"a\\"\\nerror: b", "stdout": ""}',
        'ok',
      ),
    ).toEqual([
      [0, 'TASK [mirror]'],
      [1, 'error: "a"'],
      [1, 'error: b'],
      [2, 'ok'],
    ]);
  });

  it('is a list of strings', () => {
    expect(unpacked('    "error: a",', '    "error: \\u0062"')).toEqual([
      [0, 'error: a'],
      [1, 'error: b'],
    ]);
  });

  it('is a message that YAML folded, whose lines stay in their places', () => {
    expect(unpacked('    message: "one', '      two"', '    reason: x')).toEqual([
      [0, '    message: "one two"'],
      [1, ''],
      [2, '    reason: x'],
    ]);
    expect(unpacked('  - message: >-', '      one', '      two')[0]?.[1]).toBe('  - message: one two');
    expect(unpacked('message: one', 'message: two')).toHaveLength(2);
  });

  it('is the last state of a line that a terminal wrote over, and the images that failed before', () => {
    expect(unpacked('1%\r2%\r3%')).toEqual([[0, '3%']]);
    expect(unpacked(' ✗ (1s) a \u001b[1A\u001b[J ✓ (2s) b \u001b[1A\u001b[J 2 / 2')).toEqual([
      [0, ' ✗ (1s) a '],
      [0, ' 2 / 2'],
    ]);
  });

  it('is a record with its error', () => {
    expect(unpacked('{"level":"error","msg":"a","error":"b: c"}')).toEqual([[0, 'level=error msg=a: b: c']]);
    expect(unpacked('{"level":"error"')).toEqual([[0, '{"level":"error"']]);
  });
});
