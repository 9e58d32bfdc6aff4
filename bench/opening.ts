import { join } from 'node:path';
import { LspClient } from '../test/support/lspClient.ts';
import { longFiles } from './typing.ts';
import { openWorkspace, writeWorkspace } from './workspace.ts';

const rounds = 5;

/** Milliseconds of opening things with the bundles of one commit. */
export interface OpeningTimes {
  /** From starting a server to the findings of the only file that is opened. */
  readonly files: readonly { readonly name: string; readonly times: number[] }[];
  /** From starting a server to the right findings of a file that needs all others. */
  readonly workspace: number[];
}

/** Opens the large files and the workspace with the server of each folder of bundles, round by round in turn. */
export async function measureOpening(folder: string, dists: readonly string[]): Promise<OpeningTimes[]> {
  const files = longFiles();
  const workspace = writeWorkspace(folder);
  const all = dists.map((dist) => ({
    command: [process.execPath, join(dist, 'server.js'), '--stdio'] as const,
    files: files.map(({ name }): { name: string; times: number[] } => ({ name, times: [] })),
    workspace: [] as number[],
  }));
  for (let round = 0; round < rounds; round++) {
    for (const [at, { uri, language, text }] of files.entries()) {
      for (const one of all) {
        const start = performance.now();
        const client = await LspClient.start({ command: one.command });
        await client.open(uri, language, text);
        await client.diagnostics(uri);
        one.files[at]?.times.push(performance.now() - start);
        await client.stop();
      }
    }
    for (const one of all) {
      const { client, time } = await openWorkspace(folder, workspace, one.command);
      one.workspace.push(time);
      await client.stop();
    }
  }
  return all;
}
