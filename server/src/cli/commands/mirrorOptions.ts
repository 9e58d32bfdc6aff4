import { sentence } from '../../base/sentences.ts';
import { incompleteWays } from '../../mirror/run/catalogDecision.ts';
import { parseShard } from '../../mirror/run/shard.ts';
import { manifestOptions } from '../manifestOptions.ts';
import { flag, oneOf, parsed, text, texts } from '../options.ts';
import { progressOptions } from '../progress.ts';
import {
  copyOptions,
  formatOption,
  registryOptions,
  retryOption,
  signaturesOption,
} from '../sharedOptions.ts';
import { planningOptions } from './planInput.ts';

/** The options of `mirror`. */
export const mirrorOptions = {
  ...planningOptions,
  plan: text({
    value: 'PLAN',
    help: sentence('a plan that operator-mirror plan -o has kept, instead of a catalog'),
  }),
  from: text({
    value: 'PLACE',
    help: sentence(
      'bring on what was mirrored to this place before, oci://DIR or file://PATH (below --dir), instead of a catalog',
    ),
  }),
  incomplete: oneOf(incompleteWays, {
    help: sentence(
      'what becomes of bundles whose images are missing: left out of the catalog (drop), kept in it, or no catalog is written (fail)',
    ),
  }),
  checkAll: flag({
    help: sentence(
      'ask the destination for all images, also for those that an earlier run is known to have brought',
    ),
  }),
  shard: parsed(parseShard, {
    value: 'I/N',
    help: sentence(
      'bring one part of N of the images, I from 1 to N, while other machines bring theirs; the one that ends last writes the catalog',
    ),
    problem: sentence('{0} {1} names no shard'),
    nextStep: sentence('number the machines from 1 to their count: 1/3, 2/3 and 3/3'),
  }),
  only: texts({
    value: 'IMAGE',
    help: sentence(
      'of what the last run of this command could not bring, bring this image alone, by its source or its destination; all else stays as that run left it (repeatable)',
    ),
  }),
  replan: flag({ help: sentence('plan anew where an interrupted run would go on with its plan') }),
  ...signaturesOption,
  ...manifestOptions,
  ...copyOptions,
  ...formatOption,
  ...progressOptions,
  ...retryOption,
  ...registryOptions,
};
