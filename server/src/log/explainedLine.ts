import type { ExplainedLine } from './logDocument.ts';
import type { Recognised } from './pattern.ts';

/** What a line means, without what only its recognition needed. */
export function explainedLine(recognised: Recognised, line: number): ExplainedLine {
  const { code, severity, cause, fix, image, effect, fixByVersion, pull } = recognised;
  return {
    line,
    code,
    severity,
    cause,
    fix,
    image,
    effect,
    ...(fixByVersion === undefined ? {} : { fixByVersion }),
    ...(pull === undefined ? {} : { pull }),
  };
}
