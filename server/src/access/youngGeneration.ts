import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8's young generation as small as it begins. It would grow up to thirty times while a large file is read, although
 * nearly all that is made then stays: nothing is gained but memory that is touched once, which costs a command a quarter of
 * its time where the system is slow to give it. Call it before anything is read.
 */
export function keepYoungGenerationSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** Lets it grow again, as it does by itself: for who makes much that is soon garbage, such as answers to each keystroke. */
export function letYoungGenerationGrow(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
}
