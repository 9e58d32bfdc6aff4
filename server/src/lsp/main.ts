import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Language } from '../base/languages.ts';
import { spoken } from '../base/sentences.ts';
import { Lifecycle } from './lifecycle.ts';
import { askEditorRegistry, checkEditorLogin, openFacts } from './openFacts.ts';
import { startServer } from './server.ts';
import { connect } from './stdio.ts';

/** Written in by the build from package.json. */
declare const OPERATOR_MIRROR_VERSION: string | undefined;

// The pages of the rules are part of the package, so that they open without a network too.
const docs = pathToFileURL(join(__dirname, '..', 'docs')).href;
const rulePages: Readonly<Record<Language, string>> = { en: `${docs}/rules`, 'zh-cn': `${docs}/zh-cn/rules` };

const lifecycle = new Lifecycle();
const connection = connect({ messageStrategy: lifecycle }, () => lifecycle.hasShutDown);
lifecycle.register(connection);
startServer(connection, {
  openFacts,
  checkLogin: checkEditorLogin,
  askRegistry: askEditorRegistry,
  documentation: (code) => `${rulePages[spoken().language ?? 'en']}/${code}.md`,
  version: typeof OPERATOR_MIRROR_VERSION === 'string' ? OPERATOR_MIRROR_VERSION : 'development',
});
connection.listen();
