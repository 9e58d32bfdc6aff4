import { t } from '../base/sentences.ts';
import type { TemporaryFile } from '../disk/temporaryFile.ts';
import { notAnIndex } from './catalogFolder.ts';
import { largestCatalog, largestFile } from './fileCatalog.ts';
import { type ImagePlace, type Keep, type LayeredImage, readImagePlace } from './imageFiles.ts';
import { refused } from './layerEntries.ts';
import { copyIndex, largestDatabase } from './sqliteIndex.ts';

/** Makes something of a file of a catalog, given by its path in the image. */
export type UseFile<Content> = (path: string, bytes: Uint8Array) => Content | Promise<Content>;

/**
 * The files of the file-based catalog of an image, and what is round them. `use` gets a file as soon as it has been read, in the
 * order of the archives, so that not all of them need to be in memory; a file may turn out to be another's content or hidden
 * afterwards, and is not among the results then.
 *
 * @param path of the folder, as `catalogFolderIn` gives it
 * @param watched as `readImagePlace` has it
 * @throws UserError `noIndexImage` where there is no such folder; as `readImagePlace`
 */
export async function readConfigs<Content>(
  image: LayeredImage,
  path: string,
  use: UseFile<Content>,
  watched: readonly string[] = [],
): Promise<ImagePlace<Content>> {
  const { name } = image;
  let total = 0;
  const keep: Keep<Content> = async (file, size, content) => {
    total += size;
    if (size > largestFile || total > largestCatalog) {
      throw refused(name, file, t('it has more bytes than any catalog has'));
    }
    const bytes = Buffer.allocUnsafeSlow(size);
    let at = 0;
    for await (const chunk of content) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    return use(file, bytes);
  };
  const place = await readImagePlace(image, path, keep, watched);
  if (place === undefined) throw nothingThere(name, path);
  if (place.files[0]?.path === '') {
    throw notAnIndex(t('{0} has a file at {1}, where its label says that a folder is', name, path));
  }
  return place;
}

/**
 * A copy of the SQLite index of an image, and what is round it. Whoever has it removes it.
 * @throws UserError `noIndexImage` where there is no such file; as `copyIndex` and `readImagePlace`
 */
export async function copyDatabase(
  image: LayeredImage,
  path: string,
): Promise<{ readonly copy: TemporaryFile; readonly place: ImagePlace<TemporaryFile> }> {
  const { name } = image;
  const copies: TemporaryFile[] = [];
  const keep: Keep<TemporaryFile> = async (file, size, content) => {
    if (size > largestDatabase || copies.length > mostCopies) {
      throw refused(name, file, t('it has more bytes than any catalog has'));
    }
    const copy = await copyIndex(content);
    copies.push(copy);
    return copy;
  };
  let used: TemporaryFile | undefined;
  try {
    const place = await readImagePlace(image, path, keep);
    if (place === undefined) throw nothingThere(name, path);
    const [file] = place.files;
    if (file === undefined || file.path !== '') {
      throw notAnIndex(t('{0} has a folder at {1}, where its label says that a database is', name, path));
    }
    used = file.content;
    return { copy: used, place };
  } finally {
    for (const copy of copies) if (copy !== used) await copy.remove();
  }
}

/** Where a folder is in the place of the database, what is in it is no reason to fill the disk. */
const mostCopies = 4;

function nothingThere(name: string, path: string): Error {
  return notAnIndex(t('{0} has nothing at {1}, where its label says that its catalog is', name, path));
}
