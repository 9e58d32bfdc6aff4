/** Zero-based, in UTF-16 units. */
export interface DocumentPosition {
  readonly line: number;
  readonly character: number;
}

export interface ExplainLogQuestion {
  readonly text: string;
}

/** A file that an answer's sentences name by `path`, possibly with `:LINE` behind it; `uri` opens it. */
export interface NamedFile {
  readonly path: string;
  readonly uri: string;
}

/**
 * The image at a place of a document by the name under which nodes pull it, else the one that a text names: a reference
 * with its registry, or an event.
 */
export interface ImageQuestion {
  readonly uri?: string;
  readonly position?: DocumentPosition;
  readonly text?: string;
}

/** What commands of an editor are about. */
export type FileUse = 'mapping' | 'imageSet' | 'mirrorSet';

export interface FilesQuestion {
  /** What the files are wanted for: to copy a mapping, to mirror an ImageSetConfiguration, to apply mirror sets. */
  readonly use: FileUse;
}

/** The mapping.txt that was copied, of which it is worth saying now what is not at its destination. */
export interface ImagesWritten {
  readonly uri: string;
}
