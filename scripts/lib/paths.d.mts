/** All executables of that name on PATH, in order. */
export function everyOnPath(name: string): string[];
/** The repository. */
export const root: string;
/** Node 24, which comes as a dev dependency. */
export const node24: string;
