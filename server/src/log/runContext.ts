import type { CopyPlan } from './copyPlan.ts';
import type { LogLine } from './logLine.ts';
import type { Recognised } from './pattern.ts';
import type { CommandTool, LogSection } from './runs.ts';

/** All of one run that its findings are decided by. */
export interface RunContext extends CommandTool {
  readonly section: LogSection;
  readonly plan: CopyPlan;
  /** The run's output; the first is line `section.start` of the log. */
  readonly lines: readonly LogLine[];
  readonly found: readonly FoundLine[];
  /** True when the log goes on behind the run, so that it has ended. */
  readonly followed: boolean;
  /** What an earlier run of the log says of the tags in the mapping that this one copies. */
  readonly earlierTags: readonly FoundLine[];
}

export interface FoundLine extends Recognised {
  readonly line: number;
}

/** The last line that says anything; what `oc` tidies up behind an error does not count. */
export function lastLine({ lines, section }: RunContext): number {
  for (let at = lines.length - 1; at >= 0; at--) {
    const body = lines[at]?.body ?? '';
    if (body !== '' && !body.startsWith('deleted dir ')) return section.start + at;
  }
  return -1;
}
