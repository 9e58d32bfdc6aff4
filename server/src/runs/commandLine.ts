import { parsePlace } from '../documents/mirrorPlace.ts';

/** Options that are about one run of a command and not about what it does, each with its value. */
const ofOneRun = new Set(['--progress', '--progress-file', '--only']);

/** What a command was asked for, without what is about that one run: how its progress is shown, and which images it is held to. */
export function lastingArguments(given: readonly string[]): string[] {
  const lasting: string[] = [];
  for (let at = 0; at < given.length; at++) {
    const word = given[at] ?? '';
    if (ofOneRun.has(word)) at++;
    else if (![...ofOneRun].some((option) => word.startsWith(`${option}=`))) lasting.push(word);
  }
  return lasting;
}

/**
 * The folders that may hold what a mirror run keeps: that of its layout, else the one that `--dir` names, else where it is run.
 * Folders are as the command line has them, so that relative ones are as seen from where it is run.
 */
export function runBases(given: readonly string[]): string[] {
  const bases = ['.'];
  for (const [at, word] of given.entries()) {
    if (word === '--dir') bases.push(given[at + 1] ?? '.');
    else if (word.startsWith('--dir=')) bases.push(word.slice('--dir='.length));
    const parsed = parsePlace(word);
    if (parsed.ok && parsed.place.kind === 'layout') bases.push(parsed.place.folder);
  }
  return bases;
}

/** A command line as somebody types it into a shell. */
export function shellLine(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}
