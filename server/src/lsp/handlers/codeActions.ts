import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  LSPErrorCodes,
  ResponseError,
} from 'vscode-languageserver';
import { t } from '../../base/sentences.ts';
import { offeredFixes, sameFix } from '../../features/codeActions.ts';
import { fixesForImage } from '../../features/imageFixes.ts';
import { fixFolder } from '../../rules/fixFolder.ts';
import type { Fix } from '../../rules/rule.ts';
import { noFacts } from '../../workspace/facts.ts';
import type { Snapshot } from '../../workspace/snapshot.ts';
import { cancellable } from '../cancellation.ts';
import { type FixData, toCodeAction, toDiagnostic, toTextEdits } from '../convert.ts';
import { rangeIn } from '../placeIn.ts';
import type { Handler, Session } from '../session.ts';
import { keyOf, uriOfKey } from '../uri.ts';
import { canApply, toWorkspaceEdit } from '../workspaceEdit.ts';
import { registryPatience, resolvePatience } from './patience.ts';

const fixAllKind = `${CodeActionKind.SourceFixAll}.operatorMirror`;

/** The fixes of what a selection touches, and all certain ones of a file at once. */
export const codeActionHandler: Handler = {
  capabilities: () => ({
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, fixAllKind], resolveProvider: true },
  }),
  register(session) {
    const { connection, scanned } = session;
    connection.onCodeAction(
      cancellable(async (asked: CodeActionParams, signal) => {
        await scanned();
        const file = session.workspace.snapshot.files.get(keyOf(asked.textDocument.uri));
        const params = { ...asked, range: rangeIn(file, asked.range) };
        const own = await quickFixes(session, params, signal);
        return [...fixAll(session, params), ...own, ...imageFixes(session, params)];
      }),
    );
    connection.onCodeActionResolve(
      cancellable(async (action: CodeAction, signal) => {
        const data = action.data as FixData;
        const fix = await fixAgain(session, data, signal);
        return { ...action, edit: toWorkspaceEdit(session, data.uri, fix) };
      }),
    );
  },
};

function wants({ context: { only } }: CodeActionParams, kind: string): boolean {
  return only === undefined || only.some((wanted) => kind === wanted || kind.startsWith(`${wanted}.`));
}

/** Only for who asks for it: it is made for saving and for the menu of sources, not for each light bulb. */
function fixAll({ workspace, context }: Session, params: CodeActionParams): CodeAction[] {
  if (params.context.only === undefined || !wants(params, fixAllKind)) return [];
  const { uri } = params.textDocument;
  // Certain fixes never need a registry, so none is asked for them.
  const contextOf = (_path: string, snapshot: Snapshot) => ({ ...context(), snapshot, facts: noFacts });
  const [fixed] = fixFolder(workspace.snapshot, [keyOf(uri)], contextOf).files;
  if (fixed === undefined) return [];
  const edit = { changes: { [uri]: toTextEdits(fixed.edits) } };
  return [{ title: t('Fix all that is certain'), kind: fixAllKind, edit }];
}

async function quickFixes(
  session: Session,
  params: CodeActionParams,
  signal: AbortSignal,
): Promise<CodeAction[]> {
  if (!wants(params, CodeActionKind.QuickFix)) return [];
  const { workspace, settings, options, client, context } = session;
  const { uri } = params.textDocument;
  const key = keyOf(uri);
  const questions = offeredFixes(context(), key, params.range).flatMap(({ fix }) => fix.awaits ?? []);
  await Promise.all(
    questions.map((question) => settings.facts.whenKnown(question, registryPatience, key, signal)),
  );
  signal.throwIfAborted();
  const resolves = client.textDocument?.codeAction?.resolveSupport?.properties.includes('edit') ?? false;
  const version = workspace.version(key);
  return offeredFixes(context(), key, params.range).flatMap((offered) => {
    if (!canApply(client, offered.fix)) return [];
    const diagnostic = toDiagnostic(offered.finding, options.documentation);
    const action = toCodeAction(offered, diagnostic, { uri, version });
    if (resolves) return [action];
    // This client takes an edit now or never. What has to wait for a registry is there at the next time of asking.
    if (offered.fix.awaits !== undefined) return [];
    return [{ ...action, edit: toWorkspaceEdit(session, uri, offered.fix) }];
  });
}

/** On the image of a pod: what the line of a mapping.txt that copies it is offered. */
function imageFixes(session: Session, params: CodeActionParams): CodeAction[] {
  if (!wants(params, CodeActionKind.QuickFix)) return [];
  const { workspace, client, context } = session;
  const found = fixesForImage(context(), keyOf(params.textDocument.uri), params.range.start);
  if (found === undefined) return [];
  const version = workspace.version(found.path);
  const uri = version === undefined ? uriOfKey(found.path) : workspace.uri(found.path);
  const resolves = client.textDocument?.codeAction?.resolveSupport?.properties.includes('edit') ?? false;
  return found.offered.flatMap((offered) => {
    if (!canApply(client, offered.fix)) return [];
    const action = toCodeAction(offered, undefined, { uri, version });
    return [resolves ? action : { ...action, edit: toWorkspaceEdit(session, uri, offered.fix) }];
  });
}

/** Rejects with the reason when the text has changed, or when no registry has answered. */
async function fixAgain(
  { workspace, settings, context }: Session,
  data: FixData,
  signal: AbortSignal,
): Promise<Fix> {
  const key = keyOf(data.uri);
  const again = () => (workspace.version(key) === data.version ? sameFix(context(), key, data) : undefined);
  const fix = again();
  const answers = await Promise.all(
    (fix?.awaits ?? []).map((question) => settings.facts.whenKnown(question, resolvePatience, key, signal)),
  );
  const ready = again();
  if (ready !== undefined && ready.awaits === undefined) return ready;
  const reasons = answers.flatMap((answer) => ('reason' in answer ? [answer.reason] : []));
  const reason =
    reasons[0] ??
    (fix === undefined
      ? t('the text has changed since the fix was offered')
      : t('the registry has not answered yet; try again'));
  throw new ResponseError(LSPErrorCodes.RequestFailed, t('This fix cannot be made: {0}', reason));
}
