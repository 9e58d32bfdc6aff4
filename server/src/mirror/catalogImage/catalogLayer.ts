import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { createTarPacker, type TarPackController } from 'modern-tar';
import { type TemporaryFile, writeTemporaryFile } from '../../disk/temporaryFile.ts';
import type { Ownership } from '../../indexImages/layerEntries.ts';

/** A file or a folder of a layer. */
export interface LayerItem {
  /** In the image, without `/` before it. */
  readonly path: string;
  readonly owner: Ownership;
  /** Undefined for a folder. */
  readonly content?: LayerContent | undefined;
}

export interface LayerContent {
  /** Bytes of all pieces together. */
  readonly size: number;
  readonly bytes: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** A layer that is ready to be written anywhere. Whoever has it removes its file. */
export interface WrittenLayer {
  readonly digest: string;
  /** Bytes, packed. */
  readonly size: number;
  /** Digest of the archive before it was packed, by which the config of an image names the layer. */
  readonly diffId: string;
  readonly file: TemporaryFile;
}

/** Of a folder or a file that nobody says anything else of. */
export const rootFolder: Ownership = { mode: 0o755, uid: 0, gid: 0 };
export const rootFile: Ownership = { mode: 0o644, uid: 0, gid: 0 };

/**
 * Writes a layer into a temporary file. The same items give the same archive, and with the same zlib the same bytes: nothing in it
 * tells of the time, the machine or the user. https://github.com/opencontainers/image-spec/blob/main/layer.md
 *
 * @param items folders before what is in them
 */
export async function writeLayer(items: readonly LayerItem[], signal: AbortSignal): Promise<WrittenLayer> {
  const diffId = createHash('sha256');
  const digest = createHash('sha256');
  const file = await writeTemporaryFile(
    'layer.tar.gz',
    hashed(packed(hashed(archiveOf(items, signal), diffId)), digest),
  );
  return {
    digest: `sha256:${digest.digest('hex')}`,
    size: file.size,
    diffId: `sha256:${diffId.digest('hex')}`,
    file,
  };
}

async function* archiveOf(
  items: readonly LayerItem[],
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { readable, controller } = createTarPacker();
  const written = addAll(items, controller, signal);
  written.catch((error: unknown) => controller.error(error));
  for await (const chunk of readable) yield chunk;
  await written;
}

async function addAll(
  items: readonly LayerItem[],
  controller: TarPackController,
  signal: AbortSignal,
): Promise<void> {
  for (const { path, owner, content } of items) {
    const { mode, uid, gid } = owner;
    const type = content === undefined ? 'directory' : 'file';
    const name = content === undefined ? `${path}/` : path;
    const header = { name, type, mode, uid, gid, size: content?.size ?? 0, mtime: new Date(0) } as const;
    const writer = controller.add(header).getWriter();
    if (content !== undefined) {
      for await (const chunk of content.bytes) {
        signal.throwIfAborted();
        await writer.write(chunk);
      }
    }
    await writer.close();
  }
  controller.finalize();
}

/** The byte of a gzip header that says on which system it was made (255: unknown). https://www.rfc-editor.org/rfc/rfc1952#page-7 */
const systemByte = 9;

async function* packed(archive: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const gzip = createGzip({ chunkSize: 256 * 1024 });
  const source = Readable.from(archive, { objectMode: false });
  source.on('error', (error) => gzip.destroy(error));
  let isFirst = true;
  try {
    for await (const chunk of source.pipe(gzip) as AsyncIterable<Uint8Array>) {
      if (isFirst) chunk[systemByte] = 255;
      isFirst = false;
      yield chunk;
    }
  } finally {
    source.destroy();
  }
}

async function* hashed(
  bytes: AsyncIterable<Uint8Array>,
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
}
