import { PublishDiagnosticsNotification } from 'vscode-languageserver-protocol';
import type { LspClient } from '../test/support/lspClient.ts';

/** Where to type: after `character` of `line`, and how many findings there are before and after. */
export interface Typing {
  readonly uri: string;
  readonly language: string;
  readonly text: string;
  readonly line: number;
  readonly character: number;
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

/** Milliseconds from sending a keystroke to having all diagnostics of the file, for a server that is asked. */
export async function pullKeystrokes(
  client: LspClient,
  typing: Typing,
  rounds: number,
  isOpen = false,
): Promise<{ times: number[]; findings: number }> {
  if (!isOpen) await client.open(typing.uri, typing.language, typing.text);
  let findings = (await client.diagnostics(typing.uri)).length;
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const { start, end, text } of strokes(typing)) {
      const before = performance.now();
      await client.change(typing.uri, [{ range: { start, end }, text }]);
      findings = (await client.diagnostics(typing.uri)).length;
      times.push(performance.now() - before);
    }
  }
  return { times, findings };
}

/** The same for a server that publishes by itself; the time includes its own pause before it looks. */
export async function pushKeystrokes(
  client: LspClient,
  typing: Typing,
  rounds: number,
): Promise<{ times: number[]; findings: number }> {
  let findings = 0;
  let arrived: () => void = () => {};
  client.connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => {
    if (uri !== typing.uri) return;
    findings = diagnostics.length;
    arrived();
  });
  const next = () =>
    new Promise<void>((resolve) => {
      arrived = resolve;
    });
  const opened = next();
  await client.open(typing.uri, typing.language, typing.text);
  await opened;
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const { start, end, text } of strokes(typing)) {
      const published = next();
      const before = performance.now();
      await client.change(typing.uri, [{ range: { start, end }, text }]);
      await published;
      times.push(performance.now() - before);
    }
  }
  return { times, findings };
}
