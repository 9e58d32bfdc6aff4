import { later } from '../base/sentences.ts';
import type {
  Catalog,
  CatalogBundle,
  CatalogChannel,
  CatalogPackage,
  Deprecation,
  Icon,
  OtherDocument,
  ReadProblem,
} from './model.ts';

/** Puts a catalog together from what a reader finds, in any order. */
export interface CatalogBuilder {
  /** False where the package is there already; the first one stays. */
  addPackage(found: PackageFound): boolean;
  /** Where only manifests have icons, the package's is known last. */
  setIcon(owner: string, icon: Icon): void;
  addChannel(owner: string, channel: CatalogChannel): void;
  /** `channels` is left to the catalog. */
  addBundle(bundle: Omit<CatalogBundle, 'channels'>): void;
  addDeprecations(owner: string, deprecations: readonly Deprecation[]): void;
  addOther(document: OtherDocument): void;
  addProblem(problem: ReadProblem): void;
  /** The catalog as far as it is known. More may be added afterwards; a catalog that was given stays what it was. */
  catalog(): Catalog;
}

/** What a document or a row says of a package itself. */
export interface PackageFound {
  readonly name: string;
  readonly defaultChannel: string;
  readonly description: string;
  readonly icon: Icon | undefined;
}

interface PackageDraft {
  found: PackageFound | undefined;
  readonly channels: CatalogChannel[];
  readonly bundles: Omit<CatalogBundle, 'channels'>[];
  readonly deprecations: Deprecation[];
}

/** More problems than anybody reads; how many more there are is one of them then. */
const mostProblems = 1_000;

export function makeCatalogBuilder(): CatalogBuilder {
  const drafts = new Map<string, PackageDraft>();
  const others: OtherDocument[] = [];
  const problems: ReadProblem[] = [];
  let unsaid = 0;

  const draftOf = (name: string): PackageDraft => {
    let draft = drafts.get(name);
    if (draft === undefined) {
      draft = { found: undefined, channels: [], bundles: [], deprecations: [] };
      drafts.set(name, draft);
    }
    return draft;
  };

  return {
    addPackage(found) {
      const draft = draftOf(found.name);
      if (draft.found !== undefined) return false;
      draft.found = found;
      return true;
    },
    setIcon(owner, icon) {
      const draft = drafts.get(owner);
      if (draft?.found !== undefined) draft.found = { ...draft.found, icon };
    },
    addChannel(owner, channel) {
      draftOf(owner).channels.push(channel);
    },
    addBundle(bundle) {
      draftOf(bundle.package).bundles.push(bundle);
    },
    addDeprecations(owner, deprecations) {
      for (const deprecation of deprecations) draftOf(owner).deprecations.push(deprecation);
    },
    addOther(document) {
      others.push(document);
    },
    addProblem(problem) {
      if (problems.length < mostProblems) problems.push(problem);
      else unsaid++;
    },
    catalog() {
      const names = [...drafts.keys()].sort();
      const packages = names.map((name) => finished(name, draftOf(name)));
      const more: ReadProblem[] =
        unsaid === 0
          ? []
          : [{ severity: 'error', message: later('The catalog has {0} more problems', unsaid) }];
      return { packages, others: [...others], problems: [...problems, ...more] };
    },
  };
}

function finished(name: string, { found, channels, bundles, deprecations }: PackageDraft): CatalogPackage {
  const channelsByEntry = channelNames(channels);
  return {
    name,
    declared: found !== undefined,
    defaultChannel: found?.defaultChannel ?? '',
    description: found?.description ?? '',
    icon: found?.icon,
    channels: [...channels],
    bundles: bundles.map((bundle) => ({ ...bundle, channels: channelsByEntry.get(bundle.name) ?? none })),
    deprecations: [...deprecations],
  };
}

const none: readonly string[] = [];

/** The names of the channels that have an entry, by the entry's name. Entries in the same channels share one list. */
export function channelNames(channels: readonly CatalogChannel[]): Map<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const channel of channels) {
    for (const entry of channel.entries) {
      const known = names.get(entry.name);
      if (known === undefined) names.set(entry.name, [channel.name]);
      else if (known.at(-1) !== channel.name) known.push(channel.name);
    }
  }
  const lists = new Map<string, string[]>();
  for (const [entry, list] of names) {
    const key = JSON.stringify(list);
    const known = lists.get(key);
    if (known === undefined) lists.set(key, list);
    else names.set(entry, known);
  }
  return names;
}
