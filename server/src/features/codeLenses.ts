import type { Position } from '../base/range.ts';
import { sentence, t } from '../base/sentences.ts';
import type { MappingDocument } from '../documents/mapping.ts';
import { isByTag } from '../documents/mappingLine.ts';
import { type FileContent, isReadAsTemplate } from '../documents/workspaceFile.ts';
import type { Snapshot } from '../workspace/snapshot.ts';

/** One lens above a line. Without an action it only tells something. */
export interface Lens {
  /** Zero-based; the top of the file when left out. */
  readonly line?: number;
  readonly title: string;
  readonly action:
    | 'pin-all'
    | 'verify-destinations'
    | 'forecast'
    | 'show-bundles'
    | 'plan'
    | 'mirror'
    | undefined;
  /** What in the file is meant, where an action is about a part of it. */
  readonly at?: Position;
}

/** What mapping.txt says at a glance, and what can be done with all of it at once; and that a file is a template. */
export function codeLenses(snapshot: Snapshot, path: string): Lens[] {
  const file = snapshot.files.get(path);
  if (file === undefined) return [];
  if (snapshot.patches.has(path)) return [{ title: t(patched), action: undefined }];
  const template = isReadAsTemplate(file) ? [{ title: t(templated), action: undefined } as const] : [];
  return [...template, ...mappingLenses(file.content)];
}

const patched = sentence(
  'Read as a patch of kustomize: what it leaves out is in the manifest that it changes',
);
const templated = sentence('Read as a template: nothing is said of values that are filled in later');

function mappingLenses(content: FileContent): Lens[] {
  if (content.type !== 'mapping') return [];
  const { images, byTag } = countImages(content.mapping);
  if (images === 0) return [];
  const lenses: Lens[] = [{ title: countTitle(images, byTag), action: undefined }];
  if (byTag > 0) lenses.push({ title: t('Pin all'), action: 'pin-all' });
  lenses.push({ title: t('Verify destinations'), action: 'verify-destinations' });
  return lenses;
}

function countTitle(images: number, byTag: number): string {
  if (images === 1) return byTag === 0 ? t('1 image, all by digest') : t('1 image, {0} by tag', byTag);
  return byTag === 0 ? t('{0} images, all by digest', images) : t('{0} images, {1} by tag', images, byTag);
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
