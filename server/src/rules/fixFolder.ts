import type { TextEdit } from '../base/range.ts';
import { parseMapping } from '../documents/mapping.ts';
import type { FileContent, WorkspaceFile } from '../documents/workspaceFile.ts';
import { parseYaml } from '../documents/yamlFile.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { type AnalysisContext, linesOf } from './analysis.ts';
import { certainFixes } from './fixAll.ts';
import { editsSince, type TrackedText, tracked, withEdits } from './trackedText.ts';

/** What fixing a folder comes to. */
export interface FolderFix {
  /** The files that change, in the order in which they were named. */
  readonly files: readonly FixedFile[];
  /** Everything as it is once the edits are made. */
  readonly snapshot: Snapshot;
}

/** What becomes of one file. */
export interface FixedFile {
  readonly path: string;
  /** Of the text as it was before all fixes, in its order and apart from each other. */
  readonly edits: readonly TextEdit[];
  /** How many findings were repaired, by the code of their rule. */
  readonly fixed: ReadonlyMap<string, number>;
}

/** More rounds than any file needs: each one repairs what the one before had to leave. */
const mostRounds = 10;

/**
 * Makes every certain fix in some files of a snapshot, round after round until nothing is left, and says it as one edit:
 * what `check --fix`, "Fix All in Folder" and fix-all of one file do. `contextOf` gives what a file is checked with,
 * for the snapshot of each round.
 */
export function fixFolder(
  start: Snapshot,
  paths: Iterable<string>,
  contextOf: (path: string, snapshot: Snapshot) => AnalysisContext,
): FolderFix {
  const changes = new Map<string, { text: TrackedText; readonly fixed: Map<string, number> }>();
  const named = [...paths];
  let snapshot = start;
  for (let round = 0; round < mostRounds; round++) {
    const before = snapshot;
    for (const path of named) {
      const file = snapshot.files.get(path);
      if (file === undefined) continue;
      const { edits, codes } = certainFixes(file, contextOf(path, snapshot));
      if (edits.length === 0) continue;
      const change = changes.get(path) ?? { text: tracked(linesOf(file)), fixed: new Map() };
      change.text = withEdits(change.text, edits);
      for (const code of codes) change.fixed.set(code, (change.fixed.get(code) ?? 0) + 1);
      changes.set(path, change);
      snapshot = snapshot.with(path, parsedAgain(file, change.text));
    }
    if (snapshot === before) break;
  }
  const files = named.flatMap((path): FixedFile[] => {
    const change = changes.get(path);
    return change === undefined ? [] : [{ path, edits: editsSince(change.text), fixed: change.fixed }];
  });
  return { files, snapshot };
}

/** How many findings were repaired in all. */
export function countFixed(files: readonly FixedFile[]): number {
  return files.reduce(
    (sum, { fixed }) => [...fixed.values()].reduce((inner, count) => inner + count, sum),
    0,
  );
}

function parsedAgain({ content }: WorkspaceFile, { lines }: TrackedText): FileContent {
  return content.type === 'mapping'
    ? { type: 'mapping', mapping: parseMapping(lines) }
    : { type: 'yaml', yaml: parseYaml(lines) };
}
