import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** The name of a process that has ended, as it stands in what such a process has left. */
export function endedProcess(): string {
  const file = join(import.meta.dirname, '../../server/src/disk/processName.ts');
  const script = `import { processName } from ${JSON.stringify(file)}; process.stdout.write(processName());`;
  const args = ['--no-warnings', '--input-type=module', '-e', script];
  return execFileSync(process.execPath, args, { encoding: 'utf8' });
}
