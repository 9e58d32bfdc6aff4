import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** What an nginx before a registry is started with. */
export interface NginxOptions {
  /** `HOST:PORT` of the registry behind. */
  readonly upstream: string;
  /** The registry's repositories are found below this path: `mirror` makes `team/app` to `mirror/team/app`. */
  readonly prefix: string;
  /** The largest body of a request, `1m`; any when left out. */
  readonly largestBody?: string;
  /** PEM files: TLS ends here. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
}

/** Debian's nginx on a free loopback port, as people put it before a registry, with all its files in a folder. */
export class Nginx {
  readonly port: number;
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(port: number, folder: string, process: ChildProcess) {
    this.port = port;
    this.#folder = folder;
    this.#process = process;
  }

  static async start(options: NginxOptions): Promise<Nginx> {
    const folder = await mkdtemp(join(tmpdir(), 'nginx-'));
    for (let attempt = 0; ; attempt++) {
      const port = await freePort();
      await mkdir(join(folder, 'temp'), { recursive: true });
      await writeFile(join(folder, 'nginx.conf'), configuration(options, folder, port));
      const child = spawn(program(), ['-p', folder, '-c', join(folder, 'nginx.conf')], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let output = '';
      child.stderr.on('data', (chunk) => {
        output = `${output}${chunk}`.slice(-4000);
      });
      const last = () => child.kill('SIGKILL');
      process.once('exit', last);
      child.once('exit', () => process.off('exit', last));
      if (await listens(port, child)) return new Nginx(port, folder, child);
      await end(child);
      if (attempt === 3) throw new Error(`nginx does not start: ${output}`);
    }
  }

  async stop(): Promise<void> {
    await end(this.#process);
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function program(): string {
  return existsSync('/usr/sbin/nginx') ? '/usr/sbin/nginx' : 'nginx';
}

function configuration(
  { upstream, prefix, largestBody = '0', tls }: NginxOptions,
  folder: string,
  port: number,
): string {
  const temp = join(folder, 'temp');
  const scheme = tls === undefined ? 'http' : 'https';
  return `
daemon off;
worker_processes 1;
pid ${join(folder, 'nginx.pid')};
error_log stderr warn;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path ${temp}/body;
  proxy_temp_path ${temp}/proxy;
  fastcgi_temp_path ${temp}/fastcgi;
  uwsgi_temp_path ${temp}/uwsgi;
  scgi_temp_path ${temp}/scgi;
  client_max_body_size ${largestBody};
  server {
    listen 127.0.0.1:${port}${tls === undefined ? '' : ' ssl'};
    ${tls === undefined ? '' : `ssl_certificate ${tls.certFile};\n    ssl_certificate_key ${tls.keyFile};`}
    proxy_http_version 1.1;
    proxy_request_buffering off;
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-Proto ${scheme};
    location = /v2/ { proxy_pass http://${upstream}; }
    location ~ ^/v2/${prefix}/(.*)$ {
      proxy_pass http://${upstream}/v2/$1$is_args$args;
      proxy_redirect ~^(?:https?://[^/]+)?/v2/(.*)$ /v2/${prefix}/$1;
    }
    location / { return 404; }
  }
}
`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function listens(port: number, child: ChildProcess): Promise<boolean> {
  for (let attempt = 0; attempt < 200 && child.exitCode === null; attempt++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return true;
    await delay(25);
  }
  return false;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), 3000);
  await ended;
  clearTimeout(killer);
}
