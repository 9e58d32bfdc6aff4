import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { run } from '../../../server/src/cli/main.ts';

/** What a command line gave back. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder to work in and command lines that see nothing else of this machine. */
export class CommandLine {
  readonly folder = mkdtempSync(join(tmpdir(), 'operator-mirror-'));
  stop = new AbortController();
  isTTY = false;
  /** What it sees of the environment. */
  environment: Readonly<Record<string, string>> = {};
  /** What a command reads from standard input. */
  input = '';

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, text: string): string {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text);
    return this.path(name);
  }

  async run(...argv: string[]): Promise<Outcome> {
    const stdout = new Sink();
    const stderr = Object.assign(new Sink(), { isTTY: this.isTTY });
    const code = await run(argv, {
      stdout,
      stderr,
      stdin: Object.assign(Readable.from([Buffer.from(this.input)]), { isTTY: this.isTTY }),
      environment: this.environment,
      homeFolder: this.folder,
      signal: this.stop.signal,
    });
    return { code, stdout: stdout.text, stderr: stderr.text };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

class Sink extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk;
    done();
  }
}
