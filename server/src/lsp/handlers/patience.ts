/** Milliseconds that a hover, and a list of fixes, wait for a registry before they say that it is being asked. */
export const registryPatience = 300;
/** Milliseconds that a completion waits for a registry where nobody else knows; typing on ends the wait. */
export const completionPatience = 1_000;
/** Milliseconds that a fix which somebody chose may wait for its digest. */
export const resolvePatience = 20_000;
