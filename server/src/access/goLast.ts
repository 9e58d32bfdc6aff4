import { readdirSync, readlinkSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/** A thread with it gets a third of what one with the usual priority gets: it still ends beside others that never rest. */
const later = 5;
/** A tenth: for a run that nobody waits for, and that waits for registries most of the time. */
const last = 10;

/**
 * Lets everybody else go before this thread where there are fewer processors than threads that want one: whoever answers keystrokes,
 * but others on the machine too. Call it in a thread for what nobody waits for with a finger on a key; what
 * it starts afterwards goes last, too. Only Linux knows priorities of threads; elsewhere, and where it is not allowed, nothing changes.
 * https://man7.org/linux/man-pages/man2/setpriority.2.html#BUGS
 */
export function goLast(): void {
  if (process.platform !== 'linux') return;
  try {
    // Whoever reads it is told about the own thread.
    const [, own, thread] = /^(\d+)\/task\/(\d+)$/.exec(readlinkSync('/proc/thread-self')) ?? [];
    // Another number of the process means that these are numbers which the system does not know it by.
    if (Number(own) === process.pid) makeWait(Number(thread), later);
  } catch {
    // It goes with the others then.
  }
}

/** The same for all threads of this process, among them those in which V8 compiles and collects garbage, which begin with it. */
export function goLastWithAllThreads(): void {
  if (process.platform !== 'linux') return;
  try {
    for (const thread of readdirSync(`/proc/${process.pid}/task`)) makeWait(Number(thread), last);
  } catch {
    // It goes with the others then.
  }
}

function makeWait(thread: number, priority: number): void {
  setPriority(thread, Math.max(getPriority(thread), priority));
}
