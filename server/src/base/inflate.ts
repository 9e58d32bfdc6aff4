/**
 * Takes a gzip stream apart (RFC 1952, RFC 1951), for text that is compressed inside a document: the core does no I/O
 * and has no zlib. Undefined for what is no gzip, is cut off, or gives more than `most` bytes. The checksum is not
 * compared: what is damaged is no document then either.
 * https://www.rfc-editor.org/rfc/rfc1951
 */
export function gunzip(bytes: Uint8Array, most: number): Uint8Array | undefined {
  const start = endOfHeader(bytes);
  if (start === undefined) return undefined;
  return new Inflater(bytes, start, most).run();
}

const flags = { headerChecksum: 2, extra: 4, name: 8, comment: 16 } as const;

/** Where the compressed data begins. */
function endOfHeader(bytes: Uint8Array): number | undefined {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8) return undefined;
  const set = bytes[3] ?? 0;
  let at = 10;
  if ((set & flags.extra) !== 0) at += 2 + (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
  for (const flag of [flags.name, flags.comment]) {
    if ((set & flag) === 0) continue;
    const end = bytes.indexOf(0, at);
    if (end === -1) return undefined;
    at = end + 1;
  }
  if ((set & flags.headerChecksum) !== 0) at += 2;
  return at < bytes.length ? at : undefined;
}

/** A code of Huffman’s: how many words have each length, and the symbols in the order of their words. */
interface Code {
  readonly counts: readonly number[];
  readonly symbols: readonly number[];
}

const longestWord = 15;

/** @param lengths the length of the word of each symbol in bits, zero for a symbol that does not occur */
function codeOf(lengths: readonly number[]): Code {
  const counts = new Array<number>(longestWord + 1).fill(0);
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
  const used = [...lengths.entries()].filter(([, length]) => length > 0);
  used.sort(([a, lengthA], [b, lengthB]) => lengthA - lengthB || a - b);
  counts[0] = 0;
  return { counts, symbols: used.map(([symbol]) => symbol) };
}

const fixedLiterals = codeOf(
  Array.from({ length: 288 }, (_, symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8)),
);
const fixedDistances = codeOf(new Array<number>(30).fill(5));

/** For the symbols 257 and up: the shortest copy of each, and how many bits follow that make it longer. */
const copyLengths = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
  227, 258,
];
const copyLengthBits = [
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];
const distances = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
  6145, 8193, 12289, 16385, 24577,
];
const distanceBits = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];

/** The order in which a block says how long the words of its own code are. */
const lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Any problem ends the work: `#failed` is looked at after each block, and bits behind the end are zeros. */
class Inflater {
  readonly #bytes: Uint8Array;
  readonly #most: number;
  readonly #out: number[] = [];
  #at: number;
  #bit = 0;
  #failed = false;

  constructor(bytes: Uint8Array, start: number, most: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#most = most;
  }

  run(): Uint8Array | undefined {
    for (let last = false; !last; ) {
      last = this.#bits(1) === 1;
      const kind = this.#bits(2);
      if (kind === 0) this.#stored();
      else if (kind === 1) this.#compressed(fixedLiterals, fixedDistances);
      else if (kind === 2) this.#ownCodes();
      else this.#failed = true;
      if (this.#failed) return undefined;
    }
    return Uint8Array.from(this.#out);
  }

  #bits(count: number): number {
    let value = 0;
    for (let place = 0; place < count; place++) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) {
        this.#failed = true;
        return 0;
      }
      value |= ((byte >> this.#bit) & 1) << place;
      this.#bit = (this.#bit + 1) & 7;
      if (this.#bit === 0) this.#at++;
    }
    return value;
  }

  #symbol({ counts, symbols }: Code): number {
    let word = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= longestWord && !this.#failed; length++) {
      word |= this.#bits(1);
      const count = counts[length] ?? 0;
      if (word - count < first) return symbols[index + (word - first)] ?? this.#fail();
      index += count;
      first = (first + count) << 1;
      word <<= 1;
    }
    return this.#fail();
  }

  #fail(): number {
    this.#failed = true;
    return -1;
  }

  #put(byte: number): void {
    if (this.#out.length >= this.#most) this.#failed = true;
    else this.#out.push(byte);
  }

  #stored(): void {
    if (this.#bit !== 0) this.#at++;
    this.#bit = 0;
    const length = this.#bits(16);
    this.#bits(16);
    for (let left = length; left > 0 && !this.#failed; left--) this.#put(this.#bits(8));
  }

  #compressed(literals: Code, far: Code): void {
    while (!this.#failed) {
      const symbol = this.#symbol(literals);
      if (symbol === 256) return;
      if (symbol < 256) this.#put(symbol);
      else this.#copy(symbol - 257, far);
    }
  }

  #copy(index: number, far: Code): void {
    const length = (copyLengths[index] ?? this.#fail()) + this.#bits(copyLengthBits[index] ?? 0);
    const symbol = this.#symbol(far);
    const distance = (distances[symbol] ?? this.#fail()) + this.#bits(distanceBits[symbol] ?? 0);
    if (this.#failed || distance > this.#out.length) {
      this.#failed = true;
      return;
    }
    for (let left = length; left > 0 && !this.#failed; left--)
      this.#put(this.#out[this.#out.length - distance] ?? 0);
  }

  #ownCodes(): void {
    const literals = this.#bits(5) + 257;
    const all = literals + this.#bits(5) + 1;
    const count = this.#bits(4) + 4;
    const own = new Array<number>(19).fill(0);
    for (const place of lengthOrder.slice(0, count)) own[place] = this.#bits(3);
    const code = codeOf(own);
    const lengths: number[] = [];
    while (lengths.length < all && !this.#failed) {
      const symbol = this.#symbol(code);
      if (symbol < 16) lengths.push(symbol);
      else if (symbol === 16) repeat(lengths, lengths.at(-1) ?? this.#fail(), 3 + this.#bits(2));
      else repeat(lengths, 0, symbol === 17 ? 3 + this.#bits(3) : 11 + this.#bits(7));
    }
    if (this.#failed || lengths.length > all) this.#failed = true;
    else this.#compressed(codeOf(lengths.slice(0, literals)), codeOf(lengths.slice(literals)));
  }
}

function repeat(list: number[], value: number, times: number): void {
  for (let left = times; left > 0; left--) list.push(value);
}
