import { resolve } from 'node:path';
import { type ImageReference, parseReference, repositoryOf } from '../../documents/imageReference.ts';
import type { Lookup } from '../../lookup/lookup.ts';
import type { MirrorPlan } from '../../mirror/plan/mirrorPlan.ts';
import { type PinnedPlan, pinned } from '../../mirror/plan/pinned.ts';
import type { Fact, ImageFacts } from '../../workspace/facts.ts';
import type { Terminal } from '../command.ts';
import { withFacts } from '../facts.ts';
import type { RegistryValues } from '../sharedOptions.ts';

/** How sources are asked. */
export type AskingValues = RegistryValues & { readonly dir: string };

/**
 * Asks all sources of a plan at once: look-ups keep to a few for each host. What was seen some time ago is no answer.
 * @throws UserError as `withFacts`; the signal's reason
 */
export function askSources(plan: MirrorPlan, values: AskingValues, terminal: Terminal): Promise<PinnedPlan> {
  const { signal } = terminal;
  const from = documentIn(values.dir);
  const ask = async (facts: Lookup) => {
    const answers = new Map<string, Fact<ImageFacts>>();
    const sources = new Set(plan.images.map(({ source }) => source));
    await Promise.all(
      [...sources].map(async (source) => {
        const parsed = parseReference(source);
        if (!parsed.ok) return;
        answers.set(source, await facts.whenKnown(parsed.reference, Number.POSITIVE_INFINITY, from, signal));
      }),
    );
    signal.throwIfAborted();
    return pinned(plan, answers);
  };
  return withFacts(values, terminal, ask, true);
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
