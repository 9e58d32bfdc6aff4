import { setTimeout as delay } from 'node:timers/promises';
import { PublishDiagnosticsNotification } from 'vscode-languageserver-protocol';
import type { LspClient } from '../test/support/lspClient.ts';

/** A text that somebody has open. */
export interface OpenText {
  readonly uri: string;
  readonly language: string;
  readonly text: string;
}

/** Where to type: after `character` of `line`. */
export interface Typing extends OpenText {
  /** Open beside it: their findings are asked for after each keystroke, too. */
  readonly beside?: readonly OpenText[];
  readonly line: number;
  readonly character: number;
  /** Milliseconds between having the findings and the next keystroke. */
  readonly pause?: number;
}

/** Somebody adds a word and a new line in the middle of the file, then takes it away again. */
const word = 'registry-x';

function* strokes({ line, character }: Typing): Generator<{
  start: { line: number; character: number };
  end: { line: number; character: number };
  text: string;
}> {
  for (let at = 0; at < word.length; at++) {
    const start = { line, character: character + at };
    yield { start, end: start, text: word.charAt(at) };
  }
  for (let at = word.length; at > 0; at--) {
    yield {
      start: { line, character: character + at - 1 },
      end: { line, character: character + at },
      text: '',
    };
  }
}

/** Somebody who types in one server's file, one round after the other. */
export interface Typist {
  /** What the server answers with before and after a round. */
  readonly findings: readonly unknown[];
  /** The same of all files, by their URI. */
  readonly all: Readonly<Record<string, readonly unknown[]>>;
  /** Types the word and takes it away again: milliseconds from sending each keystroke to having the file's findings. */
  round(): Promise<number[]>;
}

/** A typist for a server that is asked for findings. */
export async function pullTypist(client: LspClient, typing: Typing, isOpen = false): Promise<Typist> {
  const others = typing.beside ?? [];
  for (const { uri, language, text } of others) await client.open(uri, language, text);
  if (!isOpen) await client.open(typing.uri, typing.language, typing.text);
  const uris = [typing, ...others].map(({ uri }) => uri);
  const ask = () => Promise.all(uris.map((uri) => client.diagnostics(uri)));
  const lists = await ask();
  const all = Object.fromEntries(uris.map((uri, at) => [uri, lists[at] ?? []]));
  return { findings: all[typing.uri] ?? [], all, round: () => rounds(client, typing, ask) };
}

/** The same for a server that publishes by itself; the time includes its own pause before it looks. */
export async function pushTypist(client: LspClient, typing: Typing): Promise<Typist> {
  let arrived: (diagnostics: readonly unknown[]) => void = () => {};
  client.connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => {
    if (uri === typing.uri) arrived(diagnostics);
  });
  const next = () =>
    new Promise<readonly unknown[]>((resolve) => {
      arrived = resolve;
    });
  const opened = next();
  await client.open(typing.uri, typing.language, typing.text);
  const findings = await opened;
  return { findings, all: { [typing.uri]: findings }, round: () => rounds(client, typing, next) };
}

async function rounds(
  client: LspClient,
  typing: Typing,
  findings: () => Promise<unknown>,
): Promise<number[]> {
  const times: number[] = [];
  for (const { start, end, text } of strokes(typing)) {
    if (typing.pause !== undefined) await delay(typing.pause);
    const before = performance.now();
    // A server that publishes by itself may do so before the edit has been sent whole.
    const changed = client.change(typing.uri, [{ range: { start, end }, text }]);
    const found = findings();
    await changed;
    await found;
    times.push(performance.now() - before);
  }
  return times;
}
