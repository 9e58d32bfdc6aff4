import type { TextEdit } from '../base/range.ts';
import type { ImageReference } from '../documents/imageReference.ts';
import { type AnalysisContext, analyze, fixesOf, type PlacedFinding } from '../rules/analysis.ts';
import type { Fix } from '../rules/rule.ts';

/** What pinning all tags of a mapping.txt comes to, with what is known now. */
export interface PinPlan {
  readonly edits: readonly TextEdit[];
  readonly pinned: number;
  /** Tags for which the registries have different digests: a person must choose. */
  readonly disputed: number;
  /** Tags that nobody could answer for. */
  readonly unknown: number;
}

/** The references whose digests must be asked for first. The catalog's own image stays by tag and is left out. */
export function pinQuestions(context: AnalysisContext, path: string): ImageReference[] {
  return pins(context, path).flatMap((fixes) => fixes.flatMap((fix) => fix.awaits ?? []));
}

/** The edits for all tags that have exactly one answer. Nothing is pinned by guess. */
export function planPins(context: AnalysisContext, path: string): PinPlan {
  const edits: TextEdit[] = [];
  const counts = { pinned: 0, disputed: 0, unknown: 0 };
  for (const fixes of pins(context, path)) {
    const [first, ...others] = fixes.filter((fix) => fix.awaits === undefined);
    if (first === undefined) counts.unknown++;
    else if (others.length > 0) counts.disputed++;
    else {
      counts.pinned++;
      edits.push(...first.edits());
    }
  }
  return { edits, ...counts };
}

function pins(context: AnalysisContext, path: string): Fix[][] {
  const file = context.snapshot.files.get(path);
  if (file === undefined) return [];
  const isPinnable = ({ code }: PlacedFinding) => code === 'mapping/tag-only';
  return analyze(file, context)
    .filter(isPinnable)
    .map((finding) => fixesOf(finding, file, context).filter((fix) => fix.id.startsWith('pin-')));
}
