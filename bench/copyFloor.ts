// What a copy costs at least, as a program of its own: each distinct blob is read once and written once, mounted elsewhere, then come the
// manifests. Nothing is asked before, checked on its way, tried again or looked at afterwards.
// `copy MAPPING SOURCE DESTINATION`: each a registry's `HOST:PORT`, or the folder of a layout
// `rewrite FOLDER NEW_FOLDER`: reads, hashes and writes the files of a folder
import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Agent, request, setGlobalDispatcher } from 'undici';

setGlobalDispatcher(new Agent({ pipelining: 1 }));

/** Measured: with four the registries wait, with sixteen nothing is faster. */
const width = 8;

const nameKey = 'org.opencontainers.image.ref.name';
const accept = [
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
].join(', ');

interface Blob {
  readonly digest: string;
  readonly size: number;
}

interface Read {
  readonly bytes: Buffer;
  readonly type: string;
}

/** One end of a copy, as cheap as it can be. */
interface End {
  manifest(repository: string, reference: string): Promise<Read>;
  blob(repository: string, digest: string): Promise<Readable>;
  write(repository: string, blob: Blob, from: Readable): Promise<void>;
  mount(repository: string, digest: string, from: string): Promise<void>;
  name(repository: string, tag: string, manifest: Read, source: string): Promise<void>;
  end(): void;
}

const [what = '', first = '', second = '', third = ''] = process.argv.slice(2);
if (what === 'rewrite') await rewrite(first, second);
else await copy(readFileSync(first, 'utf8'), endOf(second), endOf(third));

async function copy(mapping: string, source: End, destination: End): Promise<void> {
  const lines = mapping
    .trim()
    .split('\n')
    .map((line) => {
      const [from = '', to = ''] = line.split('=');
      const into = parsed(to);
      return { text: from, from: parsed(from), repository: into.repository, tag: into.reference };
    });
  const holders = new Map<string, { readonly repository: string; readonly written: Promise<void> }>();
  const present = new Map<string, Promise<void>>();
  const bring = (blob: Blob, from: string, to: string): Promise<void> => {
    const key = `${to} ${blob.digest}`;
    const there = present.get(key);
    if (there !== undefined) return there;
    const holder = holders.get(blob.digest);
    const done = async () => {
      if (holder !== undefined) {
        await holder.written;
        if (holder.repository !== to) await destination.mount(to, blob.digest, holder.repository);
      } else await destination.write(to, blob, await source.blob(from, blob.digest));
    };
    const written = done();
    if (holder === undefined) holders.set(blob.digest, { repository: to, written });
    present.set(key, written);
    return written;
  };
  await inTurn(lines, async ({ text, from, repository, tag }) => {
    const manifest = await source.manifest(from.repository, from.reference);
    const { config, layers } = JSON.parse(manifest.bytes.toString());
    await Promise.all([config, ...layers].map((blob: Blob) => bring(blob, from.repository, repository)));
    await destination.name(repository, tag, manifest, text);
  });
  destination.end();
}

function endOf(place: string): End {
  return place.startsWith('/') ? layout(place) : registry(`http://${place}/v2`);
}

function registry(url: string): End {
  return {
    async manifest(repository, reference) {
      const { body, headers, statusCode } = await request(`${url}/${repository}/manifests/${reference}`, {
        headers: { accept },
      });
      if (statusCode !== 200)
        throw new Error(`${repository} ${reference}: ${statusCode} ${await body.text()}`);
      return { bytes: Buffer.from(await body.arrayBuffer()), type: String(headers['content-type']) };
    },
    async blob(repository, digest) {
      return (await request(`${url}/${repository}/blobs/${digest}`)).body;
    },
    async write(repository, { digest, size }, from) {
      const begun = await request(`${url}/${repository}/blobs/uploads/`, { method: 'POST' });
      await begun.body.dump();
      const location = new URL(String(begun.headers.location));
      location.searchParams.set('digest', digest);
      const headers = { 'content-length': String(size) };
      await expecting(201, await request(location, { method: 'PUT', body: from, headers }));
    },
    async mount(repository, digest, from) {
      const query = `mount=${digest}&from=${encodeURIComponent(from)}`;
      await expecting(201, await request(`${url}/${repository}/blobs/uploads/?${query}`, { method: 'POST' }));
    },
    async name(repository, tag, { bytes, type }) {
      const headers = { 'content-type': type };
      await expecting(
        201,
        await request(`${url}/${repository}/manifests/${tag}`, { method: 'PUT', body: bytes, headers }),
      );
    },
    end() {},
  };
}

function layout(folder: string): End {
  const blobs = join(folder, 'blobs/sha256');
  const pathOf = (digest: string) => join(blobs, digest.slice(7));
  const names: object[] = [];
  let index:
    | { manifests: { digest: string; mediaType: string; annotations: Record<string, string> }[] }
    | undefined;
  return {
    async manifest(repository, reference) {
      index ??= JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'));
      const wanted = `${repository}:${reference}`;
      const found = index?.manifests.find(({ annotations }) => annotations[nameKey]?.endsWith(`/${wanted}`));
      if (found === undefined) throw new Error(`no ${wanted}`);
      return { bytes: readFileSync(pathOf(found.digest)), type: found.mediaType };
    },
    async blob(_, digest) {
      return createReadStream(pathOf(digest), { highWaterMark: 256 * 1024 });
    },
    async write(_, { digest }, from) {
      mkdirSync(blobs, { recursive: true });
      await pipeline(from, createWriteStream(pathOf(digest), { highWaterMark: 1024 * 1024 }));
    },
    async mount() {},
    async name(_, __, { bytes, type }, source) {
      const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
      writeFileSync(pathOf(digest), bytes);
      names.push({ mediaType: type, digest, size: bytes.length, annotations: { [nameKey]: source } });
    },
    end() {
      writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
      writeFileSync(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: names }));
    },
  };
}

async function expecting(
  status: number,
  { statusCode, body }: Awaited<ReturnType<typeof request>>,
): Promise<void> {
  if (statusCode !== status) throw new Error(`${statusCode} ${await body.text()}`);
  await body.dump();
}

/** Each file is on the disk when it counts as written, as in a copy. */
async function rewrite(from: string, to: string): Promise<void> {
  mkdirSync(to, { recursive: true });
  await inTurn(readdirSync(from), async (name) => {
    const hash = createHash('sha256');
    const file = await open(join(to, name), 'w');
    for await (const chunk of createReadStream(join(from, name), { highWaterMark: 256 * 1024 })) {
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    await file.sync();
    await file.close();
    if (hash.digest('hex') !== name) throw new Error(name);
  });
}

async function inTurn<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
}

/** `HOST/NAME:TAG`, `HOST/NAME@DIGEST`, or `oci://FOLDER:` and such a one. */
function parsed(text: string): { readonly repository: string; readonly reference: string } {
  const name = text.replace(/^oci:\/\/[^:]*:/, '');
  const [, repository = '', reference = ''] = /^[^/]+\/(.+?)(?:@|:(?=[^/:@]+$))(.+)$/.exec(name) ?? [];
  return { repository, reference };
}
