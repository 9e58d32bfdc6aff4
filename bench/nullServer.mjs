// The floor that a keystroke is held against: a language server without a library that knows nothing. It takes each
// edit into its text and answers every question for findings with those that it was given, by URI: `nullServer.mjs FINDINGS`.
import { readFileSync } from 'node:fs';

const findings = JSON.parse(readFileSync(process.argv[2], 'utf8'));
let lines = [];
let received = Buffer.alloc(0);

process.stdin.on('data', (data) => {
  received = received.length === 0 ? data : Buffer.concat([received, data]);
  for (let message = nextMessage(); message !== undefined; message = nextMessage()) take(message);
});

function nextMessage() {
  const end = received.indexOf('\r\n\r\n');
  const length =
    end === -1 ? NaN : Number(/content-length: *(\d+)/i.exec(received.toString('latin1', 0, end))[1]);
  if (!(received.length >= end + 4 + length)) return undefined;
  const message = JSON.parse(received.toString('utf8', end + 4, end + 4 + length));
  received = received.subarray(end + 4 + length);
  return message;
}

function take({ id, method, params }) {
  if (method === 'textDocument/didOpen') lines = params.textDocument.text.split('\n');
  if (method === 'textDocument/didChange') params.contentChanges.forEach(edit);
  if (method === 'initialize') answer(id, { capabilities: { textDocumentSync: 2, diagnosticProvider: {} } });
  if (method === 'textDocument/diagnostic')
    answer(id, { kind: 'full', items: findings[params.textDocument.uri] ?? [] });
  if (method === 'shutdown') answer(id, null);
  if (method === 'exit') process.exit();
}

function edit({ range: { start, end }, text }) {
  const before = lines[start.line].slice(0, start.character);
  const after = lines[end.line].slice(end.character);
  lines.splice(start.line, end.line - start.line + 1, ...`${before}${text}${after}`.split('\n'));
}

function answer(id, result) {
  const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, result }));
  process.stdout.write(`Content-Length: ${body.length}\r\n\r\n`);
  process.stdout.write(body);
}
