// Loaded into a server (`--require`): at each SIGUSR2 it collects all garbage and writes how many bytes live on into LIVE_HEAP_FILE.
const { renameSync, writeFileSync } = require('node:fs');
const { setFlagsFromString } = require('node:v8');
const { isMainThread } = require('node:worker_threads');
const { runInNewContext } = require('node:vm');

if (isMainThread) {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc');
  process.on('SIGUSR2', () => {
    collectGarbage();
    // What waits to be told that something is gone has its turn, and lets go of more.
    setTimeout(() => {
      collectGarbage();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      const file = process.env.LIVE_HEAP_FILE;
      writeFileSync(`${file}.new`, String(heapUsed + arrayBuffers));
      renameSync(`${file}.new`, file);
    }, 50);
  });
}
