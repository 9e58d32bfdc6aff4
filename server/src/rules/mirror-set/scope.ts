import { t } from '../../base/sentences.ts';
import { shortName } from '../../base/words.ts';
import type { ScopeProblem } from '../../documents/mirrorScope.ts';
import { replaceScalar, type YamlScalar } from '../../documents/yamlNode.ts';
import type { Finding, Fix } from '../rule.ts';

interface ScopeData {
  readonly scalar: YamlScalar;
  readonly problem: ScopeProblem;
}

/** What the rules for sources and mirrors share. Values that are no text are the schema's business. */
export function scopeFindings(
  scalar: YamlScalar,
  what: 'source' | 'mirror',
  check: (text: string) => ScopeProblem | undefined,
): Finding<ScopeData>[] {
  if (scalar.type !== 'string') return [];
  const problem = check(scalar.value);
  if (problem === undefined) return [];
  const data: ScopeData = { scalar, problem };
  const name = quotedName(scalar.value);
  const message =
    what === 'source'
      ? t('{0} is refused as a source: {1}', name, problem.message)
      : t('{0} is refused as a mirror: {1}', name, problem.message);
  return [{ message, range: scalar.range, data }];
}

/** In quotes where what is wrong could not be seen without them. */
function quotedName(text: string): string {
  return /^[\x21-\x7e]+$/.test(text) ? shortName(text) : JSON.stringify(shortName(text));
}

export function scopeFixes({ data }: Finding<ScopeData>): Fix[] {
  if (data === undefined) return [];
  const { scalar, problem } = data;
  const { repaired, certain } = problem;
  if (repaired === undefined) return [];
  return [
    {
      id: 'repair',
      title: t('Change it to {0}', repaired),
      preferred: certain,
      edits: () => [replaceScalar(scalar, repaired)],
    },
  ];
}
