import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../../../server/src/database/database.ts';
import { DigestFacts } from '../../../server/src/database/digestFacts.ts';
import { migrations } from '../../../server/src/database/migrations.ts';

describe('the database', () => {
  let directory: string;
  let file: string;
  let reports: string[];
  const open = (napi?: string) =>
    Database.open({
      file,
      report: (message) => reports.push(message),
      ...(napi === undefined ? {} : { napi }),
    });

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'database-'));
    file = join(directory, 'deep', 'facts.db');
    reports = [];
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const fill = async () => {
    const database = await open();
    if (database === undefined) throw new Error(reports.join());
    const facts = new DigestFacts(database);
    for (let count = 0; count < 500; count++) {
      facts.remember('quay.io/a/b', `v${count}`, {
        digest: `sha256:${count}`,
        seenAt: count,
        facts: 'x'.repeat(500),
      });
    }
    return { database, facts };
  };

  it('remembers from run to run', async () => {
    (await fill()).database.close();
    const database = await open();
    if (database === undefined) throw new Error();
    expect(new DigestFacts(database).sighting('quay.io/a/b', 'v7')).toEqual({
      digest: 'sha256:7',
      seenAt: 7,
      facts: 'x'.repeat(500),
    });
    expect(reports).toEqual([]);
    database.close();
  });

  it('keeps the newer of two sightings, and forgets', async () => {
    const { database, facts } = await fill();
    const newer = { digest: 'sha256:n', seenAt: 100, facts: 'n' };
    facts.remember('r', 'v', newer);
    facts.remember('r', 'v', { digest: 'sha256:o', seenAt: 99, facts: 'o' });
    expect(facts.sighting('r', 'v')).toEqual(newer);
    expect(facts.facts('sha256:o')).toBe('o');
    facts.forget('r', 'v');
    expect(facts.sighting('r', 'v')).toBeUndefined();
    expect(facts.facts('sha256:n')).toBe('n');
    database.close();
    expect(facts.sighting('quay.io/a/b', 'v7')).toBeUndefined();
  });

  it('is not even loaded on an older Node-API, and says so', async () => {
    expect(await open('9')).toBeUndefined();
    expect(reports).toHaveLength(1);
    expect(reports[0]).toContain('Node-API 10');
  });

  it('puts a damaged file aside and goes on with an empty one', async () => {
    await mkdir(join(directory, 'deep'));
    await writeFile(file, 'this is no database at all, and long enough to be taken for one '.repeat(100));
    const { database, facts } = await fill();
    expect(facts.sighting('quay.io/a/b', 'v1')).toBeDefined();
    expect(await readFile(`${file}.damaged`, 'utf8')).toContain('no database');
    expect(reports).toEqual([]);
    database.close();
  });

  it('survives damage that shows only later', async () => {
    (await fill()).database.close();
    const bytes = await readFile(file);
    bytes.fill(0xff, 8192);
    await writeFile(file, bytes);
    const database = await open();
    if (database === undefined) throw new Error(reports.join());
    const facts = new DigestFacts(database);
    const seen = () => Array.from({ length: 500 }, (_, count) => facts.sighting('quay.io/a/b', `v${count}`));
    expect(seen().some((sighting) => sighting === undefined)).toBe(true);
    facts.remember('r', 'v', { digest: 'sha256:n', seenAt: 1, facts: 'n' });
    expect(facts.sighting('r', 'v')?.digest).toBe('sha256:n');
    expect(await readdir(join(directory, 'deep'))).toContain('facts.db.damaged');
    database.close();
  });

  it('does without when a newer version wrote the file, and leaves it alone', async () => {
    const { database } = await fill();
    database.run((prepare) => prepare(`PRAGMA user_version = ${migrations.length + 1}`).run());
    database.close();
    const before = await readFile(file);
    expect(await open()).toBeUndefined();
    expect(reports[0]).toContain('newer version');
    expect((await readFile(file)).equals(before)).toBe(true);
  });

  it('does without where it may not write', async () => {
    // Root may write everywhere, so the place of the folder is taken by a file.
    await writeFile(join(directory, 'deep'), '');
    expect(await open()).toBeUndefined();
    expect(reports).toHaveLength(1);
    expect(reports[0]).toContain(file);
  });

  it('gives up with one message when the disk stops to take anything', async () => {
    const { database, facts } = await fill();
    database.run((prepare) => prepare('PRAGMA query_only = ON').run());
    facts.remember('r', 'v', { digest: 'd', seenAt: 1, facts: '' });
    facts.remember('r', 'v', { digest: 'd', seenAt: 1, facts: '' });
    expect(reports).toHaveLength(1);
    expect(facts.sighting('quay.io/a/b', 'v1')).toBeUndefined();
  });

  it('is shared by several processes that open it at the same moment', async () => {
    const script = join(directory, 'writer.mts');
    const room = join(import.meta.dirname, '../../../server/src/database');
    await writeFile(
      script,
      `import { Database } from ${JSON.stringify(join(room, 'database.ts'))};
       import { DigestFacts } from ${JSON.stringify(join(room, 'digestFacts.ts'))};
       const database = await Database.open({ file: process.argv[2], report: (message) => { throw new Error(message); } });
       const facts = new DigestFacts(database);
       for (let count = 0; count < 200; count++) {
         facts.remember('r', process.argv[3] + count, { digest: 'sha256:' + count, seenAt: count, facts: 'f' });
       }
       database.close();`,
    );
    const flags = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'];
    await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) =>
        promisify(execFile)(process.execPath, [...flags, script, file, name]),
      ),
    );
    const database = await open();
    if (database === undefined) throw new Error(reports.join());
    const facts = new DigestFacts(database);
    for (const name of ['a', 'b', 'c', 'd']) {
      for (let count = 0; count < 200; count++)
        expect(facts.sighting('r', `${name}${count}`)?.seenAt).toBe(count);
    }
    database.close();
  });
});
