import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Where Linux tells that files carry security labels. */
const securityLabels = '/sys/fs/selinux/enforce';

/**
 * Gives a file the owner, group, mode and extended attributes of another one. Node knows nothing of the last: GNU `cp`
 * does it. False where that is not to be had or not everything could be copied; the caller compares owner and mode,
 * which an ordinary user's `cp` leaves out without a word.
 */
export async function copyAttributes(from: string, to: string): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const labels = existsSync(securityLabels) ? ',context' : '';
  const options = ['--attributes-only', `--preserve=mode,ownership,xattr${labels}`];
  return new Promise((resolve) => {
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: undefined };
    const child = spawn('cp', [...options, '--', from, to], { stdio: 'ignore', env });
    child.once('error', () => resolve(false));
    child.once('close', (code) => resolve(code === 0));
  });
}
