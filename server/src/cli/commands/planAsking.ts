import { resolve } from 'node:path';
import { growForImages } from '../../access/youngGeneration.ts';
import { messageOf, UserError } from '../../base/errors.ts';
import { Limiter } from '../../base/limiter.ts';
import { t } from '../../base/sentences.ts';
import { type ImageReference, repositoryOf } from '../../documents/imageReference.ts';
import { parsePlaced } from '../../documents/layoutReference.ts';
import { keepsReferences } from '../../documents/transport.ts';
import { readImageFacts } from '../../lookup/imageFacts.ts';
import type { Lookup } from '../../lookup/lookup.ts';
import type { MirrorPlan } from '../../mirror/plan/mirrorPlan.ts';
import { type PinnedPlan, type PinningFacts, pinned } from '../../mirror/plan/pinned.ts';
import { OciLayout } from '../../stores/ociLayout.ts';
import type { Fact, ImageFacts } from '../../workspace/facts.ts';
import { openAskingProgress } from '../askingProgress.ts';
import type { byteProgressOption } from '../byteProgress.ts';
import type { Terminal } from '../command.ts';
import { withFacts } from '../facts.ts';
import type { Values } from '../options.ts';
import type { RegistryValues } from '../sharedOptions.ts';

/** How sources are asked. */
export type AskingValues = RegistryValues & Values<typeof byteProgressOption> & { readonly dir: string };

/**
 * Asks all sources of a plan at once: look-ups keep to a few for each host. What was seen some time ago is no answer.
 * @throws UserError as `withFacts`; the signal's reason
 */
export function askSources(plan: MirrorPlan, values: AskingValues, terminal: Terminal): Promise<PinnedPlan> {
  const { signal } = terminal;
  const from = documentIn(values.dir);
  growForImages(plan.images.length);
  const ask = async (facts: Lookup) => {
    const answers = new Map<string, Fact<PinningFacts>>();
    const sources = new Set(plan.images.map(({ source }) => source));
    const layouts = new LayoutFacts(signal);
    const progress = openAskingProgress(sources.size, values, terminal);
    try {
      await Promise.all(
        [...sources].map(async (source) => {
          const parsed = parsePlaced(source);
          if (!parsed.ok) return;
          const { reference } = parsed;
          const answer = keepsReferences(reference)
            ? await layouts.of(reference)
            : await facts.whenKnown(reference, Number.POSITIVE_INFINITY, from, signal);
          answers.set(source, neededOf(answer));
          progress.answered();
        }),
      );
    } finally {
      progress.end();
    }
    signal.throwIfAborted();
    return pinned(plan, answers);
  };
  return withFacts(values, terminal, ask, true);
}

/** Nothing more of it is kept: there may be tens of thousands, whose labels are many times as long. */
function neededOf(answer: Fact<ImageFacts>): Fact<PinningFacts> {
  if (answer.state !== 'known') return answer;
  const { digest, size, blobs } = answer.value;
  return { ...answer, value: { digest, size, blobs } };
}

/** What images in OCI layouts are, which nobody else is asked for. */
class LayoutFacts {
  readonly #signal: AbortSignal;
  readonly #layouts = new Map<string, OciLayout>();
  readonly #reads = new Limiter(8);

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  async of({ repository: folder, tag, digest }: ImageReference): Promise<Fact<ImageFacts>> {
    const layout = this.#layouts.get(folder) ?? new OciLayout(folder);
    this.#layouts.set(folder, layout);
    try {
      const read = () => readImageFacts(layout, digest ?? tag ?? '', this.#signal);
      const value = await this.#reads.run(read, this.#signal);
      if (value !== undefined) return { state: 'known', value, at: Date.now() };
      return { state: 'missing', reason: t('{0} does not have it', layout.name) };
    } catch (error) {
      if (this.#signal.aborted) return { state: 'pending' };
      const state = error instanceof UserError && error.code === 'noStore' ? 'missing' : 'failed';
      return { state, reason: messageOf(error) };
    }
  }
}

/**
 * The tags of repositories, as their registries have them now.
 * @throws UserError as `withFacts`; the signal's reason
 */
export async function askTags(
  references: readonly ImageReference[],
  values: AskingValues,
  terminal: Terminal,
): Promise<(reference: ImageReference) => Fact<readonly string[]>> {
  const { signal } = terminal;
  const from = documentIn(values.dir);
  const ask = async (facts: Lookup) => {
    for (const reference of references) facts.tags(reference, from);
    await facts.idle(signal);
    signal.throwIfAborted();
    return new Map(references.map((reference) => [repositoryOf(reference), facts.peekTags(reference, from)]));
  };
  const answers = await withFacts(values, terminal, ask, true);
  return (reference) => answers.get(repositoryOf(reference)) ?? { state: 'pending' };
}

/** `file://` means the `v2/` beside a document. */
function documentIn(folder: string): string {
  return resolve(folder, 'mapping.txt');
}
