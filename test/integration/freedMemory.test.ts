import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { expect, it } from 'vitest';

const source = readFileSync(join(import.meta.dirname, '../../server/src/access/freedMemory.ts'), 'utf8');
// As the build makes it: where Node itself takes the types away, it frees a large block for that.
const { code } = transformSync(source, { loader: 'ts' });

/** How many pages the system has to make for a process that fills blocks of a megabyte and frees each at once. */
function pagesMade(first: string): number {
  const script = `${code}
    ${first};
    const before = process.resourceUsage().minorPageFault;
    for (let count = 0; count < 100; count++) {
      // Blocks of more than one size, as a stream has them: none is given back where only the next larger one is asked for.
      const block = new ArrayBuffer(1024 * 1024 + count * 4096);
      new Uint8Array(block).fill(1);
      block.transfer(0);
    }
    console.log(process.resourceUsage().minorPageFault - before);`;
  return Number(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
}

it('takes the memory that was freed for what is asked for next', () => {
  expect(pagesMade('')).toBeGreaterThan(4 * pagesMade('keepFreedMemory()'));
});
