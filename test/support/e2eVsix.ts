import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { root } from '../../scripts/lib/paths.mjs';
import { shippedFiles } from '../../scripts/lib/shippedFiles.mjs';
import { writeVsix } from '../../scripts/lib/vsix.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** A VSIX of what was built last, which every window of VS Code installs. */
    readonly vsix: string;
  }
}

/** Packs the extension once for all tests of the project, as `npm run package` does. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'operator-mirror-vsix-'));
  const vsix = join(folder, 'operator-mirror.vsix');
  await writeVsix(root, shippedFiles(root), vsix);
  project.provide('vsix', vsix);
  return () => rmSync(folder, { recursive: true });
}
