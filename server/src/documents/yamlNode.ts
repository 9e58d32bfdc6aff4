import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type ParsedNode,
  Scalar,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Position, Range, TextEdit } from '../base/range.ts';

/** A scalar with its place. Everything that rules look at and fixes replace is one of these. */
export interface YamlScalar {
  /** The value as text, whatever type YAML gives it. */
  readonly value: string;
  /** The type that YAML 1.2 gives the value; an API server refuses a number where it wants a string. */
  readonly type: 'string' | 'number' | 'boolean' | 'null';
  /** The scalar as written, quotes included; of a block scalar without the line end that belongs to it. */
  readonly range: Range;
  readonly quote: '' | "'" | '"' | 'block';
}

/** Offsets of one text to positions. Built once a parse; a look-up is a binary search. */
export class PositionIndex {
  readonly text: string;
  readonly #starts: number[] = [0];

  constructor(text: string) {
    this.text = text;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** The library points behind the end of a text where something is missing there; the position is its end. */
  at(place: number): Position {
    const offset = Math.min(place, this.text.length);
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: offset - (this.#starts[low] ?? 0) };
  }
}

export interface YamlPair {
  readonly key: YamlScalar;
  /** Undefined for `key:` with nothing after it. */
  readonly value: Node | undefined;
  /** Key and value together. */
  readonly range: Range;
}

const mostAliases = 100;

/** Reads the nodes of one YAML document by place, aliases followed. Knows nothing of what they mean. */
export class YamlReader {
  readonly #positions: PositionIndex;
  readonly #document: Document.Parsed;
  #anchors: Map<string, Node> | undefined;
  /** Aliases of aliases can stand for more nodes than there are atoms; people use a handful. */
  #aliasesLeft = mostAliases;

  constructor(positions: PositionIndex, document: Document.Parsed) {
    this.#positions = positions;
    this.#document = document;
  }

  /** True when an alias was met: then one text stands for several nodes. */
  get followedAlias(): boolean {
    return this.#aliasesLeft < mostAliases;
  }

  /** From the first character of a node to its last; blanks, line ends and comments after it are left out. */
  range(node: Node): Range {
    const [start] = (node as ParsedNode).range ?? [0];
    return { start: this.#positions.at(start), end: this.#positions.at(this.#end(node)) };
  }

  /** The library lets maps, lists and scalars in block style end where the next line begins. */
  #end(node: Node): number {
    let current = node;
    while (isCollection(current) && current.flow !== true) {
      const last: unknown = current.items.at(-1);
      const next: unknown = isPair(last) ? (last.value ?? last.key) : last;
      if (!isNode(next)) break;
      current = next;
    }
    const [start, end] = (current as ParsedNode).range ?? [0, 0];
    const isInline = isScalar(current) && !isBlockScalar(current) && start < end;
    if (isInline || isAlias(current) || isCollection(current)) return end;
    // A value that is not written has a place after the blanks that follow its dash or colon.
    return this.#withoutBlanks((node as ParsedNode).range?.[0] ?? 0, end);
  }

  #withoutBlanks(start: number, end: number): number {
    let at = end;
    while (at > start && isBlank(this.#positions.text.charCodeAt(at - 1))) at--;
    return at;
  }

  /** The node that an alias stands for; any other node as it is. An alias that leads nowhere is undefined. */
  resolve(node: unknown): Node | undefined {
    if (isAlias(node)) return this.#aliasesLeft-- > 0 ? this.#anchor(node) : undefined;
    return isMap(node) || isSeq(node) || isScalar(node) ? (node as Node) : undefined;
  }

  map(node: unknown): YAMLMap | undefined {
    const target = this.resolve(node);
    return isMap(target) ? target : undefined;
  }

  sequence(node: unknown): YAMLSeq | undefined {
    const target = this.resolve(node);
    return isSeq(target) ? target : undefined;
  }

  /** A scalar's value with the place where it is written: for an alias, the alias itself. */
  scalar(node: unknown): YamlScalar | undefined {
    const target = this.resolve(node);
    if (!isScalar(target)) return undefined;
    const { value } = target;
    const type = value === null || value === undefined ? 'null' : scalarType(value);
    return {
      value: type === 'null' ? '' : typeof value === 'string' ? value : (target.source ?? String(value)),
      type,
      range: this.range(node as Node),
      quote: isAlias(node) ? '' : quoteOf(target),
    };
  }

  pairs(map: YAMLMap): YamlPair[] {
    return map.items.flatMap((pair) => {
      const key = this.scalar(pair.key);
      if (key === undefined) return [];
      const value = this.resolve(pair.value) === undefined ? undefined : (pair.value as Node);
      const end = value === undefined ? key.range.end : this.range(value).end;
      return [{ key, value, range: { start: key.range.start, end } }];
    });
  }

  /** The first value of a key; a second one is refused by YAML and reported there. */
  get(map: YAMLMap | undefined, key: string): YamlPair | undefined {
    return map === undefined ? undefined : this.pairs(map).find((pair) => pair.key.value === key);
  }

  #anchor(alias: Alias): Node | undefined {
    if (this.#anchors === undefined) {
      const anchors = new Map<string, Node>();
      visit(this.#document, {
        Value: (_key, node) => {
          if (node.anchor !== undefined && !anchors.has(node.anchor)) anchors.set(node.anchor, node as Node);
        },
      });
      this.#anchors = anchors;
    }
    return this.#anchors.get(alias.source);
  }
}

/**
 * The edit that gives a scalar another value and leaves its quoting, its comment and everything round it. A
 * plain value that YAML would read as something else than a string is put in quotes.
 */
export function replaceScalar(scalar: YamlScalar, value: string): TextEdit {
  return { range: scalar.range, newText: scalarText(value, scalar.quote) };
}

/** A string as YAML text on one line. */
export function scalarText(value: string, quote: YamlScalar['quote'] = ''): string {
  if (quote === "'") return `'${value.replaceAll("'", "''")}'`;
  if (quote === '"') return JSON.stringify(value);
  return isPlain(value) ? value : JSON.stringify(value);
}

const plainCharacters = /^[A-Za-z0-9_./@+-]+(?::[A-Za-z0-9_./@+-]+)*$/;
const readsAsOther =
  /^(?:[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?|0[xo][0-9a-fA-F]+|true|false|null|yes|no|on|off|~|[-+]?\.(?:inf|nan))$/i;

function isPlain(value: string): boolean {
  return plainCharacters.test(value) && !readsAsOther.test(value) && !/^[-@]/.test(value);
}

function isNode(value: unknown): value is Node {
  return isCollection(value) || isScalar(value) || isAlias(value);
}

function isBlockScalar(scalar: Scalar): boolean {
  return scalar.type === Scalar.BLOCK_FOLDED || scalar.type === Scalar.BLOCK_LITERAL;
}

/** Space, tab, line feed or carriage return. */
function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}

function scalarType(value: unknown): YamlScalar['type'] {
  if (typeof value === 'number' || typeof value === 'bigint') return 'number';
  return typeof value === 'boolean' ? 'boolean' : 'string';
}

function quoteOf(scalar: Scalar): YamlScalar['quote'] {
  switch (scalar.type) {
    case Scalar.QUOTE_SINGLE:
      return "'";
    case Scalar.QUOTE_DOUBLE:
      return '"';
    case Scalar.BLOCK_FOLDED:
    case Scalar.BLOCK_LITERAL:
      return 'block';
    default:
      return '';
  }
}
