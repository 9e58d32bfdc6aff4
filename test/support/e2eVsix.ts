import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { installVsix } from '../../scripts/lib/editors.mjs';
import { root } from '../../scripts/lib/paths.mjs';
import { shippedFiles } from '../../scripts/lib/shippedFiles.mjs';
import { writeVsix } from '../../scripts/lib/vsix.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder of extensions into which VS Code has installed a VSIX of what was built last: every window has it. */
    readonly extensions: string;
  }
}

/** Packs the extension once for all tests of the project, as `npm run package` does, and has VS Code install it into a fresh profile. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'operator-mirror-vsix-'));
  const vsix = join(folder, 'operator-mirror.vsix');
  await writeVsix(root, shippedFiles(root), vsix);
  project.provide('extensions', await installVsix({ profile: folder, vsix }));
  return () => rmSync(folder, { recursive: true });
}
