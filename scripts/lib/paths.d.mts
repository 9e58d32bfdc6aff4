/** The repository. */
export const root: string;
/** Node 24, which comes as a dev dependency. */
export const node24: string;
/** The first executable of that name on PATH, or undefined. */
export function which(name: string): string | undefined;
/** All executables of that name on PATH, in order. */
export function everyOnPath(name: string): string[];
