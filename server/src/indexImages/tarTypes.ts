/**
 * The types of entries that the tar library knows. It takes all others for files, so they are told apart before it sees them:
 * a sparse file of GNU tar (`S`) is not what its bytes are, and parts of other volumes (`M`, `V`) are no files at all.
 */
const knownTypes = new Set('\x0001234567xgLK');
/** Entries that have no content, whatever size their header says. */
const bodiless = new Set('123456');

const block = 512;

/**
 * Passes an archive on and calls `refuse` at the first entry of a type that nobody reads, by its name and type, before the
 * entry is passed on. It follows the headers only: where one is no header, the tar library says so.
 */
export async function* withKnownTypes(
  source: AsyncIterable<Uint8Array>,
  refuse: (name: string, type: string) => never,
): AsyncGenerator<Uint8Array, void, undefined> {
  const header = Buffer.alloc(block);
  let filled = 0;
  let skipped = 0;
  let follows = true;
  for await (const chunk of source) {
    let at = 0;
    while (follows && at < chunk.length) {
      const passed = Math.min(skipped, chunk.length - at);
      skipped -= passed;
      at += passed;
      if (at === chunk.length) break;
      const part = chunk.subarray(at, at + block - filled);
      header.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < block) break;
      filled = 0;
      const size = sizeOf(header);
      if (size === undefined) follows = false;
      else {
        const type = String.fromCharCode(header[156] ?? 0);
        if (!knownTypes.has(type)) refuse(textAt(header, 0, 100), type);
        skipped = bodiless.has(type) ? 0 : Math.ceil(size / block) * block;
      }
    }
    yield chunk;
  }
}

/** The bytes that follow a header; undefined for what is none, and at the end of the archive. */
function sizeOf(header: Buffer): number | undefined {
  let sum = 8 * 0x20;
  for (let at = 0; at < block; at++) if (at < 148 || at >= 156) sum += header[at] ?? 0;
  if (sum !== Number.parseInt(textAt(header, 148, 8), 8)) return undefined;
  if (((header[124] ?? 0) & 0x80) === 0) return Number.parseInt(textAt(header, 124, 12) || '0', 8);
  const size = (header[124] ?? 0) & 0x7f ? Number.NaN : Number(header.readBigUInt64BE(128));
  return Number.isSafeInteger(size) ? size : undefined;
}

function textAt(header: Buffer, start: number, length: number): string {
  const end = header.indexOf(0, start);
  return header.toString('utf8', start, end === -1 || end > start + length ? start + length : end).trim();
}
