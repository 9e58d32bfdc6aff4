import type { Handler } from '../session.ts';
import { catalogHandler } from './catalogs.ts';
import { codeActionHandler } from './codeActions.ts';
import { codeLensHandler } from './codeLenses.ts';
import { commandHandler } from './commands.ts';
import { completionHandler } from './completion.ts';
import { definitionHandler } from './definition.ts';
import { diagnosticHandler } from './diagnostics.ts';
import { documentLinkHandler } from './documentLinks.ts';
import { foldingHandler } from './folding.ts';
import { forecastHandler } from './forecast.ts';
import { hoverHandler } from './hover.ts';
import { inlayHintHandler } from './inlayHints.ts';
import { loginHandler } from './login.ts';
import { logHandler } from './logs.ts';
import { mirrorRunHandler } from './mirrorRuns.ts';
import { operatorHandler } from './operator.ts';
import { referencesHandler } from './references.ts';
import { registryHandler } from './registries.ts';
import { renameHandler } from './rename.ts';
import { selectedBundlesHandler } from './selectedBundles.ts';
import { symbolHandler } from './symbols.ts';
import { traceHandler } from './trace.ts';

/** Every LSP feature of the server. */
export const handlers: readonly Handler[] = [
  diagnosticHandler,
  hoverHandler,
  inlayHintHandler,
  codeLensHandler,
  codeActionHandler,
  definitionHandler,
  referencesHandler,
  renameHandler,
  documentLinkHandler,
  commandHandler,
  loginHandler,
  registryHandler,
  logHandler,
  traceHandler,
  forecastHandler,
  catalogHandler,
  operatorHandler,
  selectedBundlesHandler,
  mirrorRunHandler,
  completionHandler,
  symbolHandler,
  foldingHandler,
];
