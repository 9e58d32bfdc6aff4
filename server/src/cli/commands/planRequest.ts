import { UserError } from '../../base/errors.ts';
import { sentence, t } from '../../base/sentences.ts';
import { nearestOf } from '../../base/words.ts';
import type { Catalog } from '../../catalog/model.ts';
import { planOfCatalog } from '../../mirror/plan/catalogPlan.ts';
import type { PinnedPlan } from '../../mirror/plan/pinned.ts';
import { type MirrorPlace, parsePlace } from '../../mirror/plan/place.ts';
import type { catalogProgressOption } from '../catalogProgress.ts';
import type { Terminal } from '../command.ts';
import { count, text, type Values } from '../options.ts';
import type { AskingValues } from './planAsking.ts';
import { openNamedCatalog } from './planCatalog.ts';
import { imageSetPlan } from './planImageSet.ts';
import { mappingPlan } from './planMapping.ts';

/** What a plan is made of, for every command that makes one: `(CATALOG DEST | -c IMAGESET DEST | -f FILE [DEST])`. */
export const planRequestOptions = {
  config: text({
    short: 'c',
    value: 'IMAGESET',
    help: sentence(
      'an ImageSetConfiguration instead of a catalog: what oc-mirror v2 selects, with the names that it gives',
    ),
  }),
  filename: text({
    short: 'f',
    value: 'FILE',
    help: sentence(
      'a mapping.txt instead of a catalog; - is standard input. It names its destinations itself',
    ),
  }),
  as: text({
    value: 'IMAGE',
    help: sentence('the image that a folder or a file stands for; file://NAME where the images are in a v2/'),
  }),
  packages: text({ value: 'A,B', help: sentence('only these packages of the catalog') }),
  maxComponents: count({
    default: 2,
    least: 0,
    help: sentence(
      'components that paths of a CATALOG have in the registry, the rest is joined with - (2, as oc; 0 is no limit)',
    ),
  }),
};

/** What a command that declares `planRequestOptions` has besides. */
type RequestValues = Values<typeof planRequestOptions & typeof catalogProgressOption> & AskingValues;

/**
 * The plan that a command line asks for. Its sources have not been asked yet.
 * @param command whose help errors name
 * @returns undefined for a file that is refused, which is said on stderr
 * @throws UserError `usage`, and as plans are made of each of the inputs
 */
export async function requestedPlan(
  given: readonly string[],
  values: RequestValues,
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
    const planned = await imageSetPlan(config, readPlace(destination, values), values, terminal);
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
  const { catalog, image, digest } = await openNamedCatalog(source, values, terminal);
  const packages = values.packages === undefined ? undefined : wantedPackages(values.packages, catalog);
  const { maxComponents } = values;
  return {
    plan: planOfCatalog(catalog, { source, image, digest, place, maxComponents, packages }),
    missing: [],
  };
}

/** @throws UserError `usage` */
function readPlace(destination: string, { maxComponents }: RequestValues): MirrorPlace {
  const parsed = parsePlace(destination);
  if (!parsed.ok) {
    throw new UserError('usage', t('{0} is no place to mirror to: {1}', destination, parsed.problem), {
      nextStep: t('name docker://HOST/NAMESPACE, oci://DIR or file://PATH'),
    });
  }
  if (maxComponents === 1) {
    throw new UserError('usage', t('--max-components 1 would give all images one repository'), {
      nextStep: t('use 0 for no limit, or 2 and more'),
    });
  }
  return parsed.place;
}

/** @throws UserError `usage`, `unknownPackage` */
function wantedPackages(list: string, { packages }: Catalog): string[] {
  const wanted = list.split(',').filter((name) => name !== '');
  if (wanted.length === 0) {
    throw new UserError('usage', t('--packages names none'), { nextStep: t('leave it away for all') });
  }
  const known = packages.map(({ name }) => name);
  for (const name of wanted) {
    if (known.includes(name)) continue;
    const meant = nearestOf(name, known);
    throw new UserError('unknownPackage', t('the catalog has no package {0}', name), {
      nextStep: meant === undefined ? t('see operator-mirror catalog list') : t('did you mean {0}?', meant),
    });
  }
  return wanted;
}
