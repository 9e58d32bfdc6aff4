import type { SpawnOptions } from 'node:child_process';

export function runNpm(args: readonly string[], options?: SpawnOptions): Promise<string>;
