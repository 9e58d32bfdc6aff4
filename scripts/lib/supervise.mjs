// Runs a command for as long as standard input stays open: `node supervise.mjs COMMAND ARGS...`
// However the one who asked for it ends, even killed, the pipe closes, and the command's whole group goes.
import { spawn } from 'node:child_process';

const patience = 5000;
const [command, ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: true });

child.on('error', (error) => {
  console.error(error.message);
  process.exit(127);
});
child.on('exit', (code) => {
  // What the command started may outlive it.
  signalGroup('SIGKILL');
  process.exit(code ?? 1);
});

process.stdin.on('close', () => {
  signalGroup('SIGTERM');
  setTimeout(() => signalGroup('SIGKILL'), patience);
});
process.stdin.resume();

function signalGroup(signal) {
  try {
    // Windows has no process groups.
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // Nobody is left in it.
  }
}
