// The browser that shows code-server in the tests.
import { existsSync } from 'node:fs';
import { which } from './paths.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const macPath = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

export function findChromium() {
  const found = names.map((name) => which(name)).find(Boolean);
  return found ?? (existsSync(macPath) ? macPath : undefined);
}

/** Without them, Chromium calls home from a machine that has no internet, and waits. */
export const chromiumArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
