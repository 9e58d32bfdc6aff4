import { type CatalogDesk, closedDesk } from '../access/catalogDesk.ts';
import type { ImageReference } from '../documents/imageReference.ts';
import type { EditorCredential } from '../protocol/logins.ts';
import { type Fact, type Facts, type ImageFacts, noFacts } from '../workspace/facts.ts';
import type { Settings } from '../workspace/settings.ts';

/** Facts with what an interactive program needs beside them: waiting a little, and news. */
export interface FactSource extends Facts {
  /** The answer, or what is known after `milliseconds` or when the signal fires. Never rejects. */
  whenKnown(
    reference: ImageReference,
    milliseconds: number,
    from?: string,
    signal?: AbortSignal,
  ): Promise<Fact<ImageFacts>>;
  /** Somebody wants to know what has become of the copy of the file at `path`. */
  askAbout(path: string): void;
  /** Images have been copied: what was missing may be there now. */
  imagesWritten(): void;
  /** The same of catalogs that tell where images come from: those that could not be opened are asked for again. */
  catalogsWritten(): void;
  /** The catalogs that are open, or being opened. */
  readonly catalogs: CatalogDesk;
  close(): Promise<void>;
}

/** Makes the facts for settings; called again whenever they change. `onArrived` is called for each new answer. */
export type OpenFacts = (options: {
  readonly settings: Settings;
  readonly trusted: boolean;
  /** Logins that the editor keeps. */
  readonly credentials: readonly EditorCredential[];
  readonly workspaceFolders: () => readonly string[];
  readonly storagePath: string | undefined;
  readonly onArrived: () => void;
  /** Told in words for a person what cannot be used: the memory from session to session, an entry of an auth file. */
  readonly report: (message: string) => void;
}) => Promise<FactSource>;

/** Before the settings are there, nothing is asked. */
export const closedFacts: FactSource = {
  ...noFacts,
  whenKnown: async () => ({ state: 'pending' }),
  askAbout: () => {},
  imagesWritten: () => {},
  catalogsWritten: () => {},
  catalogs: closedDesk,
  close: async () => {},
};
