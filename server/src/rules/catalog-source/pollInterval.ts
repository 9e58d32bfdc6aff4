import { t } from '../../base/sentences.ts';
import type { UpdateStrategy } from '../../documents/catalogSource.ts';
import { parseGoDuration } from '../../documents/goDuration.ts';
import { type FieldPlace, removeField } from '../../documents/yamlFields.ts';
import { replaceScalar, type YamlScalar } from '../../documents/yamlNode.ts';
import { defineRule, type Fix, type RuleContext } from '../rule.ts';
import { repairedDuration } from './duration.ts';

/** Intervals that OLM cannot read, and an update strategy that it cannot bear. */
export const catalogSourcePollInterval = defineRule({
  code: 'catalog-source/poll-interval',
  severity: 'error',
  unit: 'catalog-source',
  summary: 'A polling interval that is no Go duration, or an `updateStrategy` without `registryPoll`',
  documentation: `
OLM reads \`spec.updateStrategy.registryPoll.interval\` with Go’s \`time.ParseDuration\`: numbers with the units \`h\`, \`m\`, \`s\`,
\`ms\`, \`us\` and \`ns\`, such as \`30m\` or \`1h30m\`. There are no days, no blanks and no numbers without a unit. Of anything else
the status says \`InvalidIntervalError\`, and the catalog is polled every 15 minutes.

\`\`\`yaml
spec:
  updateStrategy:
    registryPoll:
      interval: 30m
\`\`\`

\`updateStrategy: {}\` is worse: OLM looks into \`registryPoll\` without asking whether it is there, and its catalog operator
crashes while it reads the resource. A catalog that is not to be polled has no \`updateStrategy\` at all, which is what the fix
makes of it.

What can only be meant in one way (\`30 min\`, \`1 day\`) is repaired by \`check --fix\`; of \`30\` the unit is a guess.`,
  check({ source: { updateStrategy } }) {
    if (updateStrategy === undefined) return [];
    const { value, registryPoll, interval } = updateStrategy;
    if (registryPoll === undefined) {
      const message = t(
        'spec.updateStrategy has no registryPoll, on which OLM crashes: leave updateStrategy out, or say how often to poll',
      );
      return [{ message, range: value }];
    }
    if (interval === undefined || interval.value === '') {
      const message = t(
        'spec.updateStrategy.registryPoll has no interval: OLM reports InvalidIntervalError and polls every 15 minutes',
      );
      return [{ message, range: interval?.range ?? registryPoll }];
    }
    const problem = problemOf(interval);
    return problem === undefined ? [] : [{ message: problem, range: interval.range }];
  },
  fixes(_finding, { source: { updateStrategy, spec } }, context) {
    if (updateStrategy === undefined) return [];
    const { registryPoll, interval } = updateStrategy;
    if (registryPoll === undefined) return strategyFixes(updateStrategy, spec, context);
    return interval === undefined || interval.value === ''
      ? []
      : intervalFixes(interval, spec?.quoted === true);
  },
});

function problemOf({ value: text, type }: YamlScalar): string | undefined {
  if (type === 'number')
    return t(
      '{0} is a number, and the API server wants a Go duration: write the unit, h, m or s',
      text.slice(0, 60),
    );
  const duration = parseGoDuration(text);
  if (duration.ok) return undefined;
  const reasons = {
    invalid: t('numbers with units are allowed, such as 30m or 1h30m'),
    'missing unit': t('a number needs a unit: h, m or s'),
    'unknown unit': t('the units are h, m, s, ms, us and ns, without blanks'),
  };
  return t(
    '"{0}" is no Go duration: {1}; OLM polls every 15 minutes instead',
    text.slice(0, 60),
    reasons[duration.problem],
  );
}

/** `quoted`: in JSON, where what was a number becomes a text. */
function intervalFixes(interval: YamlScalar, quoted: boolean): Fix[] {
  const repaired = repairedDuration(interval.value);
  if (repaired === undefined) return [];
  const { text, certain } = repaired;
  const isBare = interval.quote === '' && quoted;
  const edits = () => [
    isBare ? { range: interval.range, newText: JSON.stringify(text) } : replaceScalar(interval, text),
  ];
  return [{ id: 'change-interval', title: t('Change it to {0}', text), preferred: certain, edits }];
}

/** An empty strategy polls nothing, and so does none: removing it changes nothing but the crash. */
function strategyFixes(
  strategy: UpdateStrategy,
  spec: FieldPlace | undefined,
  { lines }: RuleContext,
): Fix[] {
  const quoted = spec?.quoted === true;
  const newText = quoted ? '{"registryPoll": {"interval": "30m"}}' : '{registryPoll: {interval: 30m}}';
  const poll: Fix = {
    id: 'poll',
    title: t('Poll every 30 minutes'),
    preferred: false,
    edits: () => [{ range: strategy.value, newText }],
  };
  const removal = spec && removeField(spec, strategy.field, lines);
  if (removal === undefined) return [poll];
  return [
    { id: 'remove-strategy', title: t('Remove updateStrategy'), preferred: true, edits: () => [removal] },
    poll,
  ];
}
