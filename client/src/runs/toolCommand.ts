import * as vscode from 'vscode';
import type { CatalogQuestions } from '../catalogs/askCatalog.ts';
import type { FileQuestion } from '../fileQuestion.ts';
import type { CommandLineTasks } from './commandLineTasks.ts';
import type { DestinationQuestion } from './destinationQuestion.ts';
import type { FollowedRuns, Outcome } from './followedRuns.ts';
import type { KeptAnswers } from './keptAnswers.ts';
import type { OfferedLines } from './offeredLine.ts';
import { openFolder } from './showFiles.ts';

/** A step that a tool of others takes, as the command line names it; `ask` gives what stands behind it. */
interface ToolStep extends vscode.QuickPickItem {
  readonly key: string;
  /** @returns undefined where somebody left */
  ask(title: string): Promise<readonly string[] | undefined>;
}

/** "Run an External Tool": asks for a step and what it is about, and runs it in a terminal, followed in a notification. */
export class ToolCommand {
  readonly #lines: OfferedLines;
  readonly #tasks: CommandLineTasks;
  readonly #runs: FollowedRuns;
  readonly #files: FileQuestion;
  readonly #destinations: DestinationQuestion;
  readonly #catalogs: CatalogQuestions;
  readonly #kept: KeptAnswers;

  constructor(
    lines: OfferedLines,
    tasks: CommandLineTasks,
    runs: FollowedRuns,
    files: FileQuestion,
    destinations: DestinationQuestion,
    catalogs: CatalogQuestions,
    kept: KeptAnswers,
  ) {
    this.#lines = lines;
    this.#tasks = tasks;
    this.#runs = runs;
    this.#files = files;
    this.#destinations = destinations;
    this.#catalogs = catalogs;
    this.#kept = kept;
  }

  async run(): Promise<void> {
    const title = vscode.l10n.t('Run an External Tool');
    const placeHolder = vscode.l10n.t('What it is to do; it has to be installed');
    // Steps follow each other: the last one is no better guess than the first.
    const options = { title, placeHolder, matchOnDescription: true, ignoreFocusOut: true };
    const step = await vscode.window.showQuickPick(this.#steps(), options);
    if (step === undefined) return;
    const given = await step.ask(step.label);
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '.';
    if (given === undefined) return;
    const line = { arguments: ['run', step.key, ...given], folder };
    const agreed = await this.#lines.agree(step.label, line, 'tool');
    if (agreed === undefined) return;
    const words = agreed.words.join(' ');
    const outcome = await this.#runs.follow(words, vscode.l10n.t('Running {0}', step.label), (progressFile) =>
      this.#tasks.wordsTask(agreed.words, folder, line.arguments.join(' '), progressFile),
    );
    if (outcome !== undefined) await report(step.label, outcome);
  }

  #steps(): readonly ToolStep[] {
    const { t } = vscode.l10n;
    return [
      {
        key: 'podman-login',
        label: 'podman login',
        description: t('log in to a registry, for podman, opm and skopeo'),
        ask: (title) =>
          this.#texts(title, 'login', [t('The registry: HOST or HOST:PORT')], ['registry.redhat.io']),
      },
      {
        key: 'grpcurl-list-packages',
        label: 'grpcurl … ListPackages',
        description: t('list the packages of a catalog that is served'),
        ask: (title) =>
          this.#texts(title, 'listPackages', [t('Where it is served: HOST:PORT')], ['localhost:50051']),
      },
      {
        key: 'opm-index-prune',
        label: 'opm index prune',
        description: t('make an index image that has only some packages; opm needs podman for it'),
        ask: (title) => this.#prune(title),
      },
      {
        key: 'podman-push',
        label: 'podman push',
        description: t('push an image that podman has'),
        ask: (title) => this.#texts(title, 'prunedImage', [t('The image: HOST/REPOSITORY:TAG')]),
      },
      {
        key: 'skopeo-copy',
        label: 'skopeo copy',
        description: t('copy one image for all its platforms, with its digests'),
        ask: (title) =>
          this.#texts(title, 'copy', [
            t('The image: HOST/REPOSITORY:TAG'),
            t('Where it is to go: HOST/REPOSITORY:TAG'),
          ]),
      },
      {
        key: 'oc-catalog-mirror',
        label: 'oc adm catalog mirror',
        description: t('mirror all that a catalog names, into a registry or into files'),
        ask: (title) => this.#catalogMirror(title),
      },
      {
        key: 'oc-image-mirror',
        label: 'oc image mirror',
        description: t('copy the images of a mapping.txt'),
        ask: async (title) => {
          const file = await this.#files.ask('mapping', undefined, title, () => false);
          return file && ['-f', file.fsPath];
        },
      },
      {
        key: 'oc-mirror',
        label: 'oc-mirror --v2',
        description: t('mirror what an ImageSetConfiguration selects'),
        ask: async (title) => {
          const file = await this.#files.ask('imageSet', undefined, title, () => false);
          const place = file && (await this.#destinations.ask(title));
          return file === undefined || place === undefined ? undefined : ['-c', file.fsPath, place];
        },
      },
    ];
  }

  async #prune(title: string): Promise<readonly string[] | undefined> {
    const catalog = await this.#catalogs.catalog(title, vscode.l10n.t('The catalog to take packages from'));
    if (catalog === undefined) return undefined;
    const [packages] =
      (await this.#texts(title, `packages:${catalog}`, [
        vscode.l10n.t('The packages that stay, with commas between them'),
      ])) ?? [];
    if (packages === undefined) return undefined;
    const [image] =
      (await this.#texts(title, 'prunedImage', [vscode.l10n.t('The image to make: HOST/REPOSITORY:TAG')])) ??
      [];
    return image === undefined
      ? undefined
      : [catalog.replace(/^docker:\/\//, ''), image, '--packages', packages];
  }

  async #catalogMirror(title: string): Promise<readonly string[] | undefined> {
    const places = [vscode.l10n.t('The catalog: an image, or file://… that an earlier run has written')];
    const [catalog] = (await this.#texts(title, 'catalogToMirror', places)) ?? [];
    if (catalog === undefined) return undefined;
    const place = await this.#destinations.ask(title);
    // oc knows no transport but file://.
    return place === undefined ? undefined : [catalog, place.replace(/^docker:\/\//, '')];
  }

  /** Asks for texts one after the other, each with the last answer to it. */
  async #texts(
    title: string,
    question: string,
    prompts: readonly string[],
    usual: readonly string[] = [],
  ): Promise<readonly string[] | undefined> {
    const texts: string[] = [];
    for (const [at, prompt] of prompts.entries()) {
      const text = await this.#kept.text(`${question}:${at}`, { title, prompt, usual: usual[at] ?? '' });
      if (text === undefined) return undefined;
      texts.push(text);
    }
    return texts;
  }
}

/** One message about the end, with the way to what the tool wrote and to the command that goes on. */
async function report(name: string, { exitCode, end, isCancelled, reveal }: Outcome): Promise<void> {
  if (isCancelled) return;
  const { manifests, next } = end ?? {};
  const ways = [
    ...(manifests === undefined
      ? []
      : [{ title: vscode.l10n.t('Open Folder of Manifests'), do: () => openFolder(manifests) }]),
    ...(next === undefined
      ? []
      : [{ title: vscode.l10n.t('Copy Next Command'), do: () => vscode.env.clipboard.writeText(next) }]),
  ];
  const chosen =
    exitCode === 0
      ? await vscode.window.showInformationMessage(doneWords(name, next), ...ways)
      : await vscode.window.showErrorMessage(
          failedWords(name, end?.failed ?? 0),
          { title: vscode.l10n.t('Show Output'), do: reveal },
          ...ways,
        );
  await chosen?.do();
}

function doneWords(name: string, next: string | undefined): string {
  return next === undefined
    ? vscode.l10n.t('{0}: done.', name)
    : vscode.l10n.t('{0}: done. Next: {1}', name, next);
}

function failedWords(name: string, failed: number): string {
  if (failed === 0) return vscode.l10n.t('{0} failed. Its terminal says why.', name);
  return failed === 1
    ? vscode.l10n.t('{0}: 1 image is missing or damaged. Its terminal says why.', name)
    : vscode.l10n.t('{0}: {1} images are missing or damaged. Its terminal says why.', name, failed);
}
