/** All executables of that name on PATH, in order. */
export function everyOnPath(name: string): string[];
