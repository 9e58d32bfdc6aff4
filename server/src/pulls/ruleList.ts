import { t } from '../base/sentences.ts';
import { inClauses } from '../base/words.ts';
import { type PullRule, scopesOf } from '../documents/pullRules.ts';
import { lineOf } from './mirrorSets.ts';
import type { PlacedEntry } from './nodeRegistries.ts';
import type { PullFiles } from './pullFiles.ts';
import type { EntryReason } from './tracedRules.ts';
import type { Candidate, Trace, TracedRule } from './traceTypes.ts';

/**
 * The rules that a trace shows, those that redirect first, and how many more there are for other images. Of several
 * candidates each rule stands there once: for the first that it holds for, by name.
 * @param tables those of registries.conf files
 */
export function ruleList(
  candidates: readonly Candidate[],
  tables: readonly PullRule[],
  snapshot: PullFiles,
  show: (path: string) => string,
): Pick<Trace, 'rules' | 'unrelated'> {
  const ofTables = new Map<PullRule, TracedRule>();
  const ofEntries = new Map<PlacedEntry['entry'], TracedRule>();
  for (const candidate of candidates) {
    const named = (reason: string) =>
      candidates.length === 1 ? reason : t('for {0}: {1}', candidate.pull.name, reason);
    for (const rule of tableReasons(candidate, tables, snapshot, show))
      keepBetter(ofTables, rule.table, { ...rule.traced, reason: named(rule.traced.reason) });
    for (const reason of candidate.reasons) {
      const traced = entryRule(reason, snapshot, show);
      keepBetter(ofEntries, reason.placed.entry, { ...traced, reason: named(traced.reason) });
    }
  }
  let entries = 0;
  for (const group of snapshot.mirrorSets.groups.values()) entries += group.entries.length;
  const rules = [...ofTables.values(), ...ofEntries.values()];
  return {
    rules: rules.sort((a, b) => Number(b.matched) - Number(a.matched)),
    unrelated: tables.length + entries - rules.length,
  };
}

/** What redirects one candidate matters more than why it does not redirect another. */
function keepBetter<Key>(rules: Map<Key, TracedRule>, key: Key, rule: TracedRule): void {
  if (rule.matched ? rules.get(key)?.matched !== true : !rules.has(key)) rules.set(key, rule);
}

function entryRule(
  { placed, matched, reason }: EntryReason,
  snapshot: PullFiles,
  show: (path: string) => string,
): TracedRule {
  const line = lineOf(placed, snapshot);
  return {
    file: show(placed.path),
    line: line === undefined ? undefined : line + 1,
    kind: placed.kind,
    source: placed.entry.source?.value ?? '',
    matched,
    reason,
  };
}

/** The tables of registries.conf files that hold for a candidate. */
function tableReasons(
  { pull, plan }: Candidate,
  tables: readonly PullRule[],
  { files }: PullFiles,
  show: (path: string) => string,
): { table: PullRule; traced: TracedRule }[] {
  const scopes = new Set(scopesOf(pull.name));
  return tables.flatMap((table) => {
    if (!scopes.has(table.prefix)) return [];
    const traced: TracedRule = {
      file: show(table.path),
      line: table.range.start.line + 1,
      // A file of the workspace that has a table is a MachineConfig with a drop-in.
      kind: files.has(table.path) ? 'MachineConfig' : 'registries.conf',
      source: table.prefix,
      matched: table === plan.rule,
      reason:
        table === plan.rule
          ? decidingReason(table)
          : t('the longer prefix {0} decides alone', plan.rule?.prefix ?? ''),
    };
    return [{ table, traced }];
  });
}

function decidingReason({ prefix, location, mirrors, blocked }: PullRule): string {
  return inClauses([
    t('the longest prefix that holds for this image'),
    ...(location === '' || location === prefix ? [] : [t('it moves the name to {0}', location)]),
    ...(mirrors.length === 0 ? [t('it has no mirrors')] : []),
    ...(blocked ? [t('it blocks the source')] : []),
  ]);
}

/** `FILE:LINE` of a table. */
export function placeOfRule({ path, range }: PullRule, show: (path: string) => string): string {
  return `${show(path)}:${range.start.line + 1}`;
}
