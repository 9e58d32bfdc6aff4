import { sentence } from '../../base/sentences.ts';
import { incompleteWays } from '../../mirror/run/catalogDecision.ts';
import { manifestOptions } from '../manifestOptions.ts';
import { flag, oneOf, text } from '../options.ts';
import { progressOptions } from '../progress.ts';
import { copyOptions, formatOption, registryOptions, retryOption } from '../sharedOptions.ts';
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
  replan: flag({ help: sentence('plan anew where an interrupted run would go on with its plan') }),
  ...manifestOptions,
  ...copyOptions,
  ...formatOption,
  ...progressOptions,
  ...retryOption,
  ...registryOptions,
};
