/*
 * The first thing that runs: an older Node gets one line that says so, in place of a stack trace from wherever something is
 * missing (zstd, and Node-API 10 for SQLite). So nothing may be imported here, and the build writes it and what loads the
 * program in the JavaScript of old.
 */
const [major = 0, minor = 0] = process.version.slice(1).split('.').map(Number);
if (major < 22 || (major === 22 && minor < 15)) {
  process.stderr.write(
    `operator-mirror: Node 22.15 or newer is needed, and this is Node ${process.version.slice(1)}; install a newer one from https://nodejs.org\n`,
  );
  process.exit(2);
}

export {};
