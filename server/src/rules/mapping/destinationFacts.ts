import type { ImageReference } from '../../documents/imageReference.ts';
import { isInRegistry, unaskable } from '../../documents/transport.ts';
import type { Fact, ImageFacts } from '../../workspace/facts.ts';
import { mappingIndex } from '../../workspace/mappingIndex.ts';
import type { RuleContext } from '../rule.ts';

/** Opening a longer file must not start thousands of look-ups that nobody asked for. */
const askedUnasked = 500;

/**
 * What is known of a destination in a registry or in the `v2/` folder near the file. In files of usual length a
 * look-up starts by itself; in longer ones only what somebody asked for is known. Undefined for places that nobody
 * answers for or has answered for.
 */
export function factOf(destination: ImageReference, context: RuleContext): Fact<ImageFacts> | undefined {
  if (unaskable(destination) !== undefined) return undefined;
  const { facts, path } = context;
  if (asksNoRegistry(context) && isInRegistry(destination)) return undefined;
  return context.lineCount <= askedUnasked ? facts.image(destination, path) : facts.peek(destination, path);
}

/** True where `factOf` says nothing of any destination of a mapping.txt. */
export function knowsNothing(context: RuleContext): boolean {
  if (!asksNoRegistry(context)) return false;
  const content = context.snapshot.files.get(context.path)?.content;
  if (content?.type !== 'mapping') return false;
  const [inFolder] = mappingIndex(content.mapping).byFileDestination.keys();
  return inFolder === undefined;
}

function asksNoRegistry({ facts, lineCount }: RuleContext): boolean {
  return lineCount > askedUnasked && facts.hasAnswers === false;
}
