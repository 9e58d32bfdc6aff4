import { comparePositions, type Range, shiftRange } from '../base/range.ts';
import type { Settings, Severity } from '../workspace/settings.ts';
import { rules } from './index.ts';
import type { Finding, Rule, RuleContext, UnitKind } from './rule.ts';
import type { Unit, UnitBlock } from './units.ts';

/** A rule that is on, and what it reads beyond the units that it checks. */
interface ActiveRule {
  readonly rule: Rule;
  readonly reads: unknown;
}

/** What rules found in a block. */
export interface BlockFindings {
  /** By place. */
  readonly list: readonly BlockFinding[];
  readonly counts: readonly FindingCount[];
}

/** How many findings of a block are of one rule and, but for the user's settings, of one severity. */
export interface FindingCount {
  readonly rule: Rule;
  readonly severity: Severity;
  readonly count: number;
}

export interface BlockFinding {
  readonly rule: Rule;
  readonly finding: Finding;
  /** The unit in its block. */
  readonly index: number;
  /** The finding's range, counted from the block's first line. */
  readonly range: Range;
}

/**
 * Checks the blocks of a file. What was found in a block is kept by what stays the same object while its text does, and
 * so is what was found in each line and entry: then only rules that read something else than the last time check it
 * again. For one file at one moment.
 */
export class Checker {
  readonly #context: RuleContext;
  readonly #active = new Map<UnitKind, readonly ActiveRule[]>();
  readonly #comparisons = new Map<readonly ActiveRule[], true | readonly boolean[]>();

  constructor(context: RuleContext) {
    this.#context = context;
  }

  findingsOf(block: UnitBlock): BlockFindings {
    const active = this.#rulesOf(block.kind);
    const before = block.key === undefined ? undefined : keptBlocks.get(block.key);
    if (before !== undefined && this.#compare(before.rules, active) === true) return before.findings;
    const findings = this.#check(block, active);
    if (block.key !== undefined) keptBlocks.set(block.key, { rules: active, findings });
    return findings;
  }

  #check(block: UnitBlock, active: readonly ActiveRule[]): BlockFindings {
    const all: BlockFinding[] = [];
    for (let index = 0; index < block.items.length; index++) {
      const unit = block.unitAt(index);
      const found = this.#unitFindings(unit, block.items[index] as object, active);
      for (let at = 0; at < found.length; at++) {
        const { rule } = active[at] as ActiveRule;
        for (const finding of found[at] ?? none) {
          all.push({ rule, finding, index, range: shiftRange(finding.range, unit.line - block.line) });
        }
      }
    }
    if (all.length === 0) return nothingIn;
    return {
      list: all.sort((a, b) => comparePositions(a.range.start, b.range.start)),
      counts: countFindings(all),
    };
  }

  /** The findings of each rule. A rule that read something else than the last time checks the unit again, alone. */
  #unitFindings(unit: Unit, key: object, active: readonly ActiveRule[]): FindingsByRule {
    const keeps = unit.kind === 'mapping-line' || unit.kind === 'mirror-entry';
    const before = keeps ? keptUnits.get(key) : undefined;
    const same = before === undefined ? [] : this.#compare(before.rules, active);
    if (before !== undefined && same === true) return before.findings;
    let findings = nothing as (readonly Finding[])[];
    for (const [at, { rule }] of active.entries()) {
      const isKept = same !== true && same[at] === true;
      const found = isKept ? (before?.findings[at] ?? none) : runCheck(rule, unit, this.#context);
      if (found.length === 0) continue;
      if (findings === nothing) findings = active.map(() => none);
      findings[at] = found;
    }
    if (keeps) keptUnits.set(key, findings === nothing ? keptWithout(active) : { rules: active, findings });
    return findings;
  }

  /** What rules read costs something too, and a file has few kinds of units. */
  #rulesOf(kind: UnitKind): readonly ActiveRule[] {
    let active = this.#active.get(kind);
    if (active === undefined) {
      active = activeRules(kind, this.#context);
      this.#active.set(kind, active);
    }
    return active;
  }

  /** Rules then → which of the rules now are the same and have read the same; all of them when it is `true`. */
  #compare(then: readonly ActiveRule[], now: readonly ActiveRule[]): true | readonly boolean[] {
    let result = this.#comparisons.get(then);
    if (result === undefined) {
      const each = now.map((active, at) => isSame(active, then[at]));
      result = then.length === now.length && each.every((same) => same) ? true : each;
      this.#comparisons.set(then, result);
    }
    return result;
  }
}

/** Findings parallel to the rules; an empty list where no rule found anything, as in nearly all lines. */
type FindingsByRule = readonly (readonly Finding[])[];

const none: readonly Finding[] = [];
const nothing: FindingsByRule = [];
const nothingIn: BlockFindings = { list: [], counts: [] };

/** What was found in a unit, and by which rules that had read what. */
interface KeptUnit {
  readonly rules: readonly ActiveRule[];
  readonly findings: FindingsByRule;
}

interface KeptBlock {
  readonly rules: readonly ActiveRule[];
  readonly findings: BlockFindings;
}

/** How many findings there are of each rule and severity. */
export function countFindings(findings: readonly BlockFinding[]): FindingCount[] {
  const counts = new Map<string, { rule: Rule; severity: Severity; count: number }>();
  for (const { rule, finding } of findings) {
    const severity = finding.severity ?? rule.severity;
    const key = `${rule.code} ${severity}`;
    const counted = counts.get(key);
    if (counted === undefined) counts.set(key, { rule, severity, count: 1 });
    else counted.count++;
  }
  return [...counts.values()];
}

const keptBlocks = new WeakMap<object, KeptBlock>();

/** Only lines and entries are many enough to be worth keeping; everything else is checked anew. */
const keptUnits = new WeakMap<object, KeptUnit>();

/** What is kept of all units in which the same rules found nothing: there are ten thousands of them. */
const keptNothing = new WeakMap<readonly ActiveRule[], KeptUnit>();

function keptWithout(active: readonly ActiveRule[]): KeptUnit {
  let shared = keptNothing.get(active);
  if (shared === undefined) {
    shared = { rules: active, findings: nothing };
    keptNothing.set(active, shared);
  }
  return shared;
}

/** The lists of the last time, so that what is kept names one list and not one for each keystroke. */
const latest = new Map<UnitKind, readonly ActiveRule[]>();

function activeRules(kind: UnitKind, context: RuleContext): readonly ActiveRule[] {
  const active: ActiveRule[] = [];
  for (const rule of rules) {
    if (rule.unit === kind && isOn(rule, context.settings))
      active.push({ rule, reads: rule.reads?.(context) });
  }
  const before = latest.get(kind) ?? [];
  if (active.length === before.length && active.every((one, at) => isSame(one, before[at]))) return before;
  latest.set(kind, active);
  return active;
}

function isOn(rule: Rule, settings: Settings): boolean {
  return settings.rules[rule.code] !== 'off';
}

/** A severity that the user set is no part of it: findings are placed with that of now. */
function isSame(active: ActiveRule, other: ActiveRule | undefined): boolean {
  return active.rule === other?.rule && sameReads(active.reads, other.reads);
}

function sameReads(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return Object.is(a, b);
  return a.length === b.length && a.every((part, at) => Object.is(part, b[at]));
}

// The unit was made for this kind of rule by `blocksOf`; TypeScript cannot follow that through the union.
function runCheck(rule: Rule, unit: Unit, context: RuleContext): readonly Finding[] {
  return (rule.check as (unit: unknown, context: RuleContext) => readonly Finding[])(unit.value, context);
}
