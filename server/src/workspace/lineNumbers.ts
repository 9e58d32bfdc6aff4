import type { MappingDocument, MappingLine } from '../documents/mapping.ts';

const numbersOf = new WeakMap<MappingDocument, ReadonlyMap<MappingLine, number>>();

/** Where each line stands, zero-based. Takes the whole file: ask only when something was found. */
export function lineNumbers(mapping: MappingDocument): ReadonlyMap<MappingLine, number> {
  let numbers = numbersOf.get(mapping);
  if (numbers === undefined) {
    numbers = new Map(mapping.lines.map((line, number) => [line, number]));
    numbersOf.set(mapping, numbers);
  }
  return numbers;
}
