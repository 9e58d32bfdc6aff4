import { Lookup } from '../lookup/lookup.ts';
import { StoreFolders } from '../stores/ocDirectoryFolder.ts';

/** Where the `v2/` folders of `file://` references are looked for. */
export interface StorePlaces {
  /** The folder that a setting names; empty for the nearest. */
  readonly named: string;
  readonly workspaceFolders: () => readonly string[];
  /** False: nothing outside the workspace is read. */
  readonly trusted: boolean;
}

/** Who starts a command decides what it reads, so all that lies above the files counts. */
export const anyStore: StorePlaces = { named: '', workspaceFolders: () => [], trusted: true };

/** Answers about images, until they are closed. */
export interface OpenedFacts {
  readonly lookup: Lookup;
  close(): Promise<void>;
}

/** Facts from the `v2/` folders near files, and from nobody else: there is not even a registry client. */
export function openLocalFacts(): OpenedFacts {
  const folders = new StoreFolders({ ...anyStore, now: Date.now });
  const lookup = new Lookup({
    openSource: (reference, near) => folders.open(reference, near),
    remembered: undefined,
    offline: () => 'option',
    now: Date.now,
  });
  return { lookup, close: async () => lookup.dispose() };
}
