import type { Registry } from './registry.mjs';

export interface ExampleImage {
  repository: string;
  tag: string;
  digest: string;
  mediaType: string;
  platforms: string[];
}

export const examplePort: number;
export function startExampleRegistry(options?: { port?: number }): Promise<Registry>;
export function listExampleImages(): ExampleImage[];
