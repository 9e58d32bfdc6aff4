import { type LineProgress, progressOf } from '../log/lineProgress.ts';
import { type LogLine, parseLogLine } from '../log/logLine.ts';
import type { LogSeverity, Recognised } from '../log/pattern.ts';
import { recogniseNow } from '../log/recognition.ts';
import type { Tool } from './toolCommand.ts';

/** Something that went wrong, as a line says it while its command goes on. What it did to the whole is known at the end. */
export interface LiveProblem {
  readonly code: string;
  readonly severity: LogSeverity;
  readonly cause: string;
  readonly fix: string;
  readonly image: string | undefined;
}

/** What a line told. */
export interface LiveNews {
  readonly progress: LineProgress;
  readonly problem: LiveProblem | undefined;
}

/** Lines before one that may name the image that it is about. */
const kept = 24;

/** Reads what a tool prints, line by line, while it prints it. */
export class LiveLog {
  readonly #tool: Tool;
  readonly #before: LogLine[] = [];

  constructor(tool: Tool) {
    this.#tool = tool;
  }

  take(text: string): LiveNews {
    const line = parseLogLine(text);
    this.#before.push(line);
    if (this.#before.length > 2 * kept) this.#before.splice(0, kept);
    const progress = progressOf(line);
    const found = recogniseNow(this.#before, this.#before.length - 1, this.#tool);
    return { progress, problem: problemOf(found) };
  }
}

/** Errors, and warnings about an image that is lost; other warnings stand in the report. */
function problemOf(found: Recognised | undefined): LiveProblem | undefined {
  const isProblem = found?.severity === 'error' || found?.effect === 'lost' || found?.effect === 'ended';
  if (found === undefined || !isProblem) return undefined;
  const { code, severity, cause, fix, image } = found;
  return { code, severity, cause, fix, image };
}
