import type { ImageReference } from '../../documents/imageReference.ts';
import { isInRegistry, unaskable } from '../../documents/transport.ts';
import type { Fact, ImageFacts } from '../../workspace/facts.ts';
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
  if (context.lineCount > askedUnasked && facts.hasAnswers === false && isInRegistry(destination))
    return undefined;
  return context.lineCount <= askedUnasked ? facts.image(destination, path) : facts.peek(destination, path);
}
