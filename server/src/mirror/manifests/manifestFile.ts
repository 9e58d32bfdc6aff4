/** A file of those that a run ends with. */
export interface ManifestFile {
  /** Without a folder. */
  readonly name: string;
  readonly text: string;
}
