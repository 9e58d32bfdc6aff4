import { linkSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UserError } from '../../../server/src/base/errors.ts';
import { writeText } from '../../../server/src/files/textFile.ts';

type Step = 'open' | 'writeFile' | 'sync' | 'renameSync' | 'linkSync' | 'writeSync';

/** Which step of writing fails, and how often it works before, as the operating system would say it. */
let fault: { step: Step; code: string; after: number } | undefined;

function failAt(step: Step): void {
  if (fault?.step !== step || fault.after-- > 0) return;
  const { code } = fault;
  fault = undefined;
  throw Object.assign(new Error(`${code}: ${step}`), { code });
}

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>();
  return {
    ...real,
    async open(...args: Parameters<typeof real.open>) {
      failAt('open');
      const file = await real.open(...args);
      const { writeFile, sync } = file;
      file.writeFile = async (data, options) => {
        // A full disk takes a part before it refuses the rest.
        if (fault?.step === 'writeFile') await writeFile.call(file, 'ne');
        failAt('writeFile');
        await writeFile.call(file, data, options);
      };
      file.sync = async () => {
        failAt('sync');
        await sync.call(file);
      };
      return file;
    },
  };
});

vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs')>();
  return {
    ...real,
    renameSync(...args: Parameters<typeof real.renameSync>) {
      failAt('renameSync');
      real.renameSync(...args);
    },
    linkSync(...args: Parameters<typeof real.linkSync>) {
      failAt('linkSync');
      real.linkSync(...args);
    },
    writeSync(fd: number, bytes: Buffer, offset: number, length: number, place: number) {
      failAt('writeSync');
      // A disk may take less than it is given.
      return real.writeSync(fd, bytes, offset, Math.min(length, 2), place);
    },
  };
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'operator-mirror-faults-'));
});
afterEach(() => {
  fault = undefined;
  rmSync(folder, { recursive: true });
});

const newText = 'something longer';

async function failure(path: string): Promise<UserError> {
  const error = await writeText(path, { read: Buffer.from('old'), text: newText }).catch(
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

describe('a write that fails leaves the file as it was, and nothing beside it:', () => {
  it.each([
    ['open', 'EACCES', 0],
    ['writeFile', 'ENOSPC', 0],
    ['sync', 'EIO', 0],
    ['renameSync', 'EPERM', 0],
    ['linkSync', 'EIO', 1],
  ] as const)('a file of its own, at %s with %s', async (step, code, after) => {
    const path = join(folder, 'a');
    writeFileSync(path, 'old');
    fault = { step, code, after };
    const { line } = await failure(path);
    expect(line).toContain(`${path} could not be written: ${code}`);
    expect(line).toContain('the file is as it was');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it.each([
    ['writeFile', 'ENOSPC', 0],
    ['sync', 'EIO', 0],
    ['writeSync', 'ENOSPC', 0],
    ['writeSync', 'ENOSPC', 3],
    ['writeSync', 'EIO', 7],
    ['writeSync', 'EIO', 8],
  ] as const)('one with two names, at %s with %s after %i', async (step, code, after) => {
    const path = join(folder, 'a');
    writeFileSync(path, 'old');
    linkSync(path, join(folder, 'b'));
    fault = { step, code, after };
    await failure(path);
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['a', 'b']);
  });
});

it.each([
  ['open', 'EROFS', 1],
  ['linkSync', 'EPERM', 0],
] as const)(
  'where no other file can be made or linked (%s: %s) the file itself is written',
  async (step, code, after) => {
    const path = join(folder, 'a');
    writeFileSync(path, 'old');
    fault = { step, code, after };
    await writeText(path, { read: Buffer.from('old'), text: newText });
    expect(readFileSync(path, 'utf8')).toBe(newText);
    expect(readdirSync(folder)).toEqual(['a']);
  },
);
