import { UserError } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import { ignoreRules } from '../../catalog/indexIgnore.ts';
import type { Catalog } from '../../catalog/model.ts';
import { digestOf } from '../../content/contentDigest.ts';
import { breath } from '../../indexImages/breath.ts';
import { readConfigs, type UseFile } from '../../indexImages/catalogContent.ts';
import { textOf } from '../../indexImages/fileCatalog.ts';
import type { ImagePlace, LayeredImage } from '../../indexImages/imageFiles.ts';
import { type Keeping, type KeptDocument, keepingOf, keptDocuments, tooLarge } from './keptDocuments.ts';

/** A file of a pruned catalog. */
export interface PrunedFile {
  /** Below the folder of the catalog. */
  readonly path: string;
  /** Pieces of it, in their order. */
  readonly pieces: readonly Uint8Array[];
  /** Bytes. */
  readonly size: number;
}

/** What stays of a file of the catalog as it was. */
interface KeptFile {
  readonly documents: readonly KeptPiece[];
  /** Of an `.indexignore`. */
  readonly rules?: string | undefined;
}

type KeptPiece = Pick<KeptDocument, 'package' | 'form'> & { readonly bytes: Uint8Array };

/**
 * The files of a file-based catalog that is in an image, pruned: one for each package, sorted. Each file of the image is let go of
 * when it has been read, so that no more is in memory than the largest of them and what stays.
 *
 * @param keep the catalog as it is to be
 * @throws UserError as `readConfigs`; `refused` for a document that would unpack to more than any catalog has; the signal's reason
 */
export async function prunedFiles(
  image: LayeredImage,
  {
    path,
    watched,
    keep,
    signal,
  }: {
    readonly path: string;
    readonly watched: readonly string[];
    readonly keep: Catalog;
    readonly signal: AbortSignal;
  },
): Promise<{ readonly files: readonly PrunedFile[]; readonly place: ImagePlace<KeptFile> }> {
  const keeping = keepingOf(keep);
  const rest = breath(signal);
  const use: UseFile<KeptFile> = async (file, bytes) => {
    const text = textOf(bytes);
    if (file.slice(file.lastIndexOf('/') + 1) === '.indexignore') return { documents: [], rules: text };
    return { documents: await piecesOf(text, keeping, { rest, name: image.name, file }) };
  };
  const place = await readConfigs(image, path, use, watched);
  const isIgnored = ignoreRules(
    place.files.flatMap(({ path, content: { rules } }) =>
      rules === undefined ? [] : [{ path, text: rules }],
    ),
  );
  const documents = place.files.flatMap(({ path, content }) => (isIgnored(path) ? [] : content.documents));
  return { files: filesOf(documents), place };
}

async function piecesOf(
  text: string,
  keeping: Keeping,
  { rest, name, file }: { rest: ReturnType<typeof breath>; name: string; file: string },
): Promise<KeptPiece[]> {
  const pieces: KeptPiece[] = [];
  for (const document of keptDocuments(text, keeping)) {
    await rest();
    if (document === tooLarge) {
      throw new UserError(
        'refused',
        t('{0} is refused at {1}: a document says more by its aliases than any catalog has', name, file),
        {
          nextStep: t('check where the image comes from'),
        },
      );
    }
    if (document === undefined) continue;
    // A piece of a text would hold all of it in memory.
    pieces.push({ package: document.package, form: document.form, bytes: Buffer.from(document.text) });
  }
  return pieces;
}

/** Documents in JSON and in YAML are files of their own, since `opm` reads a file as one or the other. */
function filesOf(documents: readonly KeptPiece[]): PrunedFile[] {
  const byPath = new Map<string, Uint8Array[]>();
  for (const { package: owner, form, bytes } of documents) {
    const file = `catalog.${form}`;
    const path = owner === '' ? file : `${folderName(owner)}/${file}`;
    const pieces = byPath.get(path);
    if (pieces === undefined) byPath.set(path, [bytes]);
    else pieces.push(bytes);
  }
  return [...byPath]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, pieces]) => ({ path, pieces, size: pieces.reduce((sum, { length }) => sum + length, 0) }));
}

/** More than the name of any package, and less than any file system has room for. */
const longestName = 200;

/** A package may be called anything. Names as they are in the world stay, two are never one, and none leads anywhere. */
function folderName(owner: string): string {
  const name = Array.from(owner, (character, index) =>
    /^[A-Za-z0-9_-]$/.test(character) || (character === '.' && index > 0) ? character : escaped(character),
  ).join('');
  return name.length <= longestName ? name : `${name.slice(0, longestName)}%${digestOf(Buffer.from(owner))}`;
}

function escaped(character: string): string {
  return Array.from(Buffer.from(character), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}
