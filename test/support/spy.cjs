// Preloaded into a process (`NODE_OPTIONS=--require`): writes down which files it opens, whom it calls and what it
// starts, one JSON array each, into the file that OPERATOR_MIRROR_SPY names.
const fs = require('node:fs');
const net = require('node:net');
const dns = require('node:dns');
const { ChildProcess } = require('node:child_process');

const log = fs.openSync(process.env.OPERATOR_MIRROR_SPY, 'a');
const { writeSync } = fs;

/** Lets `note` see the arguments of every call of a method. */
function spy(owner, name, note) {
  const original = owner[name];
  owner[name] = function (...args) {
    writeSync(log, `${JSON.stringify(note(...args))}\n`);
    return original.apply(this, args);
  };
}

for (const name of ['open', 'openSync', 'readFile', 'readFileSync', 'createReadStream']) {
  spy(fs, name, (path) => ['open', String(path)]);
}
for (const name of ['open', 'readFile']) spy(fs.promises, name, (path) => ['open', String(path)]);
spy(net.Socket.prototype, 'connect', (...args) => ['connect', JSON.stringify(args[0])]);
spy(dns, 'lookup', (host) => ['connect', host]);
spy(ChildProcess.prototype, 'spawn', ({ file }) => ['start', file]);
