import { type LogMark, namesBetween } from '../base/changeLog.ts';
import { comparePositions, type Range, shiftRange } from '../base/range.ts';
import type { Settings, Severity } from '../workspace/settings.ts';
import { rules } from './index.ts';
import type { Finding, Rule, RuleContext, UnitKind } from './rule.ts';
import { eachName } from './unitNames.ts';
import type { Unit, UnitBlock } from './units.ts';

/** A rule that is on, and what it reads beyond the units that it checks. */
interface ActiveRule {
  readonly rule: Rule;
  readonly reads: unknown;
  readonly follows: readonly LogMark[];
  /** True where the rule finds nothing in the whole file. */
  readonly isIdle: boolean;
}

/**
 * What has become of what a rule read the last time: nothing of it is as it was (`false`), or all but what is known under some
 * names; none when all is the same.
 */
type Change = false | ReadonlySet<string>;

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
 * again, and rules that follow logs of changes check those that the changes name. For one file at one moment.
 */
export class Checker {
  readonly #context: RuleContext;
  readonly #active = new Map<UnitKind, readonly ActiveRule[]>();
  readonly #comparisons = new Map<readonly ActiveRule[], Comparison>();

  constructor(context: RuleContext) {
    this.#context = context;
  }

  findingsOf(block: UnitBlock): BlockFindings {
    const active = this.#rulesOf(block.kind);
    const before = block.key === undefined ? undefined : keptBlocks.get(block.key);
    if (before !== undefined && this.#isUntouched(block, before, active)) {
      before.rules = active;
      return before.findings;
    }
    const isRead = hasManyUnits(block.kind) && unfold(block, before);
    // Made anew: names that nobody has any more would have the block checked for nothing, the more the longer somebody types.
    const names = isRead ? new Set<string>() : undefined;
    const findings = this.#check(block, active, names);
    const { key, items } = block;
    if (key !== undefined) {
      const kept: KeptBlock = { rules: active, findings, names, items, isFolded: !isRead };
      keptBlocks.set(key, kept);
      if (!isRead) for (const end of [items[0], items.at(-1)]) if (end !== undefined) ends.set(end, kept);
    }
    return findings;
  }

  /** True when nothing has changed that any unit of the block hangs on. */
  #isUntouched(block: UnitBlock, kept: KeptBlock, active: readonly ActiveRule[]): boolean {
    const { changes, names } = this.#compare(kept.rules, active);
    if (changes.includes(false)) {
      kept.names = undefined;
      return false;
    }
    if (names.size === 0) return true;
    kept.names ??= this.#namesIn(block);
    for (const name of names) if (kept.names.has(name)) return false;
    return true;
  }

  #namesIn(block: UnitBlock): Set<string> {
    const names = new Set<string>();
    for (let index = 0; index < block.items.length; index++)
      eachName(block.unitAt(index), this.#context, (name) => names.add(name));
    return names;
  }

  /** @param names takes those of all units, of each of which it is kept then what is found in it */
  #check(block: UnitBlock, active: readonly ActiveRule[], names: Set<string> | undefined): BlockFindings {
    const all: BlockFinding[] = [];
    for (let index = 0; index < block.items.length; index++) {
      const unit = block.unitAt(index);
      const found = this.#unitFindings(unit, block.items[index] as object, active, names);
      for (let at = 0; at < found.length; at++) {
        if (found[at]?.length === 0) continue;
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
  #unitFindings(
    unit: Unit,
    key: object,
    active: readonly ActiveRule[],
    names: Set<string> | undefined,
  ): FindingsByRule {
    const keeps = names !== undefined;
    const before = keeps ? keptUnits.get(key) : undefined;
    const changed = before && this.#compare(before.rules, active);
    const own = keeps ? this.#namesOf(unit, names, changed?.names ?? noNames) : [];
    // A keystroke asks that of hundreds of units, few of which have a name that has changed.
    const stale = changed && (own.length === 0 ? changed.whollyStale : staleIn(changed.changes, own));
    if (before !== undefined && stale?.length === 0) {
      if (before.rules !== active)
        keptUnits.set(key, before.findings === nothing ? keptWithout(active) : { ...before, rules: active });
      return before.findings;
    }
    let findings = nothing as (readonly Finding[])[];
    for (let at = 0; at < active.length; at++) {
      const { rule, isIdle } = active[at] as ActiveRule;
      if (isIdle) continue;
      const isStale = stale === undefined || stale.includes(at);
      const found = isStale ? runCheck(rule, unit, this.#context) : (before?.findings[at] ?? none);
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

  /** Adds the names of a unit to those of its block. @returns those that are among some others, too */
  #namesOf(unit: Unit, names: Set<string>, others: ReadonlySet<string>): readonly string[] {
    let both = nobody;
    eachName(unit, this.#context, (name) => {
      names.add(name);
      if (others.has(name)) both = [...both, name];
    });
    return both;
  }

  /** What has changed since rules checked something. */
  #compare(then: readonly ActiveRule[], now: readonly ActiveRule[]): Comparison {
    if (then === now) return unchanged;
    let result = this.#comparisons.get(then);
    if (result === undefined) {
      const isSameList = then.length === now.length;
      const changes = now.map((active, at) => (isSameList ? changeOf(then[at], active) : false));
      result = {
        changes,
        whollyStale: staleIn(changes, []),
        names: new Set(changes.flatMap((change) => (change === false ? [] : [...change]))),
      };
      this.#comparisons.set(then, result);
    }
    return result;
  }
}

/** What has changed for each rule, and all names of it together. */
interface Comparison {
  readonly changes: readonly Change[];
  /** The rules, by their place, that have to check everything again. */
  readonly whollyStale: readonly number[];
  readonly names: ReadonlySet<string>;
}

const noNames: ReadonlySet<string> = new Set();
const nobody: readonly string[] = [];
const unchanged: Comparison = { changes: [], whollyStale: [], names: noNames };

/** The rules, by their place, that have to check again what has some names. */
function staleIn(changes: readonly Change[], names: readonly string[]): number[] {
  return changes.flatMap((change, at) =>
    change === false || names.some((name) => change.has(name)) ? [at] : [],
  );
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
  /** Those that looked last: of what follows from then on nothing has to be known but what changed since. */
  rules: readonly ActiveRule[];
  readonly findings: BlockFindings;
  /** Those of all its units; made when somebody wants to know. */
  names: Set<string> | undefined;
  readonly items: readonly object[];
  /** True while what was found in each of its units is kept here alone. */
  isFolded: boolean;
}

/** How many findings there are of each rule and severity. */
export function countFindings(findings: readonly BlockFinding[]): FindingCount[] {
  const counts: { rule: Rule; severity: Severity; count: number }[] = [];
  for (const { rule, finding } of findings) {
    const severity = finding.severity ?? rule.severity;
    // Few rules find something in one block.
    const counted = counts.find((one) => one.rule === rule && one.severity === severity);
    if (counted === undefined) counts.push({ rule, severity, count: 1 });
    else counted.count++;
  }
  return counts;
}

const keptBlocks = new WeakMap<object, KeptBlock>();

/** Only lines and entries are many enough to be worth keeping; everything else is checked anew. */
const keptUnits = new WeakMap<object, KeptUnit>();

/**
 * The first and the last unit of each block that was read once. Most blocks stay so, and an entry in a table for each of their
 * units costs more than to check them; of a block that is edited, the ends lead to what was found in it before.
 */
const ends = new WeakMap<object, KeptBlock>();

/**
 * Keeps for each unit of a block by itself what was found there, because the block was edited or reads something else.
 * @param before the very block as it was checked the last time
 * @returns false for a block of which nothing is known: somebody reads it for the first time
 */
function unfold(block: UnitBlock, before: KeptBlock | undefined): boolean {
  let isKnown = before !== undefined;
  if (before !== undefined) unfoldUnits(before);
  else {
    for (const item of block.items) {
      const kept = ends.get(item);
      if (kept !== undefined) unfoldUnits(kept);
      isKnown ||= keptUnits.has(item);
    }
  }
  return isKnown;
}

function unfoldUnits(kept: KeptBlock): void {
  if (!kept.isFolded) return;
  kept.isFolded = false;
  const { rules: active, items, findings } = kept;
  const found = new Map<number, (readonly Finding[])[]>();
  for (const { rule, finding, index } of findings.list) {
    const lists = found.get(index) ?? active.map(() => none);
    const at = active.findIndex((one) => one.rule === rule);
    lists[at] = [...(lists[at] ?? none), finding];
    found.set(index, lists);
  }
  for (const [index, item] of items.entries()) {
    ends.delete(item);
    const lists = found.get(index);
    keptUnits.set(item, lists === undefined ? keptWithout(active) : { rules: active, findings: lists });
  }
}

function hasManyUnits(kind: UnitKind): boolean {
  return kind === 'mapping-line' || kind === 'mirror-entry';
}

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
      active.push({
        rule,
        reads: rule.reads?.(context),
        follows: rule.follows?.(context) ?? [],
        isIdle: rule.findsNothing?.(context) ?? false,
      });
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
function changeOf(then: ActiveRule | undefined, now: ActiveRule): Change {
  if (now.rule !== then?.rule || now.isIdle !== then.isIdle || !sameReads(now.reads, then.reads))
    return false;
  return now.follows.length === 0 ? noNames : (namesBetween(then.follows, now.follows) ?? false);
}

function isSame(active: ActiveRule, other: ActiveRule | undefined): boolean {
  const change = changeOf(other, active);
  return change !== false && change.size === 0;
}

function sameReads(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return Object.is(a, b);
  return a.length === b.length && a.every((part, at) => Object.is(part, b[at]));
}

// The unit was made for this kind of rule by `blocksOf`; TypeScript cannot follow that through the union.
function runCheck(rule: Rule, unit: Unit, context: RuleContext): readonly Finding[] {
  return (rule.check as (unit: unknown, context: RuleContext) => readonly Finding[])(unit.value, context);
}
