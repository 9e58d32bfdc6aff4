import { t } from '../base/sentences.ts';
import type { ImageSetOperator } from '../documents/imageSet.ts';
import type { ImageSetFile } from '../documents/imageSetFile.ts';
import { parseOcMirrorReference } from '../documents/ocMirrorReference.ts';
import type { Catalog } from './model.ts';
import { type Selection, selectFrom } from './selection.ts';
import { selectionOf } from './selectionOfImageSet.ts';
import { makeProblem, type SelectionProblem } from './selectionProblem.ts';

/** What a file selects from a catalog, or which catalogs it has entries for where none is for this one. */
export type ImageSetSelection =
  | { readonly ok: true; readonly selection: Selection }
  | { readonly ok: false; readonly catalogs: readonly string[] };

/**
 * Selects from a catalog what the entry of an ImageSetConfiguration for it asks for. What oc-mirror refuses of the whole file
 * comes first among the problems: it mirrors nothing then, of no catalog.
 * @param image the name of the catalog; undefined where it has none, as a folder: then the only entry is meant
 */
export function selectByImageSet(
  catalog: Catalog,
  { imageSets, problems }: ImageSetFile,
  image: string | undefined,
): ImageSetSelection {
  const imageSet = imageSets.find(({ kind }) => kind === 'ImageSetConfiguration');
  const operators = imageSet?.operators ?? [];
  const entries = operators.filter((operator) => image === undefined || isFor(operator, image));
  const [entry] = entries;
  if (entry === undefined || (image === undefined && entries.length > 1)) {
    return { ok: false, catalogs: operators.flatMap((operator) => operator.catalog?.value ?? []) };
  }
  const refusals = [...problems, ...(imageSet?.problems ?? [])].map(({ message, range }) =>
    makeProblem('configuration', t('Line {0}: {1}', range.start.line + 1, message), {}, { refused: true }),
  );
  const found: SelectionProblem[] = [...refusals, ...(entries.length > 1 ? [repeated(entry)] : [])];
  const selection = selectFrom(catalog, selectionOf(entry));
  return {
    ok: true,
    selection: {
      catalog: selection.catalog,
      refused: selection.refused || refusals.length > 0,
      problems: [...found, ...selection.problems],
    },
  };
}

function repeated({ catalog }: ImageSetOperator): SelectionProblem {
  const message = t('{0} has several entries; this is the first', catalog?.value ?? '');
  return makeProblem('configuration', message, {}, { severity: 'warning' });
}

/** One may have a digest where the other has a tag; two tags or two digests have to be the same. */
function isFor({ catalog }: ImageSetOperator, image: string): boolean {
  const wanted = catalog?.value ?? '';
  if (wanted === image) return true;
  const a = partsOf(wanted);
  const b = partsOf(image);
  return a.name === b.name && agree(a.tag, b.tag) && agree(a.digest, b.digest);
}

function agree(a: string, b: string): boolean {
  return a === b || a === '' || b === '';
}

interface Parts {
  readonly name: string;
  readonly tag: string;
  readonly digest: string;
}

function partsOf(text: string): Parts {
  const parsed = parseOcMirrorReference(text);
  if (!parsed.ok) return { name: text.replace(/^docker:\/\//, ''), tag: '', digest: '' };
  const { scheme, name, tag, digest } = parsed.reference;
  return { name: scheme + name, tag, digest };
}
