import { splitLines } from '../documents/lines.ts';
import { parseMapping } from '../documents/mapping.ts';
import { parseYaml } from '../documents/yamlFile.ts';
import type { FileContent } from '../workspace/snapshot.ts';
import type { FileType } from './find.ts';
import { withoutMark } from './textFile.ts';

/** Parses a text as what it is to be read as. Never throws. */
export function parseText(text: string, type: FileType): FileContent {
  const lines = splitLines(withoutMark(text));
  return type === 'mapping' ? { type, mapping: parseMapping(lines) } : { type, yaml: parseYaml(lines) };
}

/** True for a file that is ours: a mapping, or YAML with a resource of ours in it. */
export function isRecognised(content: FileContent): boolean {
  return content.type === 'mapping' || content.yaml.resources.length > 0;
}
