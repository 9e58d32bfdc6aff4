import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Lifecycle } from './lifecycle.ts';
import { askEditorRegistry, checkEditorLogin, openFacts } from './openFacts.ts';
import { startServer } from './server.ts';
import { connect } from './stdio.ts';

/** Written in by the build from package.json. */
declare const OPERATOR_MIRROR_VERSION: string | undefined;

// The pages of the rules are part of the package, so that they open without a network too.
const pages = pathToFileURL(join(__dirname, '..', 'docs', 'rules')).href;

const lifecycle = new Lifecycle();
const connection = connect({ messageStrategy: lifecycle }, () => lifecycle.hasShutDown);
lifecycle.register(connection);
startServer(connection, {
  openFacts,
  checkLogin: checkEditorLogin,
  askRegistry: askEditorRegistry,
  documentation: (code) => `${pages}/${code}.md`,
  version: typeof OPERATOR_MIRROR_VERSION === 'string' ? OPERATOR_MIRROR_VERSION : 'development',
});
connection.listen();
