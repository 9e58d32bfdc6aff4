import { setTimeout as delay } from 'node:timers/promises';
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import { t } from '../base/sentences.ts';
import { parseReference } from '../documents/imageReference.ts';
import {
  type ImageSetPart,
  imageSetPartAt,
  type SelectedPart,
  selectedBy,
} from '../features/imageSetParts.ts';
import { imagesOf } from '../features/imageSizes.ts';
import { selectionPage } from '../features/selectionPage.ts';
import type { SelectionQuestion } from '../protocol/choice.ts';
import { placeIn } from './placeIn.ts';
import type { Session } from './session.ts';
import { keyOf } from './uri.ts';

/** Milliseconds that the opening of a catalog may take, which is long over a slow line. */
const patience = 300_000;
/** Milliseconds between two looks at whether it is there. */
const interval = 50;
/** Milliseconds that registries have to say how large images are. */
const sizePatience = 20_000;
/** Of more images nobody asks for the sizes: each is several requests. */
const mostAsked = 500;

/** What is selected at a place of a document, with its page. */
export interface ShownSelection {
  readonly part: ImageSetPart;
  readonly selected: SelectedPart;
  /** Markdown. */
  readonly page: string;
}

/**
 * What the entry or the package at a place of a document selects; undefined where nothing selects from a catalog. Waits for the
 * catalog, and where it was asked to for the sizes of the images.
 * @throws ResponseError where the catalog cannot be opened, with the reason
 */
export async function shownSelection(
  { scanned, workspace, settings }: Session,
  { uri, position, ask = false }: SelectionQuestion,
  signal: AbortSignal,
): Promise<ShownSelection | undefined> {
  await scanned();
  const path = keyOf(uri);
  const look = () => {
    const file = workspace.snapshot.files.get(path);
    const part = file && imageSetPartAt(file, placeIn(file, position));
    return part && { part, selected: selectedBy(part, settings.facts, path) };
  };
  const end = Date.now() + patience;
  let found = look();
  while (found?.selected.state === 'pending' && Date.now() < end) {
    await delay(interval, undefined, { signal });
    found = look();
  }
  if (found === undefined) return undefined;
  if (found.selected.state !== 'known') throw notOpened(found.part, found.selected);
  if (ask) {
    await askSizes(found.selected, (reference) =>
      settings.facts.whenKnown(reference, sizePatience, path, signal),
    );
    found = look();
  }
  const { part, selected } = found ?? {};
  if (part === undefined || selected?.state !== 'known') return undefined;
  return { part, selected, page: selectionPage(part, selected, settings.facts, path) };
}

async function askSizes(
  { bundles }: SelectedPart,
  ask: (reference: Extract<ReturnType<typeof parseReference>, { ok: true }>['reference']) => Promise<unknown>,
): Promise<void> {
  const images = imagesOf(bundles);
  if (images.size > mostAsked) return;
  await Promise.all(
    [...images].map(async (image) => {
      const parsed = parseReference(image);
      if (parsed.ok) await ask(parsed.reference);
    }),
  );
}

function notOpened(
  { catalog }: ImageSetPart,
  fact: Exclude<ReturnType<typeof selectedBy>, { state: 'known' }>,
): ResponseError<void> {
  const message =
    fact.state === 'pending'
      ? t('{0} is still being opened; try again in a moment', catalog.value)
      : t('{0} is not known: {1}', catalog.value, fact.reason);
  return new ResponseError(LSPErrorCodes.RequestFailed, message);
}
