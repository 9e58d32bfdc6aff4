import { describe, expect, it } from 'vitest';
import { cacheFoldersOf, withoutCache } from '../../../../server/src/mirror/catalogImage/serveCommand.ts';

const opm = ['/bin/opm'];

describe('a command that serves a catalog', () => {
  it.each<[string[], string[], string[]]>([
    [['serve', '/configs', '--cache-dir=/tmp/cache'], ['/tmp/cache'], ['serve', '/configs']],
    [
      ['serve', '/configs', '--cache-dir', '/tmp/cache', '-p', '50051'],
      ['/tmp/cache'],
      ['serve', '/configs', '-p', '50051'],
    ],
    [
      ['serve', '--cache-enforce-integrity=true', '/configs', '--cache-dir=c', '--cache-only=false'],
      ['c'],
      ['serve', '/configs'],
    ],
    [['serve', '/configs', '--cache-dir', '/c', '--cache-enforce-integrity'], ['/c'], ['serve', '/configs']],
    [['serve', '/configs', '--pprof-addr=:6060'], [], ['serve', '/configs', '--pprof-addr=:6060']],
    [
      ['registry', 'serve', '--database', '/database/index.db'],
      [],
      ['registry', 'serve', '--database', '/database/index.db'],
    ],
    [[], [], []],
  ])('%j', (words, folders, left) => {
    expect(cacheFoldersOf({ entrypoint: opm, arguments: words })).toEqual(folders);
    expect(withoutCache({ entrypoint: opm, arguments: words })).toEqual({ entrypoint: opm, arguments: left });
    expect(withoutCache({ entrypoint: [...opm, ...words], arguments: [] })).toEqual({
      entrypoint: [...opm, ...left],
      arguments: [],
    });
  });

  it('is left to people where a shell runs it', () => {
    const command = {
      entrypoint: ['/bin/sh', '-c'],
      arguments: ['opm serve /configs --cache-dir=/tmp/cache'],
    };
    expect(withoutCache(command)).toBeUndefined();
  });
});
