import { closeSync, fsyncSync, openSync } from 'node:fs';

/** So that the names in a folder are still there after a loss of power; where that cannot be asked for, it is so or not. */
export function syncFolder(folder: string): void {
  try {
    const fd = openSync(folder, 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch {
    // Some systems do not open folders.
  }
}
