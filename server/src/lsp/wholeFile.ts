import {
  type Connection,
  MessageType,
  ShowMessageNotification,
  type WorkDoneProgressReporter,
} from 'vscode-languageserver';
import type { ImageReference } from '../documents/imageReference.ts';
import { pinQuestions, planPins } from '../features/pinAll.ts';
import { destinations, verification } from '../features/verifyDestinations.ts';
import { remedyForTagPulls } from '../pulls/openShiftVersion.ts';
import type { AnalysisContext } from '../rules/analysis.ts';
import { clusterVersion } from '../workspace/clusterVersion.ts';
import { toTextEdits } from './convert.ts';
import type { FactSource } from './factSource.ts';

/** How long one registry may take for one of many answers. */
const patience = 30_000;

export interface WholeFileContext {
  readonly connection: Connection;
  readonly uri: string;
  readonly path: string;
  /** The state of now, whenever it is asked for. */
  readonly context: () => AnalysisContext;
  readonly facts: () => FactSource;
  readonly progress: WorkDoneProgressReporter;
  readonly signal: AbortSignal;
}

/** Pins every tag of a mapping.txt for which all registries that answer have one digest; tells what is left. */
export async function pinAll(run: WholeFileContext): Promise<void> {
  await askAll(run, pinQuestions(run.context(), run.path), 'Asking for digests');
  if (run.signal.aborted) return;
  const { edits, pinned, disputed, unknown } = planPins(run.context(), run.path);
  if (edits.length > 0) {
    await run.connection.workspace.applyEdit({
      label: 'Pin all',
      edit: { changes: { [run.uri]: toTextEdits([...edits]) } },
    });
  }
  const left = [
    disputed === 0 ? '' : `${disputed} left alone because source and destination have different digests`,
    unknown === 0
      ? ''
      : `${unknown} left alone because no registry could answer for them (hover one to see why)`,
  ].filter((text) => text !== '');
  const remedy = remedyForTagPulls(clusterVersion({ ...run.context(), path: run.path }));
  const note = pinned === 0 ? '' : ` Pods that pull by tag still need ${remedy}.`;
  tell(run, left.length > 0, `${pinned} pinned${left.map((text) => `, ${text}`).join('')}.${note}`);
}

/** Asks for every destination of a mapping.txt. What is missing or different becomes a finding of its line. */
export async function verifyDestinations(run: WholeFileContext): Promise<void> {
  const { snapshot } = run.context();
  run.facts().askAbout(run.path);
  await askAll(run, destinations(snapshot, run.path), 'Verifying destinations');
  if (run.signal.aborted) return;
  const { right, missing, different, unknown } = verification(run.context(), run.path);
  const parts = [
    `${right} right`,
    missing === 0 ? '' : `${missing} missing`,
    different === 0 ? '' : `${different} with another digest`,
    unknown === 0 ? '' : `${unknown} unknown (hover one to see why)`,
  ].filter((text) => text !== '');
  tell(run, missing + different + unknown > 0, `Destinations: ${parts.join(', ')}.`);
}

async function askAll(
  run: WholeFileContext,
  questions: readonly ImageReference[],
  title: string,
): Promise<void> {
  const { progress, signal } = run;
  progress.begin('Operator Mirror', 0, title, true);
  let done = 0;
  const facts = run.facts();
  await Promise.all(
    questions.map(async (question) => {
      await facts.whenKnown(question, patience, run.path, signal);
      done++;
      progress.report(
        Math.floor((done / questions.length) * 100),
        `${title}: ${done} of ${questions.length}`,
      );
    }),
  );
  progress.done();
}

function tell({ connection }: WholeFileContext, warn: boolean, text: string): void {
  // A notification: clients that cannot be asked anything still show it.
  const type = warn ? MessageType.Warning : MessageType.Info;
  void connection.sendNotification(ShowMessageNotification.type, { type, message: text });
}
