import { relative, sep } from 'node:path';
import type { Range } from '../../base/range.ts';
import { t } from '../../base/sentences.ts';
import { inRow, printable, printableJson } from '../../base/words.ts';
import { rules } from '../../rules/index.ts';
import { type Severity, severities } from '../../workspace/settings.ts';

/** What `check --format json` prints: its names are a contract with scripts. */
export interface CheckReport {
  readonly files: readonly CheckedFile[];
  readonly summary: Readonly<Record<Severity, number>>;
}

export interface CheckedFile {
  readonly path: string;
  readonly findings: readonly CheckedFinding[];
  /** There where the file was read as a template: nothing is said of values that are filled in later. */
  readonly template?: true;
}

export interface CheckedFinding {
  readonly code: string;
  readonly kind: string;
  readonly severity: Severity;
  readonly message: string;
  readonly range: Range;
  readonly fixes: readonly { readonly title: string; readonly preferred: boolean }[];
}

export function countSeverities(files: readonly CheckedFile[]): Record<Severity, number> {
  const summary: Record<Severity, number> = { error: 0, warning: 0, information: 0, hint: 0 };
  for (const { findings } of files) for (const { severity } of findings) summary[severity]++;
  return summary;
}

export function renderJson(report: CheckReport): string {
  return `${printableJson(report, 2)}\n`;
}

/**
 * One line a finding, as compilers print it, so that editors and people can follow it; then a summary.
 *
 * @param fixed how many files `--fix` has changed
 */
export function renderText(report: CheckReport, fixed: number): string {
  const lines = report.files.flatMap(({ path, findings }) =>
    findings.map(({ range, severity, message, code }) => {
      const { line, character } = range.start;
      const word = severity === 'information' ? 'info' : severity;
      return printable(`${path}:${line + 1}:${character + 1}: ${word}: ${message} (${code})`);
    }),
  );
  return [...lines, summaryLine(report, fixed), ''].join('\n');
}

const countedSeverities: Readonly<Record<Severity, (count: number) => string>> = {
  error: (count) => (count === 1 ? t('1 error') : t('{0} errors', count)),
  warning: (count) => (count === 1 ? t('1 warning') : t('{0} warnings', count)),
  information: (count) => (count === 1 ? t('1 note') : t('{0} notes', count)),
  hint: (count) => (count === 1 ? t('1 hint') : t('{0} hints', count)),
};

/** What was checked and what was found, in a line. */
export function summaryLine({ files, summary }: CheckReport, fixed: number): string {
  if (files.length === 0)
    return t('0 files checked: nothing here is a mapping.txt, mirror set, catalog or OperatorHub');
  const checked = checkedWords(files, fixed);
  const counts = severities.flatMap((severity) => {
    const count = summary[severity];
    return count === 0 ? [] : [countedSeverities[severity](count)];
  });
  if (counts.length === 0) return t('{0}: nothing to complain about', checked);
  const left = inRow(counts);
  const certain = files
    .flatMap(({ findings }) => findings)
    .filter(({ fixes }) => fixes.some((fix) => fix.preferred)).length;
  if (certain === 0) return t('{0}: {1}', checked, left);
  return certain === 1
    ? t('{0}: {1}; --fix repairs one of them', checked, left)
    : t('{0}: {1}; --fix repairs {2} of them', checked, left, certain);
}

/** `12 files checked, 1 read as a template, 2 fixed` */
function checkedWords(files: readonly CheckedFile[], fixed: number): string {
  const templates = files.filter(({ template }) => template === true).length;
  return inRow([
    files.length === 1 ? t('1 file checked') : t('{0} files checked', files.length),
    ...(templates === 0
      ? []
      : [templates === 1 ? t('1 read as a template') : t('{0} read as templates', templates)]),
    ...(fixed === 0 ? [] : [t('{0} fixed', fixed)]),
  ]);
}

const sarifLevels: Record<Severity, string> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
  hint: 'note',
};

/** A relative URI, as code scanning wants it: `encodeURI` would leave a `#` in a name, which ends the path. */
function uriOf(path: string): string {
  return relative('.', path).split(sep).map(encodeURIComponent).join('/');
}

/** https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, for the code scanning of CI systems. */
export function renderSarif(report: CheckReport): string {
  const byCode = new Map(rules.map((rule) => [rule.code as string, rule]));
  const used = new Set(report.files.flatMap(({ findings }) => findings.map(({ code }) => code)));
  const results = report.files.flatMap(({ path, findings }) =>
    findings.map(({ code, severity, message, range }) => ({
      ruleId: code,
      level: sarifLevels[severity],
      message: { text: message },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: uriOf(path) },
            region: {
              startLine: range.start.line + 1,
              startColumn: range.start.character + 1,
              endLine: range.end.line + 1,
              endColumn: range.end.character + 1,
            },
          },
        },
      ],
    })),
  );
  const driver = {
    name: 'operator-mirror',
    rules: [...used].sort().map((code) => {
      const rule = byCode.get(code);
      return { id: code, shortDescription: { text: rule === undefined ? code : t(rule.summary) } };
    }),
  };
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, columnKind: 'utf16CodeUnits', results }],
  };
  return `${printableJson(log, 2)}\n`;
}
