import type { MappingDocument } from './mapping.ts';
import { isTemplateFile, type YamlFile } from './yamlFile.ts';

/** A file of ours, parsed. */
export type FileContent =
  | { readonly type: 'mapping'; readonly mapping: MappingDocument }
  | { readonly type: 'yaml'; readonly yaml: YamlFile };

export interface WorkspaceFile {
  /** A path or URI with `/` between folders; it names the file in everything that comes out. */
  readonly path: string;
  readonly content: FileContent;
}

/** True for a file that is no manifest or mapping yet, because something that counts in it is a template. */
export function isReadAsTemplate({ content }: WorkspaceFile): boolean {
  return content.type === 'mapping'
    ? content.mapping.lines.some((line) => line.isTemplate)
    : isTemplateFile(content.yaml);
}
