import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file that is there for a while, for a program that can read nothing else. */
export interface TemporaryFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Removes it, and the folder that it is alone in. Never fails. */
  remove(): Promise<void>;
}

/**
 * Writes content into a new file in a folder of its own that nobody else can look into, and removes both when the content
 * fails. Whoever has it removes it.
 *
 * @param name of the file, without folders
 * @throws what `content` throws and what the operating system says
 */
export async function writeTemporaryFile(
  name: string,
  content: AsyncIterable<Uint8Array>,
): Promise<TemporaryFile> {
  // Only its owner may enter what mkdtemp makes.
  const folder = await mkdtemp(join(tmpdir(), 'operator-mirror-copy-'));
  const remove = () => rm(folder, { recursive: true, force: true }).catch(() => {});
  try {
    const path = join(folder, name);
    const handle = await open(path, 'wx', 0o600);
    let size = 0;
    try {
      for await (const chunk of content) {
        // `handle.writeFile` takes four times as long.
        for (let at = 0; at < chunk.length; ) at += (await handle.write(chunk, at)).bytesWritten;
        size += chunk.length;
      }
    } finally {
      await handle.close();
    }
    return { path, size, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
