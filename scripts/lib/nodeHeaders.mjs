// node-gyp wants Node's headers, and its own download of them needs nodejs.org.
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { everyOnPath } from './paths.mjs';

/**
 * The folder for npm's `nodedir`, or undefined. Headers of any Node from 20 on do for Node 24: what is
 * compiled here uses Node-API only.
 */
export function findNodeHeaders() {
  const prefixes = everyOnPath('node').map((path) => dirname(dirname(realpathSync(path))));
  const candidates = [process.env.npm_config_nodedir, ...prefixes, '/usr', '/usr/local'].filter(Boolean);
  return (
    candidates.find((prefix) => existsSync(join(prefix, 'include', 'node', 'node_api.h'))) ??
    ['/usr/include/nodejs'].find((folder) => existsSync(join(folder, 'src', 'node_api.h')))
  );
}
