import { execFileSync } from 'node:child_process';

/**
 * Writes a program that can be started at once. Another process writes it: what a thread of this one has open for writing, a process that
 * another thread is just starting has open too for a moment, and until then the system refuses to run it (ETXTBSY).
 */
export function writeProgram(path: string, text: string): void {
  execFileSync('/bin/sh', ['-c', 'cat >"$1" && chmod 755 "$1"', 'sh', path], { input: text });
}
