import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { besideEditorVariable } from '../server/src/protocol/names.ts';
import { DockerRegistry } from '../test/support/dockerRegistry.ts';
import { LspClient } from '../test/support/lspClient.ts';
import { mappingOf, smallImages } from './copyInputs.ts';
import { mappingText } from './inputs.ts';
import { pullTypist, type Typing, type Typist } from './keystrokes.ts';
import { storeImage } from './registryStorage.ts';

const root = join(import.meta.dirname, '..');

/** Milliseconds between two keystrokes of somebody who types quickly. */
const pause = 120;

/** What somebody waits for, in milliseconds a keystroke, by turns. */
export interface BesideRun {
  /** While nothing else is done. */
  readonly idle: readonly number[];
  /** While a run copies images, started as the editor starts it. */
  readonly running: readonly number[];
  /** How long the runs took together, in milliseconds. */
  readonly runs: number;
  readonly count: number;
}

const typing: Typing = {
  uri: 'file:///bench/mapping.txt',
  language: 'oc-mapping',
  text: mappingText(20_000),
  line: 10_000,
  character: 20,
  pause,
};

/**
 * Types in a mapping.txt of 20,000 lines, idle and beside a run of so many small images from one registry to another. The registries give
 * way to everybody else, since they would be on machines of their own.
 */
export async function measureTypingBesideRun(folder: string, count: number, rounds = 3): Promise<BesideRun> {
  const images = smallImages(count);
  const source = await DockerRegistry.start();
  givesWay(source);
  for (const { repository, tag, image } of images) storeImage(source, repository, tag, image);
  const client = await LspClient.start({
    initializationOptions: { storagePath: mkdtempSync(join(folder, 'editor-')), workspaceTrusted: true },
    capabilities: { textDocument: { diagnostic: {} } },
  });
  const measured = { idle: [] as number[], running: [] as number[], runs: 0, count };
  try {
    const typist = await pullTypist(client, typing);
    for (let round = 0; round < 3; round++) await typist.round();
    for (let round = 0; round < rounds; round++) {
      for (let at = 0; at < 4; at++) measured.idle.push(...(await typist.round()));
      const destination = await DockerRegistry.start();
      givesWay(destination);
      const mapping = join(mkdtempSync(join(folder, 'run-')), 'mapping.txt');
      writeFileSync(mapping, mappingOf(images, source.host, destination.host));
      const { times, took } = await typedBeside(mapping, typist);
      measured.running.push(...times);
      measured.runs += took;
      await destination.stop();
    }
  } finally {
    await client.stop();
    await source.stop();
  }
  return measured;
}

async function typedBeside(
  mapping: string,
  typist: Typist,
): Promise<{ readonly times: readonly number[]; readonly took: number }> {
  const run: ChildProcess = spawn(process.execPath, [join(root, 'dist/cli.js'), 'copy', '-f', mapping], {
    stdio: 'ignore',
    env: { ...process.env, [besideEditorVariable]: '1' },
  });
  const ended = once(run, 'exit');
  const start = performance.now();
  const times: number[] = [];
  while (run.exitCode === null) {
    const round = await typist.round();
    // The last one is partly after it.
    if (run.exitCode === null) times.push(...round);
  }
  const [code] = await ended;
  if (code !== 0) throw new Error(`the run ended with ${code}`);
  return { times, took: performance.now() - start };
}

/** Has a registry run only while nobody else wants a processor; threads that it starts later are like the one that starts them. */
function givesWay({ processId }: DockerRegistry): void {
  execFileSync('chrt', ['--all-tasks', '--idle', '--pid', '0', String(processId)]);
}
