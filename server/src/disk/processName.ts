import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { pid } from 'node:process';
import { codeOf } from '../base/errors.ts';

/** What the name of a process looks like: the machine, the number of the process there, and when it began. */
export const processNameGrammar = '[0-9a-f]{8}-[0-9]+-[0-9]+';

let own: string | undefined;

/**
 * The name of this process among all that may write to one folder, also from other machines and containers: files that are
 * there for a while carry it, so that whoever finds one can tell whether somebody still needs it.
 */
export function processName(): string {
  own ??= `${machine()}-${pid}-${startOf(pid) ?? 0}`;
  return own;
}

/**
 * True when the process of a name has ended. Of another machine nobody here can tell: what it has not touched for `patience`
 * milliseconds counts as left by it.
 *
 * @param untouched milliseconds since the file that carries the name was written
 */
export function hasEnded(name: string, untouched: number, patience: number): boolean {
  const [where, id, start] = name.split('-');
  if (where !== machine()) return untouched > patience;
  const number = Number(id);
  const now = startOf(number);
  if (now !== undefined && start !== '0') return String(now) !== start;
  try {
    process.kill(number, 0);
    return false;
  } catch (error) {
    return codeOf(error) === 'ESRCH';
  }
}

let known: string | undefined;

/** One and the same for all processes that can see each other, until the machine is started again. */
function machine(): string {
  const parts = [
    hostname(),
    attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1')),
    attempt(() => readlinkSync('/proc/self/ns/pid')),
  ];
  known ??= createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 8);
  return known;
}

/** When a process began, in ticks since the machine was started: another one may get its number later. Only Linux tells. */
function startOf(id: number): number | undefined {
  const line = attempt(() => readFileSync(`/proc/${id}/stat`, 'latin1'));
  // The name of the program stands in brackets and may hold anything.
  const start = line?.slice(line.lastIndexOf(')') + 2).split(' ')[19];
  return start === undefined ? undefined : Number(start);
}

function attempt<Result>(task: () => Result): Result | undefined {
  try {
    return task();
  } catch {
    return undefined;
  }
}
