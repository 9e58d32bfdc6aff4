import {
  type CodeAction,
  CodeActionKind,
  type CodeLens,
  type Diagnostic,
  DiagnosticSeverity,
  type Location,
  type LocationLink,
  type DocumentLink as LspDocumentLink,
  type InlayHint as LspInlayHint,
  type TextEdit as LspTextEdit,
} from 'vscode-languageserver';
import type { Range, TextEdit } from '../base/range.ts';
import type { OfferedFix } from '../features/codeActions.ts';
import type { Lens } from '../features/codeLenses.ts';
import type { DocumentLink } from '../features/documentLinks.ts';
import type { InlayHint } from '../features/inlayHint.ts';
import { commands, serverCommands } from '../protocol/names.ts';
import type { ShownFinding } from '../rules/analysis.ts';
import type { Place } from '../workspace/places.ts';
import type { Severity } from '../workspace/settings.ts';

/** Severities as LSP counts them. */
export const lspSeverities: Record<Severity, DiagnosticSeverity> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** `documentation` gives the address of a rule's page. */
export function toDiagnostic(finding: ShownFinding, documentation: (code: string) => string): Diagnostic {
  return {
    range: finding.range,
    severity: lspSeverities[finding.severity],
    code: finding.code,
    codeDescription: { href: documentation(finding.code) },
    source: 'operator-mirror',
    message: finding.message,
  };
}

/** What is said of a file beside its findings: no rule, nothing to repair. */
export function toNote({ message, range }: { message: string; range: Range }): Diagnostic {
  return { range, severity: DiagnosticSeverity.Information, source: 'operator-mirror', message };
}

/** What a client gives back to `codeAction/resolve`: enough to make the fix again. */
export interface FixData {
  readonly uri: string;
  /** The version of the text that the fix was offered for; undefined when the file is not open. */
  readonly version: number | undefined;
  readonly code: string;
  readonly range: Range;
  readonly id: string;
}

/** @param diagnostic what it repairs in the document that it is offered in; undefined where that is in another */
export function toCodeAction(
  { finding, fix }: OfferedFix,
  diagnostic: Diagnostic | undefined,
  data: Omit<FixData, 'code' | 'range' | 'id'>,
): CodeAction {
  return {
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    ...(diagnostic === undefined ? {} : { diagnostics: [diagnostic] }),
    isPreferred: fix.preferred,
    data: { ...data, code: finding.code, range: finding.range, id: fix.id } satisfies FixData,
  };
}

/** LSP applies insertions at one place in the order given; line ends become the document's own in the client. */
export function toTextEdits(edits: readonly TextEdit[]): LspTextEdit[] {
  return edits.map(({ range, newText }) => ({ range: clamp(range), newText }));
}

/** LSP characters are unsigned 31-bit numbers; beyond the end of a line they mean its end. */
function clamp(range: Range): Range {
  const most = 0x7fffffff;
  const at = ({ line, character }: Range['start']) => ({ line, character: Math.min(character, most) });
  return { start: at(range.start), end: at(range.end) };
}

export function toInlayHint({ position, label, tooltip }: InlayHint): LspInlayHint {
  return { position, label, tooltip, paddingLeft: true };
}

const lensCommands: Readonly<Record<NonNullable<Lens['action']>, string>> = {
  'pin-all': serverCommands.pinAll,
  'verify-destinations': serverCommands.verifyDestinations,
  forecast: commands.forecast,
  'show-bundles': serverCommands.showBundles,
  plan: commands.planImageSet,
  mirror: commands.mirrorImageSet,
};

/**
 * One that only tells something has an empty command, and so has one that would need a command of a client which does
 * not have it.
 */
export function toCodeLens(
  { title, action, line = 0, at }: Lens,
  uri: string,
  clientCommands: readonly string[],
): CodeLens {
  const start = { line, character: 0 };
  const name = action === undefined ? '' : lensCommands[action];
  const known = serverCommandIds.has(name) || clientCommands.includes(name);
  const command = known
    ? { title, command: name, arguments: at === undefined ? [uri] : [uri, at] }
    : { title, command: '' };
  return { range: { start, end: start }, command };
}

const serverCommandIds: ReadonlySet<string> = new Set(Object.values(serverCommands));

/** `uriOf` gives the address of a file by its key. */
export function toLocation({ path, range }: Place, uriOf: (key: string) => string): Location {
  return { uri: uriOf(path), range };
}

/** Also tells what the cursor is in as a whole: clients' own words end at each dot. */
export function toLocationLink(
  origin: Place,
  { path, range }: Place,
  uriOf: (key: string) => string,
): LocationLink {
  return {
    originSelectionRange: origin.range,
    targetUri: uriOf(path),
    targetRange: range,
    targetSelectionRange: range,
  };
}

/** A place in a file is told as editors do in links: `#L5,3`, line and character counted from one. */
export function toDocumentLink(
  { range, tooltip, target }: DocumentLink,
  uriOf: (key: string) => string,
): LspDocumentLink {
  if (typeof target === 'string') return { range, tooltip, target };
  const { line, character } = target.range.start;
  return { range, tooltip, target: `${uriOf(target.path)}#L${line + 1},${character + 1}` };
}
