import type { Lines } from '../documents/lines.ts';
import type { MappingDocument } from '../documents/mapping.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import { blockLine, isMarker } from '../documents/yamlLine.ts';

/** Lines that an editor may hide behind the first of them. */
export interface Fold {
  readonly start: number;
  /** The last line that is hidden. */
  readonly end: number;
  readonly kind: 'comment' | 'region';
}

/**
 * The folds of a file: documents, maps, lists and entries of YAML; of a mapping, lines from one registry; comments of
 * both. Of more than `limit` the outer ones are given.
 */
export function folds({ content }: WorkspaceFile, limit = Number.POSITIVE_INFINITY): Fold[] {
  const found = content.type === 'mapping' ? mappingFolds(content.mapping) : yamlFolds(content.yaml.lines);
  const chosen = found.length <= limit ? found : found.sort((a, b) => a.depth - b.depth).slice(0, limit);
  return chosen
    .sort((a, b) => a.start - b.start || b.end - a.end)
    .map(({ start, end, kind }) => ({ start, end, kind }));
}

interface DeepFold extends Fold {
  readonly depth: number;
}

/** Told from indentation, so that they stay while somebody types. */
function yamlFolds(lines: Lines): DeepFold[] {
  const found: DeepFold[] = commentFolds(lines, (text) => text.trimStart().startsWith('#'));
  const open: { readonly line: number; readonly indent: number }[] = [];
  let last = 0;
  const close = (indent: number) => {
    for (let top = open.at(-1); top !== undefined && top.indent >= indent; top = open.at(-1)) {
      open.pop();
      if (last > top.line) found.push({ start: top.line, end: last, kind: 'region', depth: open.length });
    }
  };
  for (const [line, text] of lines.entries()) {
    if (isMarker(text)) {
      close(-1);
      if (text.startsWith('-')) open.push({ line, indent: -1 });
      last = line;
      continue;
    }
    const content = blockLine(text);
    if (content === undefined) continue;
    const dash = content.dashes[0];
    // A list may stand in the column of its key and is inside it all the same.
    const indent = dash === undefined ? content.column : dash + 0.5;
    close(indent);
    open.push({ line, indent });
    last = line;
  }
  close(-1);
  return found;
}

/** Runs of lines whose first source is in one registry. */
function mappingFolds({ lines }: MappingDocument): DeepFold[] {
  const found = commentFolds(
    lines.map(({ text }) => text),
    (text) => text.startsWith('#'),
  );
  let start = 0;
  let current: string | undefined;
  for (let line = 0; line <= lines.length; line++) {
    const source = lines.at(line)?.pairs[0]?.source.parsed;
    const registry = source?.ok ? `${source.reference.transport} ${source.reference.registry}` : undefined;
    if (registry === current && registry !== undefined) continue;
    if (current !== undefined && line - start > 1)
      found.push({ start, end: line - 1, kind: 'region', depth: 0 });
    start = line;
    current = registry;
  }
  return found;
}

function commentFolds(lines: Lines, isComment: (text: string) => boolean): DeepFold[] {
  const found: DeepFold[] = [];
  let start: number | undefined;
  for (let line = 0; line <= lines.length; line++) {
    if (line < lines.length && isComment(lines[line] ?? '')) {
      start ??= line;
      continue;
    }
    if (start !== undefined && line - start > 1)
      found.push({ start, end: line - 1, kind: 'comment', depth: 0 });
    start = undefined;
  }
  return found;
}
