import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { UserError } from '../../../server/src/base/errors.ts';
import { writeText } from '../../../server/src/files/textFile.ts';

/** Which step of writing fails, as the operating system would say it. */
let fault: { step: 'open' | 'writeFile' | 'sync' | 'rename'; code: string } | undefined;

function failAt(step: string): void {
  if (fault?.step === step) throw Object.assign(new Error(`${fault.code}: ${step}`), { code: fault.code });
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
    async rename(...args: Parameters<typeof real.rename>) {
      failAt('rename');
      await real.rename(...args);
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

it.each([
  ['open', 'EACCES'],
  ['open', 'EROFS'],
  ['writeFile', 'ENOSPC'],
  ['sync', 'EIO'],
  ['rename', 'EPERM'],
] as const)(
  'a write that fails at %s with %s leaves the file as it was, and nothing beside it',
  async (step, code) => {
    const path = join(folder, 'a');
    writeFileSync(path, 'old');
    fault = { step, code };
    const error = await writeText(path, 'new').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).line).toContain(`${path} could not be written: ${code}`);
    expect((error as UserError).line).toContain('the file is as it was');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['a']);
  },
);
