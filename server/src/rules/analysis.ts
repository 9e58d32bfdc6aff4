import { memoWhileSame } from '../base/memo.ts';
import { comparePositions, intersects, type Range, shiftRange, type TextEdit } from '../base/range.ts';
import type { Lines } from '../documents/lines.ts';
import { mappingText } from '../documents/mapping.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import type { Settings, Severity } from '../workspace/settings.ts';
import { type BlockFinding, type BlockFindings, Checker } from './checker.ts';
import { outOfPlace, without } from './outOfPlace.ts';
import { type Finding, type Fix, made, type Rule, type RuleContext } from './rule.ts';
import { blocksOf, type Unit, type UnitBlock } from './units.ts';

/** A finding in its place in a file, as it is told. */
export interface ShownFinding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly range: Range;
  readonly origin: { readonly finding: Finding };
}

/** One with the way back to its rule for the fixes. */
export interface PlacedFinding extends ShownFinding {
  /** `mapping`, or the kind of the resource. */
  readonly kind: string;
  readonly origin: Origin;
}

interface Origin {
  readonly rule: Rule;
  readonly finding: Finding;
  readonly unit: Unit;
}

/** What the world round a file looks like, without the file's own path and text. */
export type AnalysisContext = Omit<RuleContext, 'path' | 'lines' | 'lineCount'>;

/** All findings of a file, by place. */
export function analyze(file: WorkspaceFile, context: AnalysisContext): PlacedFinding[] {
  return findingsOf(file, context).all();
}

/**
 * The findings of a file. Units that have not changed since the last time, and whose rules read nothing that has, keep
 * the findings of then, and a finding is put in its place when somebody wants it.
 */
export function findingsOf(file: WorkspaceFile, context: AnalysisContext): FileFindings {
  const checker = new Checker(contextOf(file, context));
  const isOut = outOfPlace(file, context.snapshot);
  const blocks: CheckedBlock[] = [];
  for (const block of blocksOf(file)) {
    const findings =
      isOut === undefined ? checker.findingsOf(block) : without(checker.findingsOf(block), isOut);
    if (findings.list.length > 0) blocks.push({ block, findings });
  }
  return new FileFindings(blocks, context.settings, mayRepeat(file));
}

/** A block in which something was found. */
interface CheckedBlock {
  readonly block: UnitBlock;
  readonly findings: BlockFindings;
}

const severities: readonly Severity[] = ['error', 'warning', 'information', 'hint'];

/** What was found in a file. Only what is asked for is put in its place. */
export class FileFindings {
  readonly #blocks: readonly CheckedBlock[];
  readonly #settings: Settings;
  readonly #mayRepeat: boolean;

  constructor(blocks: readonly CheckedBlock[], settings: Settings, mayRepeat: boolean) {
    this.#blocks = blocks;
    this.#settings = settings;
    this.#mayRepeat = mayRepeat;
  }

  /** Everything, by place. */
  all(): PlacedFinding[] {
    return this.#placed(this.#blocks);
  }

  /** What touches a range, by place. */
  within(range: Range): PlacedFinding[] {
    const near = this.#blocks.filter(
      ({ block: { line, height } }) =>
        height === undefined || (line <= range.end.line && range.start.line < line + height),
    );
    return this.#placed(near).filter((finding) => intersects(finding.range, range));
  }

  /**
   * As many as `most` findings, the worst first and of the same severity by place; and how many are left out, by the
   * code of their rule.
   */
  worst(most: number): {
    readonly findings: readonly ShownFinding[];
    readonly left: ReadonlyMap<string, number>;
  } {
    const all = this.#blocks.reduce((sum, { findings }) => sum + findings.list.length, 0);
    if (all <= most || this.#mayRepeat) {
      const findings = this.#allShown().sort(bySeverity);
      return { findings: findings.slice(0, most), left: countByCode(findings.slice(most)) };
    }
    const chosen: ShownFinding[] = [];
    const left = new Map<string, number>();
    for (const severity of severities) this.#choose(severity, most, chosen, left);
    return { findings: chosen, left };
  }

  /** Adds the findings of one severity as long as there is room; of the others only their number is asked. */
  #choose(severity: Severity, most: number, chosen: ShownFinding[], left: Map<string, number>): void {
    const added: ShownFinding[] = [];
    for (const checked of this.#blocks) {
      const { findings } = checked;
      const counts = findings.counts.filter((one) => this.#severityOf(one.rule, one.severity) === severity);
      const before = added.length;
      if (counts.length > 0 && chosen.length + before < most) {
        for (const shown of this.#shown(checked)) if (shown.severity === severity) added.push(shown);
      } else {
        for (const { rule, count } of counts) left.set(rule.code, (left.get(rule.code) ?? 0) + count);
      }
    }
    added.sort(byPlace);
    for (const { code } of added.splice(most - chosen.length)) left.set(code, (left.get(code) ?? 0) + 1);
    for (const finding of added) chosen.push(finding);
  }

  #allShown(): ShownFinding[] {
    if (this.#mayRepeat) return this.all();
    return this.#blocks.flatMap((checked) => this.#shown(checked)).sort(byPlace);
  }

  /** What is told of a block stays the same while nobody edits it, and it is told at each keystroke. */
  #shown({ block: { line }, findings }: CheckedBlock): readonly ShownFinding[] {
    return shownBefore(findings, [line, this.#settings], () =>
      findings.list.map((found) => this.#shownAt(line, found)),
    );
  }

  #shownAt(line: number, found: BlockFinding): ShownFinding {
    const { rule, finding, range } = found;
    return {
      code: rule.code,
      severity: this.#severityOf(rule, finding.severity),
      message: made(finding.message),
      range: shiftRange(range, line),
      origin: found,
    };
  }

  #placed(blocks: readonly CheckedBlock[]): PlacedFinding[] {
    const placed = blocks.flatMap(({ block, findings }) =>
      findings.list.map((finding) => this.#place(finding, block)),
    );
    placed.sort(byPlace);
    return this.#mayRepeat ? withoutRepeats(placed) : placed;
  }

  #place(found: BlockFinding, block: UnitBlock): PlacedFinding {
    const { rule, finding, index } = found;
    const unit = block.unitAt(index);
    return { ...this.#shownAt(block.line, found), kind: unit.owner, origin: { rule, finding, unit } };
  }

  /** `own` is the severity of a finding that is not its rule's. */
  #severityOf(rule: Rule, own: Severity = rule.severity): Severity {
    const level = this.#settings.rules[rule.code];
    // The rule's own level asks for what the rule does anyway, milder findings included.
    return level === undefined || level === 'off' || level === rule.severity ? own : level;
  }
}

const shownBefore = memoWhileSame<BlockFindings, readonly ShownFinding[]>();

function byPlace(a: ShownFinding, b: ShownFinding): number {
  return comparePositions(a.range.start, b.range.start);
}

function bySeverity(a: ShownFinding, b: ShownFinding): number {
  return severities.indexOf(a.severity) - severities.indexOf(b.severity);
}

function countByCode(findings: readonly ShownFinding[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { code } of findings) counts.set(code, (counts.get(code) ?? 0) + 1);
  return counts;
}

/** True where an alias makes one text stand for several parts of a resource. */
function mayRepeat({ content }: WorkspaceFile): boolean {
  return content.type === 'yaml' && content.yaml.aliased;
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
  const mayBeCertain = isWhole(file) && !context.snapshot.patches.has(file.path);
  return fixes.map((fix) => ({
    ...fix,
    preferred: fix.preferred && mayBeCertain && fix.others === undefined,
    edits: () => fix.edits().map((edit) => shiftEdit(edit, unit.line)),
  }));
}

/** Those of `fixesOf` that are certain. Asks no rule whose fixes never are. */
export function certainFixesOf(placed: PlacedFinding, file: WorkspaceFile, context: AnalysisContext): Fix[] {
  if (placed.origin.rule.fixesAreOffers === true) return [];
  return fixesOf(placed, file, context).filter(({ preferred }) => preferred);
}

/**
 * False where lines are templates, and while YAML is broken beyond the place of the error, such as by a quote that is
 * not closed yet: then a value may reach over lines that somebody meant as something else, and nothing that replaces it is
 * certain.
 */
function isWhole({ content }: WorkspaceFile): boolean {
  if (content.type === 'mapping') return true;
  const { problems, template } = content.yaml;
  return problems.every((problem) => problem.local) && template?.blocks !== true && template?.open !== true;
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

function runFixes(rule: Rule, finding: Finding, unit: Unit, context: RuleContext): readonly Fix[] {
  const fixes = rule.fixes as
    | ((finding: Finding, unit: unknown, context: RuleContext) => readonly Fix[])
    | undefined;
  return fixes?.(finding, unit.value, context) ?? [];
}

function shiftEdit(edit: TextEdit, lines: number): TextEdit {
  return { range: shiftRange(edit.range, lines), newText: edit.newText };
}
