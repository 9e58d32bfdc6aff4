import type { Diagnostic } from 'vscode-languageserver';
import type { StreamMessageWriter } from 'vscode-languageserver/node';
import { memo } from '../base/memo.ts';

/**
 * A message of the protocol as JSON in UTF-8. Of the thousand diagnostics that a file may have a keystroke changes few, and who makes
 * them gives the same objects for the others: their text is kept by them, as to write all of them anew takes longer than to find what
 * has changed.
 */
export function messageBytes(message: object): Buffer {
  const list = diagnosticsIn(message);
  if (list === undefined) return Buffer.from(JSON.stringify(message));
  const { part, fields, name, diagnostics } = list;
  const start = pieceOf(`${until(message, part)}${until(fields, name)}[`);
  const pieces = diagnostics.map(pieceBefore);
  const bytes = Buffer.allocUnsafe(
    pieces.reduce(
      (sum, piece) => sum + piece.bytes,
      start.bytes + Math.max(0, pieces.length - 1) + end.bytes,
    ),
  );
  let at = write(start, bytes, 0);
  pieces.forEach((piece, index) => {
    if (index > 0) at = bytes.writeUInt8(comma, at);
    at = write(piece, bytes, at);
  });
  write(end, bytes, at);
  return bytes;
}

/** Writes messages for the library, which else makes the text of each from its objects. */
export const messageEncoder = {
  name: 'application/json',
  // What cannot be written is a fault of this message alone: the library hears of it by the promise.
  encode: async (message) => messageBytes(message),
} satisfies Encoder;

type Encoder = NonNullable<
  Exclude<ConstructorParameters<typeof StreamMessageWriter>[1], string | undefined>['contentTypeEncoder']
>;

interface ListIn {
  readonly part: 'result' | 'params';
  readonly fields: object;
  readonly name: 'items' | 'diagnostics';
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The diagnostics of one file, whether somebody asked for them or not.
 * https://microsoft.github.io/language-server-protocol/specifications/lsp/3.18/specification/#textDocument_diagnostic
 */
function diagnosticsIn(message: {
  readonly result?: unknown;
  readonly params?: unknown;
}): ListIn | undefined {
  const { result, params } = message as { readonly result?: Report; readonly params?: Publication };
  if (Array.isArray(result?.items) && result.kind === 'full')
    return { part: 'result', fields: result, name: 'items', diagnostics: result.items };
  if (Array.isArray(params?.diagnostics))
    return { part: 'params', fields: params, name: 'diagnostics', diagnostics: params.diagnostics };
  return undefined;
}

interface Report {
  readonly kind?: unknown;
  readonly items?: readonly Diagnostic[];
}

interface Publication {
  readonly diagnostics?: readonly Diagnostic[];
}

/** The text of an object until the value of a field, which is its last one. */
function until(object: object, name: string): string {
  const { [name]: _, ...others } = object as Readonly<Record<string, unknown>>;
  const text = JSON.stringify(others).slice(0, -1);
  return `${text}${text === '{' ? '' : ','}"${name}":`;
}

/** A part of a message, with its length in UTF-8. */
interface Piece {
  readonly text: string;
  readonly bytes: number;
}

function pieceOf(text: string): Piece {
  return { text, bytes: Buffer.byteLength(text) };
}

const pieceBefore = memo((diagnostic: Diagnostic) => pieceOf(JSON.stringify(diagnostic)));
const end = pieceOf(']}}');
const comma = ','.charCodeAt(0);

/** @returns where it ends */
function write({ text, bytes: length }: Piece, bytes: Buffer, at: number): number {
  return at + bytes.write(text, at, length === text.length ? 'latin1' : 'utf8');
}
