import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Agent, request } from 'undici';

/** What Debian's docker-registry is started with. */
export interface DockerRegistryOptions {
  /** Basic authentication: user names and passwords. */
  readonly users?: Readonly<Record<string, string>>;
  /** PEM files, for HTTPS. */
  readonly tls?: {
    readonly certFile: string;
    readonly keyFile: string;
    /** Clients must show a certificate that this authority signed. */
    readonly clientCaFile?: string;
  };
  /** The name in `host` and `url`; `0.0.0.0` leads here too, but is not `localhost`, which needs no valid TLS. */
  readonly name?: 'localhost' | '0.0.0.0';
  /** A token service, by its realm, with the bundle of certificates that sign its tokens. */
  readonly token?: {
    readonly realm: string;
    readonly service: string;
    readonly issuer: string;
    readonly bundle: string;
  };
}

/**
 * A real registry: Debian's `docker-registry` on a free loopback port, with its storage in a temporary folder.
 * https://distribution.github.io/distribution/about/configuration/
 */
export class DockerRegistry {
  /** `localhost:PORT`, as it stands in an image reference. */
  readonly host: string;
  readonly url: string;
  /** The folder that holds everything of this registry; its storage is `data` in it. */
  readonly directory: string;
  #process: ChildProcess;

  private constructor(host: string, url: string, directory: string, process: ChildProcess) {
    this.host = host;
    this.url = url;
    this.directory = directory;
    this.#process = process;
  }

  static async start(options: DockerRegistryOptions = {}): Promise<DockerRegistry> {
    const directory = await mkdtemp(join(tmpdir(), 'docker-registry-'));
    // Another process may take the port between its choice and its use.
    for (let attempt = 0; ; attempt++) {
      const port = await freePort();
      const config = join(directory, 'config.yml');
      await writeFile(config, JSON.stringify(await configuration(options, directory, port)));
      const { child, output } = serve(config);
      const host = `${options.name ?? 'localhost'}:${port}`;
      const url = `${options.tls === undefined ? 'http' : 'https'}://${host}`;
      if (await answers(url, child, options.tls)) return new DockerRegistry(host, url, directory, child);
      await end(child);
      if (attempt === 3) throw new Error(`docker-registry does not start: ${output()}`);
    }
  }

  /** Of the process, to see what it costs. */
  get processId(): number {
    if (this.#process.pid === undefined) throw new Error('docker-registry does not run');
    return this.#process.pid;
  }

  /** Ends the process, as a machine does that is switched off; what it stores stays. */
  async switchOff(): Promise<void> {
    await end(this.#process);
  }

  /** Starts it again at the same port with what it stores. */
  async switchOn(): Promise<void> {
    const { child, output } = serve(join(this.directory, 'config.yml'));
    this.#process = child;
    if (!(await answers(this.url, child, undefined)))
      throw new Error(`docker-registry does not start again: ${output()}`);
  }

  /** Ends the process and removes its storage. */
  async stop(): Promise<void> {
    await end(this.#process);
    await rm(this.directory, { recursive: true, force: true });
  }
}

function serve(config: string): { readonly child: ChildProcess; output(): string } {
  const child = spawn('docker-registry', ['serve', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  // A test that fails before it stops its registry must not leave it behind.
  const last = () => child.kill('SIGKILL');
  process.once('exit', last);
  child.once('exit', () => process.off('exit', last));
  let output = '';
  child.stderr.on('data', (chunk) => {
    output = `${output}${chunk}`.slice(-4000);
  });
  return { child, output: () => output };
}

async function configuration(options: DockerRegistryOptions, directory: string, port: number) {
  const auth: Record<string, unknown> = {};
  if (options.users !== undefined) {
    const path = join(directory, 'htpasswd');
    await writeFile(path, await htpasswd(options.users));
    auth.htpasswd = { realm: 'docker-registry', path };
  }
  if (options.token !== undefined) {
    const { realm, service, issuer, bundle } = options.token;
    auth.token = { realm, service, issuer, rootcertbundle: bundle };
  }
  return {
    version: '0.1',
    log: { level: 'warn' },
    // YAML 1.2 contains JSON, so the configuration needs no YAML writer.
    storage: { filesystem: { rootdirectory: join(directory, 'data') }, delete: { enabled: true } },
    http: {
      addr: `127.0.0.1:${port}`,
      secret: 'test',
      ...(options.tls === undefined
        ? {}
        : {
            tls: {
              certificate: options.tls.certFile,
              key: options.tls.keyFile,
              ...(options.tls.clientCaFile === undefined ? {} : { clientcas: [options.tls.clientCaFile] }),
            },
          }),
    },
    ...(Object.keys(auth).length === 0 ? {} : { auth }),
  };
}

/** Lines of an htpasswd file; docker-registry accepts bcrypt only. */
async function htpasswd(users: Readonly<Record<string, string>>): Promise<string> {
  const lines = await Promise.all(
    Object.entries(users).map(async ([user, password]) => {
      const { stdout } = await promisify(execFile)('htpasswd', ['-Bbn', '-C', '4', user, password]);
      return stdout.trim();
    }),
  );
  return `${lines.join('\n')}\n`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function answers(
  url: string,
  child: ChildProcess,
  tls: DockerRegistryOptions['tls'],
): Promise<boolean> {
  // The registry's own certificate is as good as any to knock with.
  const identity =
    tls === undefined ? {} : { cert: await readFile(tls.certFile), key: await readFile(tls.keyFile) };
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false, ...identity } });
  try {
    for (let attempt = 0; attempt < 200 && child.exitCode === null; attempt++) {
      try {
        const answer = await request(`${url}/v2/`, { dispatcher });
        await answer.body.dump();
        return true;
      } catch {
        await delay(25);
      }
    }
    return false;
  } finally {
    await dispatcher.close();
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), 3000);
  await ended;
  clearTimeout(killer);
}
