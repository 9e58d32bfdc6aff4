import { isByTag, type MappingDocument } from '../documents/mapping.ts';
import { type FileContent, isReadAsTemplate } from '../documents/workspaceFile.ts';
import type { Snapshot } from '../workspace/snapshot.ts';

/** One lens above a line. Without an action it only tells something. */
export interface Lens {
  /** Zero-based; the top of the file when left out. */
  readonly line?: number;
  readonly title: string;
  readonly action: 'pin-all' | 'verify-destinations' | 'forecast' | undefined;
}

/** What mapping.txt says at a glance, and what can be done with all of it at once; and that a file is a template. */
export function codeLenses(snapshot: Snapshot, path: string): Lens[] {
  const file = snapshot.files.get(path);
  if (file === undefined) return [];
  if (snapshot.patches.has(path)) return [patchLens];
  const template = isReadAsTemplate(file) ? [templateLens] : [];
  return [...template, ...mappingLenses(file.content)];
}

const patchLens: Lens = {
  title: 'Read as a patch of kustomize: what it leaves out is in the manifest that it changes',
  action: undefined,
};

const templateLens: Lens = {
  title: 'Read as a template: nothing is said of values that are filled in later',
  action: undefined,
};

function mappingLenses(content: FileContent): Lens[] {
  if (content.type !== 'mapping') return [];
  const { images, byTag } = countImages(content.mapping);
  if (images === 0) return [];
  const tagged = byTag === 0 ? 'all by digest' : `${byTag} by tag`;
  const lenses: Lens[] = [
    { title: `${images} ${images === 1 ? 'image' : 'images'}, ${tagged}`, action: undefined },
  ];
  if (byTag > 0) lenses.push({ title: 'Pin all', action: 'pin-all' });
  lenses.push({ title: 'Verify destinations', action: 'verify-destinations' });
  return lenses;
}

/** Sources are counted, not pairs: one image may have several destinations. */
function countImages({ lines }: MappingDocument): { images: number; byTag: number } {
  let images = 0;
  let byTag = 0;
  for (const { pairs } of lines) {
    const starts = new Set<number>();
    for (const { source } of pairs) {
      if (!source.parsed.ok || starts.has(source.span.start)) continue;
      starts.add(source.span.start);
      images++;
      if (isByTag(source)) byTag++;
    }
  }
  return { images, byTag };
}
