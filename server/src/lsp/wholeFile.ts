import {
  type Connection,
  MessageType,
  ShowMessageNotification,
  type WorkDoneProgressReporter,
} from 'vscode-languageserver';
import { t } from '../base/sentences.ts';
import { inRow, paragraph } from '../base/words.ts';
import type { ImageReference } from '../documents/imageReference.ts';
import { pinQuestions, planPins } from '../features/pinAll.ts';
import { destinations, verification } from '../features/verifyDestinations.ts';
import { productName } from '../protocol/names.ts';
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
  await askAll(run, pinQuestions(run.context(), run.path), t('Asking for digests'));
  if (run.signal.aborted) return;
  const { edits, pinned, disputed, unknown } = planPins(run.context(), run.path);
  if (edits.length > 0) {
    await run.connection.workspace.applyEdit({
      label: t('Pin all'),
      edit: { changes: { [run.uri]: toTextEdits([...edits]) } },
    });
  }
  const left = [
    ...(disputed === 0
      ? []
      : [t('{0} left alone because source and destination have different digests', disputed)]),
    ...(unknown === 0 ? [] : [unansweredWords(unknown)]),
  ];
  const done = t('{0}.', inRow([t('{0} pinned', pinned), ...left]));
  const remedy = remedyForTagPulls(clusterVersion({ ...run.context(), path: run.path }));
  const words = pinned === 0 ? done : paragraph([done, t('Pods that pull by tag still need {0}.', remedy)]);
  tell(run, left.length > 0, words);
}

function unansweredWords(unknown: number): string {
  return unknown === 1
    ? t('1 left alone because no registry could answer for it (hover it to see why)')
    : t('{0} left alone because no registry could answer for them (hover one to see why)', unknown);
}

/** Asks for every destination of a mapping.txt. What is missing or different becomes a finding of its line. */
export async function verifyDestinations(run: WholeFileContext): Promise<void> {
  const { snapshot } = run.context();
  run.facts().askAbout(run.path);
  await askAll(run, destinations(snapshot, run.path), t('Verifying destinations'));
  if (run.signal.aborted) return;
  const { right, missing, different, unknown } = verification(run.context(), run.path);
  const parts = [
    t('{0} right', right),
    ...(missing === 0 ? [] : [t('{0} missing', missing)]),
    ...(different === 0 ? [] : [t('{0} with another digest', different)]),
    ...(unknown === 0 ? [] : [t('{0} unknown (hover one to see why)', unknown)]),
  ];
  tell(run, missing + different + unknown > 0, t('Destinations: {0}.', inRow(parts)));
}

async function askAll(
  run: WholeFileContext,
  questions: readonly ImageReference[],
  title: string,
): Promise<void> {
  const { progress, signal } = run;
  progress.begin(productName, 0, title, true);
  let done = 0;
  const facts = run.facts();
  await Promise.all(
    questions.map(async (question) => {
      await facts.whenKnown(question, patience, run.path, signal);
      done++;
      progress.report(
        Math.floor((done / questions.length) * 100),
        t('{0}: {1} of {2}', title, done, questions.length),
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
