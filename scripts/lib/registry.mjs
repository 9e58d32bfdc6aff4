// A local image registry: Debian's docker-registry, which keeps everything in memory.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { which } from './paths.mjs';
import { freePort, startProcess, waitUntilReady } from './processes.mjs';
import { ensureSystemParts } from './systemParts.mjs';

/** Starts an empty registry on a loopback port, by default a free one. */
export async function startRegistry({ port } = {}) {
  await ensureSystemParts(['docker-registry']);
  const chosen = port ?? (await freePort());
  const folder = mkdtempSync(join(tmpdir(), 'operator-mirror-registry-'));
  const file = join(folder, 'config.yml');
  writeFileSync(file, configuration(chosen));
  const handle = startProcess(which('docker-registry'), ['serve', file]);
  const stop = async () => {
    await handle.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const url = `http://127.0.0.1:${chosen}/v2/`;
    await waitUntilReady('docker-registry', handle, async () => (await fetch(url)).ok);
  } catch (error) {
    await stop();
    throw error;
  }
  return { host: `localhost:${chosen}`, port: chosen, stop };
}

function configuration(port) {
  return `version: 0.1
log:
  level: error
  accesslog:
    disabled: true
storage:
  inmemory: {}
  delete:
    enabled: true
http:
  addr: 127.0.0.1:${port}
`;
}
