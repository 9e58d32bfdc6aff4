import {
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  DiagnosticSeverity,
  type TextEdit as LspTextEdit,
} from 'vscode-languageserver';
import type { Range, TextEdit } from '../base/range.ts';
import type { OfferedFix } from '../features/codeActions.ts';
import type { PlacedFinding } from '../rules/analysis.ts';
import type { Severity } from '../workspace/settings.ts';

const severities: Record<Severity, DiagnosticSeverity> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** `documentation` gives the address of a rule's page. */
export function toDiagnostic(finding: PlacedFinding, documentation: (code: string) => string): Diagnostic {
  return {
    range: finding.range,
    severity: severities[finding.severity],
    code: finding.code,
    codeDescription: { href: documentation(finding.code) },
    source: 'operator-mirror',
    message: finding.message,
  };
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

export function toCodeAction(
  { finding, fix }: OfferedFix,
  diagnostic: Diagnostic,
  data: Omit<FixData, 'code' | 'range' | 'id'>,
): CodeAction {
  return {
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
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
