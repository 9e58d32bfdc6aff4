import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestImage } from './images.ts';

const fixtures = join(import.meta.dirname, '../fixtures/stores');

/** Stores that real versions of `oc` wrote, with what is true of them. */
export const realStores = ['jaeger-reg2file-oc48', 'edge-fbc-reg2file-oc412'] as const;
export type RealStore = (typeof realStores)[number];

/** What one line of the run's mapping.txt came to: a null digest where `oc` wrote no tag. */
export interface StoredLine {
  readonly source: string;
  readonly destination: string;
  readonly destinationDigest: string | null;
}

/** The run's own outcome, the media types in the registry after the import, and the catalog's facts. */
export function truthOf(store: RealStore): {
  readonly lines: readonly StoredLine[];
  readonly mediaTypes: ReadonlyMap<string, string>;
  readonly images: Readonly<Record<string, TrueImage>>;
} {
  const read = (name: string) => JSON.parse(readFileSync(join(fixtures, store, name), 'utf8'));
  const [run] = read('outcome.json');
  const repositories = Object.values(Object.values(read('registry-after.json'))[0] as object);
  const tags = repositories.flatMap((repository) => Object.values(repository)) as {
    digest: string;
    mediaType: string;
  }[];
  const mediaTypes = new Map(tags.map(({ digest, mediaType }) => [digest, mediaType]));
  return { lines: run.mapping, mediaTypes, images: read('facts.json').images };
}

export interface TrueImage {
  readonly digest: string;
  readonly mediaType: string;
  readonly config?: { readonly digest: string; readonly size: number };
  readonly layers?: readonly { readonly digest: string; readonly size: number }[];
}

/** A folder for a test; remove it afterwards. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'operator-mirror-store-'));
}

/** Unpacks a real store, so that `folder` holds `v2/`. */
export function unpack(store: RealStore, folder: string): void {
  execFileSync('tar', ['-xzf', join(fixtures, store, 'v2.tar.gz'), '-C', folder, '--no-same-owner', '-p']);
}

/** Writes an image as `oc` does: everything in `blobs/`, manifests hard-linked, the tag as a symbolic link. */
export function addToStore(
  folder: string,
  repository: string,
  tag: string | undefined,
  image: TestImage,
): void {
  for (const child of image.children) addToStore(folder, repository, undefined, child);
  const root = join(folder, 'v2', repository);
  for (const kind of ['blobs', 'manifests']) mkdirSync(join(root, kind), { recursive: true });
  const { manifest } = image;
  for (const { digest, bytes } of [...image.blobs, manifest]) {
    writeFileSync(join(root, 'blobs', digest), bytes, { mode: 0o600 });
  }
  const link = join(root, 'manifests', manifest.digest);
  if (!existsSync(link)) linkSync(join(root, 'blobs', manifest.digest), link);
  if (tag === undefined) return;
  rmSync(join(root, 'manifests', tag), { force: true });
  symlinkSync(manifest.digest, join(root, 'manifests', tag));
}

/**
 * Everything below a folder, one line each: type, mode, size or the link's target, the path, and for a hard link
 * the first path of the same file.
 */
export function treeOf(folder: string): string[] {
  const first = new Map<number, string>();
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return names.map((name) => {
    const path = join(folder, name);
    const entry = lstatSync(path);
    const mode = (entry.mode & 0o777).toString(8);
    if (entry.isSymbolicLink()) return `l ${name} -> ${readlinkSync(path)}`;
    if (entry.isDirectory()) return `d ${mode} ${name}`;
    const same = first.get(entry.ino);
    if (same === undefined) first.set(entry.ino, name);
    return `f ${mode} ${entry.size} ${name}${same === undefined ? '' : ` = ${same}`}`;
  });
}
