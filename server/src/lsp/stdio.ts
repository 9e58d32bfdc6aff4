import { Console } from 'node:console';
import {
  type Connection,
  type ConnectionOptions,
  createConnection,
  ProposedFeatures,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { t } from '../base/sentences.ts';
import { messageEncoder } from './messageBytes.ts';

/** How the library words what is wrong with a header; all else that it reports is wrong with one message alone. */
const headerFault = /^(?:Header must|Content-Length value|Message header must)/;

/**
 * The connection that the command line asks for: `--stdio`, or one of the other ways that the library knows.
 *
 * Over stdio a header that does not tell how long its message is leaves no place to go on from. The library says so to
 * nobody and waits for ever, so the process ends here, with the reason on stderr. A body that is no JSON is passed over.
 * https://microsoft.github.io/language-server-protocol/specifications/lsp/3.18/specification/#headerPart
 *
 * @param hasShutDown whether `shutdown` came, after which the end of the input is no error
 */
export function connect(options: ConnectionOptions, hasShutDown: () => boolean): Connection {
  if (!process.argv.includes('--stdio')) return createConnection(ProposedFeatures.all, options);
  const { stdin, stdout } = process;
  // What a dependency prints would stand between the messages.
  globalThis.console = new Console(process.stderr);
  const end = () => process.exit(hasShutDown() ? 0 : 1);
  stdin.on('end', end);
  stdin.on('close', end);
  const reader = new StreamMessageReader(stdin);
  reader.onError((error) => {
    const [reason = ''] = error.message.split('\n');
    if (!headerFault.test(reason)) return;
    process.stderr.write(
      `${t(
        'The language server cannot read what its client sent: {0}. Messages start with "Content-Length: BYTES" and an empty line; start the server anew',
        reason.replace(/\.$/, ''),
      )}\n`,
    );
    process.exit(1);
  });
  const writer = new StreamMessageWriter(stdout, { contentTypeEncoder: messageEncoder });
  return createConnection(ProposedFeatures.all, reader, writer, options);
}
