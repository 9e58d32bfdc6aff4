import type { DocumentPosition } from './files.ts';

/** What is chosen of a package, as an ImageSetConfiguration says it. */
export interface ChosenPackage {
  readonly name: string;
  readonly defaultChannel?: string | undefined;
  readonly channels?:
    | readonly {
        readonly name: string;
        readonly minVersion?: string | undefined;
        readonly maxVersion?: string | undefined;
      }[]
    | undefined;
}

/** What is chosen of a catalog. */
export interface ChosenFrom {
  readonly catalog: string;
  /** The image that stands for a catalog in a folder or a file, which an ImageSetConfiguration cannot name. */
  readonly as?: string;
  readonly packages: readonly ChosenPackage[];
}

/** What a choice comes to. */
export interface ChosenSum {
  /** In a few words: bundles, images, bytes. */
  readonly words: string;
  /** Images of which nobody has said how large they are. */
  readonly unknownSizes: number;
  readonly problems: readonly ChosenProblem[];
  /** Catalogs that have no name in an ImageSetConfiguration, and no image that stands for them. */
  readonly nameless: readonly string[];
}

export interface ChosenProblem {
  readonly catalog: string;
  readonly message: string;
  readonly severity: 'error' | 'warning';
  readonly package?: string;
  /** Packages of which one would help. */
  readonly add: readonly string[];
}

/** Changes of a text; zero-based, as LSP counts. */
export interface ImageSetEdits {
  readonly edits: readonly {
    readonly range: {
      readonly start: { readonly line: number; readonly character: number };
      readonly end: { readonly line: number; readonly character: number };
    };
    readonly newText: string;
  }[];
  /** What the file has already, and what keeps it as it is: whole sentences. */
  readonly notes: readonly string[];
}

/** An entry of an ImageSetConfiguration, or one of its packages, by a place in it. */
export interface SelectionQuestion {
  readonly uri: string;
  readonly position: DocumentPosition;
  /** True to ask registries how large the images are. */
  readonly ask?: boolean;
}
