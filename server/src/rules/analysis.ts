import { comparePositions, type Range, shiftRange, type TextEdit } from '../base/range.ts';
import type { Lines } from '../documents/lines.ts';
import { mappingText } from '../documents/mapping.ts';
import { isMirrorSet, type MirrorSet } from '../documents/mirrorSet.ts';
import type { Resource } from '../documents/resources.ts';
import type { Severity } from '../workspace/settings.ts';
import type { WorkspaceFile } from '../workspace/snapshot.ts';
import { rules } from './index.ts';
import type { Finding, Fix, Rule, RuleContext, UnitKind, Units } from './rule.ts';

/** A finding in its place in a file, with the way back to its rule for the fixes. */
export interface PlacedFinding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly range: Range;
  /** `mapping`, or the kind of the resource. */
  readonly kind: string;
  readonly origin: Origin;
}

interface Origin {
  readonly rule: Rule;
  readonly finding: Finding;
  readonly unit: Unit;
}

/** A unit with its place. `key` is the parsed object that stays the same while its text does. */
interface Unit {
  readonly kind: UnitKind;
  readonly key: object;
  readonly value: Units[UnitKind];
  readonly line: number;
  readonly owner: string;
}

/** What the world round a file looks like, without the file's own path and text. */
export type AnalysisContext = Omit<RuleContext, 'path' | 'lines' | 'lineCount'>;

/**
 * All findings of a file, by place. Units that have not changed since the last time, and whose rules read
 * nothing that has, keep the findings of then.
 */
export function analyze(file: WorkspaceFile, context: AnalysisContext): PlacedFinding[] {
  const ruleContext = contextOf(file, context);
  const active = new Map<UnitKind, readonly ActiveRule[]>();
  const placed: PlacedFinding[] = [];
  const comparisons: Comparisons = new Map();
  for (const unit of unitsOf(file)) {
    // What rules read costs something too, and a file has few kinds of units.
    const rulesOfKind = active.get(unit.kind) ?? activeRules(unit.kind, ruleContext);
    active.set(unit.kind, rulesOfKind);
    const found = findingsOf(rulesOfKind, unit, ruleContext, comparisons);
    for (let at = 0; at < found.length; at++) {
      const { rule, severity } = rulesOfKind[at] as ActiveRule;
      for (const finding of found[at] ?? none) {
        placed.push({
          code: rule.code,
          severity: severity ?? finding.severity ?? rule.severity,
          message: finding.message,
          range: shiftRange(finding.range, unit.line),
          kind: unit.owner,
          origin: { rule, finding, unit },
        });
      }
    }
  }
  placed.sort(
    (a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character,
  );
  return withoutRepeats(placed);
}

/** What an alias or a merge key uses again is found wrong each time, at the one place where it is written. */
function withoutRepeats(placed: readonly PlacedFinding[]): PlacedFinding[] {
  let said = new Set<string>();
  return placed.filter(({ code, message, range }, at) => {
    const [before, after] = [placed[at - 1], placed[at + 1]].map(
      (other) => other !== undefined && comparePositions(other.range.start, range.start) === 0,
    );
    if (!before && !after) return true;
    if (!before) said = new Set();
    const finding = `${code} ${range.end.line}:${range.end.character} ${message}`;
    if (said.has(finding)) return false;
    said.add(finding);
    return true;
  });
}

/** The fixes of a finding that `analyze` gave for this very file and context, best first. */
export function fixesOf(placed: PlacedFinding, file: WorkspaceFile, context: AnalysisContext): Fix[] {
  const { rule, finding, unit } = placed.origin;
  const fixes = runFixes(rule, finding, unit, contextOf(file, context));
  const mayBeCertain = isWhole(file);
  return fixes.map((fix) => ({
    ...fix,
    preferred: fix.preferred && mayBeCertain && fix.others === undefined,
    edits: () => fix.edits().map((edit) => shiftEdit(edit, unit.line)),
  }));
}

/**
 * False while YAML is broken beyond the place of the error, such as by a quote that is not closed yet: then a value
 * may reach over lines that somebody meant as something else, and nothing that replaces it is certain.
 */
function isWhole({ content }: WorkspaceFile): boolean {
  return content.type === 'mapping' || content.yaml.problems.every((problem) => problem.local);
}

/** The text of a file, as lines. */
export function linesOf(file: WorkspaceFile): Lines {
  return file.content.type === 'mapping' ? mappingText(file.content.mapping) : file.content.yaml.lines;
}

function contextOf(file: WorkspaceFile, context: AnalysisContext): RuleContext {
  return {
    ...context,
    path: file.path,
    lineCount:
      file.content.type === 'mapping' ? file.content.mapping.lines.length : file.content.yaml.lines.length,
    get lines() {
      return linesOf(file);
    },
  };
}

interface ActiveRule {
  readonly rule: Rule;
  /** Set by the user for all findings of the rule. */
  readonly severity: Severity | undefined;
  readonly reads: unknown;
}

function activeRules(kind: UnitKind, context: RuleContext): ActiveRule[] {
  const active: ActiveRule[] = [];
  for (const rule of rules) {
    const level = context.settings.rules[rule.code];
    if (rule.unit !== kind || level === 'off') continue;
    // The rule's own level asks for what the rule does anyway, milder findings included.
    const severity = level === rule.severity ? undefined : level;
    active.push({ rule, severity, reads: rule.reads?.(context) });
  }
  return active;
}

/** Findings parallel to the rules; an empty list where no rule found anything, as in nearly all lines. */
type FindingsByRule = readonly (readonly Finding[])[];

const none: readonly Finding[] = [];
const nothing: FindingsByRule = [];

/** What was found in a unit, and by which rules that had read what. */
interface Kept {
  readonly rules: readonly ActiveRule[];
  readonly findings: FindingsByRule;
}

/** What is kept of all units in which the same rules found nothing: there are ten thousands of them. */
const keptNothing = new WeakMap<readonly ActiveRule[], Kept>();

/** Only lines and entries are many enough to be worth keeping; everything else is checked anew. */
const kept = new WeakMap<object, Kept>();

/** Rules then → which of the rules now are the same and have read the same; all of them when it is `true`. */
type Comparisons = Map<readonly ActiveRule[], true | readonly boolean[]>;

/** The findings of each rule. A rule that read something else than the last time checks the unit again, alone. */
function findingsOf(
  rules: readonly ActiveRule[],
  unit: Unit,
  context: RuleContext,
  comparisons: Comparisons,
): FindingsByRule {
  const keeps = unit.kind === 'mapping-line' || unit.kind === 'mirror-entry';
  const before = keeps ? kept.get(unit.key) : undefined;
  const same = before === undefined ? [] : compare(before.rules, rules, comparisons);
  if (before !== undefined && same === true) return before.findings;
  let findings = nothing as (readonly Finding[])[];
  for (const [at, { rule }] of rules.entries()) {
    const isKept = same !== true && same[at] === true;
    const found = isKept ? (before?.findings[at] ?? none) : runCheck(rule, unit, context);
    if (found.length === 0) continue;
    if (findings === nothing) findings = rules.map(() => none);
    findings[at] = found;
  }
  if (keeps) kept.set(unit.key, findings === nothing ? keptWithout(rules) : { rules, findings });
  return findings;
}

function keptWithout(rules: readonly ActiveRule[]): Kept {
  let shared = keptNothing.get(rules);
  if (shared === undefined) {
    shared = { rules, findings: nothing };
    keptNothing.set(rules, shared);
  }
  return shared;
}

/** Most units were checked by the very same list of rules, which is compared once. */
function compare(
  then: readonly ActiveRule[],
  now: readonly ActiveRule[],
  comparisons: Comparisons,
): true | readonly boolean[] {
  let result = comparisons.get(then);
  if (result === undefined) {
    const each = now.map((active, at) => isSame(active, then[at]));
    result = then.length === now.length && each.every((same) => same) ? true : each;
    comparisons.set(then, result);
  }
  return result;
}

/** A severity that the user set is no part of it: findings are placed with that of now. */
function isSame(active: ActiveRule, other: ActiveRule | undefined): boolean {
  return active.rule === other?.rule && sameReads(active.reads, other.reads);
}

function sameReads(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return Object.is(a, b);
  return a.length === b.length && a.every((part, at) => Object.is(part, b[at]));
}

// The unit was made for this kind of rule by `unitsOf`; TypeScript cannot follow that through the union.
function runCheck(rule: Rule, unit: Unit, context: RuleContext): readonly Finding[] {
  return (rule.check as (unit: unknown, context: RuleContext) => readonly Finding[])(unit.value, context);
}

function runFixes(rule: Rule, finding: Finding, unit: Unit, context: RuleContext): readonly Fix[] {
  const fixes = rule.fixes as
    | ((finding: Finding, unit: unknown, context: RuleContext) => readonly Fix[])
    | undefined;
  return fixes?.(finding, unit.value, context) ?? [];
}

function* unitsOf(file: WorkspaceFile): Generator<Unit> {
  const { content } = file;
  if (content.type === 'mapping') {
    const { mapping } = content;
    for (const [index, line] of mapping.lines.entries()) {
      if (line.pairs.length === 0 && line.problems.length === 0) continue;
      yield { kind: 'mapping-line', key: line, value: { line }, line: index, owner: 'mapping' };
    }
    yield { kind: 'mapping', key: mapping, value: { mapping }, line: 0, owner: 'mapping' };
    return;
  }
  const { yaml } = content;
  yield { kind: 'yaml', key: yaml, value: { yaml }, line: 0, owner: yaml.resources[0]?.kind ?? 'yaml' };
  for (const resource of yaml.resources) {
    if (isMirrorSet(resource)) yield* unitsOfSet(resource);
    else yield { ...unitOf(resource), key: resource, line: 0, owner: resource.kind };
  }
}

/** The unit of a resource that rules check as a whole. */
function unitOf(resource: Exclude<Resource, MirrorSet>): Pick<Unit, 'kind' | 'value'> {
  switch (resource.kind) {
    case 'CatalogSource':
      return { kind: 'catalog-source', value: { source: resource } };
    case 'ClusterCatalog':
      return { kind: 'cluster-catalog', value: { catalog: resource } };
    case 'OperatorHub':
      return { kind: 'operator-hub', value: { hub: resource } };
    case 'Image':
      return { kind: 'image-config', value: { config: resource } };
    case 'MachineConfig':
      return { kind: 'machine-config', value: { config: resource } };
  }
}

function* unitsOfSet(set: MirrorSet): Generator<Unit> {
  yield { kind: 'mirror-set', key: set, value: { set }, line: 0, owner: set.kind };
  for (const [index, entry] of set.entries.entries()) {
    const line = set.entryLines[index] ?? 0;
    yield { kind: 'mirror-entry', key: entry, value: { entry, set, index }, line, owner: set.kind };
  }
}

function shiftEdit(edit: TextEdit, lines: number): TextEdit {
  return { range: shiftRange(edit.range, lines), newText: edit.newText };
}
