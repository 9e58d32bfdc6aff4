import { describe, expect, it } from 'vitest';
import { lastingArguments, runBases, shellLine } from '../../../server/src/runs/commandLine.ts';

describe('a command line that is run again', () => {
  it('says what was asked for, and not how its progress was shown', () => {
    const given = [
      '-c',
      'a.yaml',
      'oci://m',
      '--progress',
      'auto',
      '--progress-file=/tmp/x',
      '--retry-times',
      '3',
    ];
    expect(lastingArguments(given)).toEqual(['-c', 'a.yaml', 'oci://m', '--retry-times', '3']);
    expect(lastingArguments(['--progress-file', '/tmp/x', 'a', '--progress=none'])).toEqual(['a']);
    expect(lastingArguments(['--progress'])).toEqual([]);
    expect(lastingArguments(['a', '--only', 'r/a:v1', '--only=r/b:v1', 'b'])).toEqual(['a', 'b']);
  });

  it('tells where its run may be kept', () => {
    expect(runBases(['-c', 'a.yaml', 'mirror.example.com:5000/olm'])).toEqual(['.']);
    expect(runBases(['-c', 'a.yaml', 'oci:///media/disk'])).toEqual(['.', '/media/disk']);
    expect(runBases(['c:v1', 'r.example.com/m', '--dir', 'store'])).toEqual(['.', 'store']);
    expect(runBases(['c:v1', 'r.example.com/m', '--dir=/s'])).toEqual(['.', '/s']);
  });

  it('is text that a shell reads as the same words', () => {
    expect(shellLine(['operator-mirror', 'mirror', '-c', 'a b.yaml', 'oci://m'])).toBe(
      "operator-mirror mirror -c 'a b.yaml' oci://m",
    );
    expect(shellLine(["it's", '$HOME', ''])).toBe("'it'\\''s' '$HOME' ''");
  });
});
