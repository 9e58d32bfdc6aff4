import type { SpawnOptions } from 'node:child_process';

export interface ProcessHandle {
  exited: Promise<number>;
  output(): string;
  stop(): Promise<number>;
}

export function startProcess(command: string, args: string[], options?: SpawnOptions): ProcessHandle;
export function waitUntilReady(
  name: string,
  handle: ProcessHandle,
  ask: () => Promise<boolean>,
  timeout?: number,
): Promise<void>;
export function freePort(): Promise<number>;
export function isPortFree(port: number): Promise<boolean>;
