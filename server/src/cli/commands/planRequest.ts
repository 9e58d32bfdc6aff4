import { UserError } from '../../base/errors.ts';
import { sentence, t } from '../../base/sentences.ts';
import type { PinnedPlan } from '../../mirror/plan/pinned.ts';
import type { Terminal } from '../command.ts';
import { text, type Values } from '../options.ts';
import { namedCatalog } from './planCatalog.ts';
import { imageSetPlan, readImageSet } from './planImageSet.ts';
import { catalogPlan, type PlanningValues, planningOptions, readPlace } from './planInput.ts';
import { mappingPlan } from './planMapping.ts';

/** What a plan is made of, for every command that makes one: `(CATALOG DEST | -c IMAGESET DEST | -f FILE [DEST])`. */
export const planRequestOptions = {
  ...planningOptions,
  filename: text({
    short: 'f',
    value: 'FILE',
    help: sentence(
      'a mapping.txt instead of a catalog; - is standard input. It names its destinations itself',
    ),
  }),
};

/**
 * The plan that a command line asks for. Its sources have not been asked yet.
 * @param command whose help errors name
 * @returns undefined for a file that is refused, which is said on stderr
 * @throws UserError `usage`, and as plans are made of each of the inputs
 */
export async function requestedPlan(
  given: readonly string[],
  values: PlanningValues & Values<typeof planRequestOptions>,
  terminal: Terminal,
  command: string,
): Promise<PinnedPlan | undefined> {
  const { config, filename } = values;
  const wrong = (problem: string) =>
    new UserError('usage', problem, { nextStep: t('see operator-mirror {0} --help', command) });
  if (config !== undefined && filename !== undefined) throw wrong(t('-c and -f are two inputs'));
  if ((config ?? filename) !== undefined && (values.packages ?? values.as) !== undefined) {
    throw wrong(t('--packages and --as are for a CATALOG'));
  }
  if (config !== undefined) {
    const [destination, ...more] = given;
    if (destination === undefined) throw wrong(t('no DEST is given: where the images are to go'));
    if (more.length > 0) throw wrong(t('-c takes the place of a CATALOG'));
    const place = readPlace(destination, values);
    const planned = await imageSetPlan(
      await readImageSet(config, terminal),
      place,
      values,
      terminal,
      command,
    );
    return planned && { plan: planned, missing: [] };
  }
  if (filename !== undefined) {
    const [destination, ...more] = given;
    if (more.length > 0) throw wrong(t('-f takes the place of a CATALOG'));
    const place = destination === undefined ? undefined : readPlace(destination, values);
    return mappingPlan(filename, place, values, terminal);
  }
  const [source, destination, ...more] = given;
  if (source === undefined) throw wrong(t('no CATALOG is given'));
  if (destination === undefined) throw wrong(t('no DEST is given: where the images are to go'));
  if (more.length > 0) throw wrong(t('there is more than one CATALOG and one DEST'));
  const place = readPlace(destination, values);
  return {
    plan: await catalogPlan(await namedCatalog(source, values), place, values, terminal),
    missing: [],
  };
}
