import { setImmediate as nextTurn } from 'node:timers/promises';
import { sameRange } from '../base/range.ts';
import { type ShownFindings, shownFindings } from '../features/shownFindings.ts';
import { type AnalysisContext, findingsOf, type ShownFinding } from '../rules/analysis.ts';

/** What a client is shown of a file as it is now. */
export interface FileReport {
  /** Stands for this very report, for as long as the server runs. */
  readonly id: string;
  readonly shown: ShownFindings;
}

/** Milliseconds that many files may take before whoever types gets a turn. */
const longestTurn = 8;

/**
 * What was found in each file when somebody last asked, so that clients need not be told again what they know. While
 * nothing changes, a file costs a look into a table.
 */
export class WorkspaceFindings {
  readonly #context: () => AnalysisContext;
  readonly #reports = new Map<string, { readonly report: FileReport; readonly moment: object }>();
  /** Ids of another process of the server are none of this one. */
  readonly #origin = `${Date.now().toString(36)}.${process.pid}`;
  #count = 0;
  /** All that findings depend on, and what stands for it while it stays the same. */
  #facts: readonly unknown[] = [];
  #moment = {};

  constructor(context: () => AnalysisContext) {
    this.#context = context;
  }

  /** How many reports are kept: of no more files than there are when somebody asks. */
  get size(): number {
    return this.#reports.size;
  }

  /** Undefined for a file that is not in the workspace. */
  of(key: string): FileReport | undefined {
    const context = this.#context();
    const file = context.snapshot.files.get(key);
    const before = this.#reports.get(key);
    if (file === undefined) {
      this.#reports.delete(key);
      return undefined;
    }
    const moment = this.#momentOf(context);
    if (before?.moment === moment) return before.report;
    const shown = shownFindings(findingsOf(file, context));
    const isSame = before !== undefined && areSame(before.report.shown, shown);
    const report = isSame ? before.report : { id: `${this.#origin}-${this.#count++}`, shown };
    this.#reports.set(key, { report, moment });
    if (this.#reports.size > context.snapshot.files.size) this.#forgetGone(context);
    return report;
  }

  /** Files leave, and nobody asks for them any more. */
  #forgetGone({ snapshot }: AnalysisContext): void {
    for (const key of this.#reports.keys()) if (!snapshot.files.has(key)) this.#reports.delete(key);
  }

  /** The reports of all files of the workspace, one after the other; others get a turn between them. */
  async *all(signal: AbortSignal): AsyncGenerator<readonly [key: string, report: FileReport]> {
    let turn = performance.now();
    for (const key of [...this.#context().snapshot.files.keys()]) {
      if (performance.now() - turn > longestTurn) {
        await nextTurn();
        turn = performance.now();
      }
      if (signal.aborted) return;
      const report = this.of(key);
      if (report !== undefined) yield [key, report];
    }
  }

  #momentOf({ snapshot, settings, facts }: AnalysisContext): object {
    const now = [snapshot, settings, facts, facts.version];
    if (now.some((fact, at) => fact !== this.#facts[at])) {
      this.#facts = now;
      this.#moment = {};
    }
    return this.#moment;
  }
}

function areSame(a: ShownFindings, b: ShownFindings): boolean {
  return (
    a.note?.message === b.note?.message &&
    a.findings.length === b.findings.length &&
    a.findings.every((finding, at) => isSame(finding, b.findings[at]))
  );
}

function isSame(a: ShownFinding, b: ShownFinding | undefined): boolean {
  if (a === b) return true;
  return (
    b !== undefined &&
    a.code === b.code &&
    a.severity === b.severity &&
    a.message === b.message &&
    sameRange(a.range, b.range)
  );
}
