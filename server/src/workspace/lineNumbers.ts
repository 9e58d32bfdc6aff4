import { memo } from '../base/memo.ts';
import type { MappingDocument } from '../documents/mapping.ts';
import type { MappingLine } from '../documents/mappingLine.ts';

/** Where each line stands, zero-based. Takes the whole file: ask only when something was found. */
export const lineNumbers: (mapping: MappingDocument) => ReadonlyMap<MappingLine, number> = memo(
  ({ lines }) => new Map(lines.map((line, number) => [line, number])),
);
