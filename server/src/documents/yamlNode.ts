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
  type Pair,
  type ParsedNode,
  Scalar,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Position, Range, TextEdit } from '../base/range.ts';
import { plainType } from './plainScalar.ts';
import { maskCharacter } from './template.ts';

/** A scalar with its place. Everything that rules look at and fixes replace is one of these. */
export interface YamlScalar {
  /** The value as text, whatever type YAML gives it. */
  readonly value: string;
  /**
   * The type that the API server gives the value (`plainType`); it refuses a number where it wants a string. `template`
   * where a template stands in it: then `value` is the text as written, and nobody knows what it will be.
   */
  readonly type: 'string' | 'number' | 'boolean' | 'null' | 'template';
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

  /** The other way round. */
  offset({ line, character }: Position): number {
    return (this.#starts[line] ?? this.text.length) + character;
  }
}

/** What a document with templates was before they were masked. */
export interface TemplateSource {
  readonly text: string;
  /** True where whole lines are templates. */
  readonly isIncomplete: boolean;
}

export interface YamlPair {
  readonly key: YamlScalar;
  /** Undefined for `key:` with nothing after it. */
  readonly value: Node | undefined;
  /** Key and value together. */
  readonly range: Range;
}

/** The name of a field in other letters than it should have, for a tool that does not look at their case. */
export interface OddName {
  readonly key: YamlScalar;
  /** As it should be. */
  readonly name: string;
}

/** How much of a text aliases may stand for, each time one is followed: so many times the text, and some characters. */
const mostAliased = 10;
const fewestAliased = 100_000;
/** Maps that are merged into maps that are merged. */
const deepestMerge = 50;

/** Reads the nodes of one YAML document by place, aliases followed. Knows nothing of what they mean. */
export class YamlReader {
  readonly #positions: PositionIndex;
  readonly #document: Document.Parsed;
  #anchors: ReadonlyMap<string, readonly ParsedNode[]> | undefined;
  #pairs = new Map<YAMLMap, readonly YamlPair[]>();
  #names: ReadonlyMap<string, string> | undefined;
  #oddNames: OddName[] = [];
  #mergeDepth = 0;
  /** Characters that aliases may still stand for: aliases of aliases can stand for more nodes than there are atoms. */
  #aliasedLeft: number;
  #followedAlias = false;
  readonly #template: TemplateSource | undefined;

  /** @param template for a document that was read from masked text */
  constructor(positions: PositionIndex, document: Document.Parsed, template?: TemplateSource) {
    this.#positions = positions;
    this.#document = document;
    this.#template = template;
    this.#aliasedLeft = fewestAliased + mostAliased * positions.text.length;
  }

  /** True when an alias was met: then one text stands for several nodes. */
  get followedAlias(): boolean {
    return this.#followedAlias;
  }

  /** True where a template may supply what is missing, or an alias that was not followed any more: then nothing is. */
  get isIncomplete(): boolean {
    return this.#template?.isIncomplete === true || this.#aliasedLeft <= 0;
  }

  /**
   * Reads for a tool that takes the names of fields in any case, as programs in Go do with JSON: the fields of `names`, which
   * are there by their lower case, are found however they are written.
   */
  inAnyCase<T>(
    names: ReadonlyMap<string, string>,
    read: () => T,
  ): { value: T; oddNames: readonly OddName[] } {
    const [pairs, outerNames, outerOdd] = [this.#pairs, this.#names, this.#oddNames];
    this.#pairs = new Map();
    this.#names = names;
    this.#oddNames = [];
    try {
      return { value: read(), oddNames: this.#oddNames };
    } finally {
      this.#pairs = pairs;
      this.#names = outerNames;
      this.#oddNames = outerOdd;
    }
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
    if (isAlias(node)) return this.#follow(node);
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
    const range = this.range(node as Node);
    if (typeof value === 'string' && this.#isTemplate(target, value)) {
      return {
        value: this.#written(target),
        type: 'template',
        range,
        quote: isAlias(node) ? '' : quoteOf(target),
      };
    }
    const type = scalarType(target);
    return {
      value: type === 'null' ? '' : typeof value === 'string' ? value : (target.source ?? String(value)),
      type,
      range,
      quote: isAlias(node) ? '' : quoteOf(target),
    };
  }

  #isTemplate(scalar: Scalar, value: string): boolean {
    if (this.#template === undefined) return false;
    // Lines that are templates are blank here, also where a block scalar has nothing else.
    return (
      value.includes(maskCharacter) || (this.isIncomplete && isBlockScalar(scalar) && value.trim() === '')
    );
  }

  /** A scalar as it stands in the text that was masked, without its quotes. */
  #written(scalar: Scalar): string {
    const [start = 0, end = 0] = scalar.range ?? [];
    const text = this.#template?.text.slice(start, end) ?? '';
    return quoteOf(scalar) === '"' || quoteOf(scalar) === "'" ? text.slice(1, -1) : text.trim();
  }

  /** The fields of a map; those that a merge key (`<<`) takes from elsewhere come last, with their own places. */
  pairs(map: YAMLMap): readonly YamlPair[] {
    const known = this.#pairs.get(map);
    if (known !== undefined) return known;
    // A map that is merged into itself has nothing to add.
    this.#pairs.set(map, []);
    const pairs: YamlPair[] = [];
    const merged: unknown[] = [];
    for (const pair of map.items) {
      if (isMergeKey(pair.key)) merged.push(pair.value);
      else pairs.push(...this.#pair(pair));
    }
    const all = merged.length === 0 ? pairs : this.#merge(pairs, merged);
    this.#pairs.set(map, all);
    return all;
  }

  #pair(pair: Pair): YamlPair[] {
    const written = this.scalar(pair.key);
    if (written === undefined) return [];
    const key = this.#named(written);
    const value = this.resolve(pair.value) === undefined ? undefined : (pair.value as Node);
    const end = value === undefined ? key.range.end : this.range(value).end;
    return [{ key, value, range: { start: key.range.start, end } }];
  }

  #named(key: YamlScalar): YamlScalar {
    const name = key.type === 'string' ? this.#names?.get(key.value.toLowerCase()) : undefined;
    if (name === undefined || name === key.value) return key;
    this.#oddNames.push({ key, name });
    return { ...key, value: name };
  }

  /** A field that the map has itself, or that an earlier map gave it, stays. */
  #merge(own: readonly YamlPair[], merged: readonly unknown[]): YamlPair[] {
    const all = [...own];
    const names = new Set(own.map(({ key }) => key.value));
    const maps = merged.flatMap((value) => {
      const target = this.resolve(value);
      return isSeq(target) ? target.items : [target];
    });
    this.#mergeDepth++;
    for (const node of this.#mergeDepth > deepestMerge ? [] : maps) {
      const map = this.map(node);
      for (const pair of map === undefined ? [] : this.pairs(map)) {
        if (names.has(pair.key.value)) continue;
        names.add(pair.key.value);
        all.push(pair);
      }
    }
    this.#mergeDepth--;
    return all;
  }

  /** The first value of a key; a second one is refused by YAML and reported there. */
  get(map: YAMLMap | undefined, key: string): YamlPair | undefined {
    return map === undefined ? undefined : this.pairs(map).find((pair) => pair.key.value === key);
  }

  #follow(alias: Alias): Node | undefined {
    this.#followedAlias = true;
    const target = this.#anchor(alias);
    const [start = 0, end = 0] = (target as ParsedNode | undefined)?.range ?? [];
    this.#aliasedLeft -= 1 + end - start;
    return this.#aliasedLeft > 0 ? target : undefined;
  }

  /** A name may be given again further down: the last node with it before the alias is meant. */
  #anchor(alias: Alias): Node | undefined {
    this.#anchors ??= this.#findAnchors();
    const [at = 0] = alias.range ?? [];
    const nodes = this.#anchors.get(alias.source) ?? [];
    return nodes[lastBefore(nodes, at)];
  }

  #findAnchors(): ReadonlyMap<string, readonly ParsedNode[]> {
    const anchors = new Map<string, ParsedNode[]>();
    visit(this.#document, {
      Value: (_key, node) => {
        if (node.anchor === undefined) return;
        const others = anchors.get(node.anchor);
        if (others === undefined) anchors.set(node.anchor, [node as ParsedNode]);
        else others.push(node as ParsedNode);
      },
    });
    return anchors;
  }
}

function lastBefore(nodes: readonly ParsedNode[], offset: number): number {
  let low = 0;
  let high = nodes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((nodes[middle]?.range[0] ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** A scalar whose value is known; undefined for one that holds a template. */
export function known(scalar: YamlScalar | undefined): YamlScalar | undefined {
  return scalar?.type === 'template' ? undefined : scalar;
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
/** What some reader of YAML takes for something else than a string, whatever this one does. */
const readsAsOther =
  /^(?:[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?|0[xo][0-9a-fA-F]+|true|false|null|yes|no|on|off|~|[-+]?\.(?:inf|nan))$/i;

function isPlain(value: string): boolean {
  if (!plainCharacters.test(value) || /^[-@]/.test(value)) return false;
  return !readsAsOther.test(value) && plainType(value) === 'string';
}

function isNode(value: unknown): value is Node {
  return isCollection(value) || isScalar(value) || isAlias(value);
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === Scalar.PLAIN && key.source === '<<';
}

function isBlockScalar(scalar: Scalar): boolean {
  return scalar.type === Scalar.BLOCK_FOLDED || scalar.type === Scalar.BLOCK_LITERAL;
}

/** Space, tab, line feed or carriage return. */
function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}

function scalarType({ type, tag, source, value }: Scalar): YamlScalar['type'] {
  if (type === Scalar.PLAIN && tag === undefined && source !== undefined) return plainType(source);
  if (value === null || value === undefined) return 'null';
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
