import { type ImageSet, isImageSetKind } from './imageSet.ts';
import { readImageSet } from './imageSetReader.ts';
import { splitLines, withoutMark } from './lines.ts';
import { maskTemplates } from './template.ts';
import { parseDocuments, type YamlProblem, yamlProblems } from './yamlFile.ts';
import { PositionIndex, YamlReader } from './yamlNode.ts';

/** A file with ImageSetConfigurations. oc-mirror reads the first document only. */
export interface ImageSetFile {
  readonly imageSets: readonly ImageSet[];
  /** Where YAML itself is broken, in the order of the text. */
  readonly problems: readonly YamlProblem[];
}

/** Reads a text that oc-mirror would be given, whatever its `apiVersion` says. Never throws: what is wrong is in the result. */
export function parseImageSets(text: string): ImageSetFile {
  const lines = splitLines(withoutMark(text));
  const masked = maskTemplates(lines);
  const source = masked && { text: lines.join('\n'), isIncomplete: masked.use.blocks };
  const plain = (masked?.lines ?? lines).join('\n');
  const positions = new PositionIndex(plain);
  const imageSets: ImageSet[] = [];
  const problems: YamlProblem[] = [];
  for (const document of parseDocuments(plain)) {
    const reader = new YamlReader(positions, document, source);
    const root = reader.map(document.contents);
    const kind = reader.scalar(reader.get(root, 'kind')?.value)?.value ?? '';
    if (root === undefined || !isImageSetKind(kind)) continue;
    imageSets.push(readImageSet(reader, root, kind));
    if (source?.isIncomplete !== true) problems.push(...yamlProblems(document, positions));
  }
  return { imageSets, problems };
}
