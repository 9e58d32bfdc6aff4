import { UserError } from '../../base/errors.ts';
import { sentence, t } from '../../base/sentences.ts';
import { nearestOf } from '../../base/words.ts';
import type { Catalog } from '../../catalog/model.ts';
import { type MirrorPlace, parsePlace } from '../../documents/mirrorPlace.ts';
import { planOfCatalog } from '../../mirror/plan/catalogPlan.ts';
import type { MirrorPlan } from '../../mirror/plan/mirrorPlan.ts';
import type { byteProgressOption } from '../byteProgress.ts';
import type { Terminal } from '../command.ts';
import { count, text, type Values } from '../options.ts';
import type { AskingValues } from './planAsking.ts';
import { type NamedCatalog, openNamedCatalog } from './planCatalog.ts';

/** What every command has that plans a mirror run from a catalog or an ImageSetConfiguration. */
export const planningOptions = {
  config: text({
    short: 'c',
    value: 'IMAGESET',
    help: sentence(
      'an ImageSetConfiguration instead of a catalog: what oc-mirror v2 selects, with the names that it gives',
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
  maxNestedPaths: count({
    default: 0,
    least: 0,
    help: sentence(
      'components that paths of an IMAGESET have in the registry, as the option of oc-mirror (0 is no limit)',
    ),
  }),
};

/** What a command that declares `planningOptions` has besides. */
export type PlanningValues = Values<typeof planningOptions & typeof byteProgressOption> & AskingValues;

/**
 * The plan of a catalog, with the names of `oc adm catalog mirror`.
 * @throws UserError `usage`, `unknownPackage`, and as `openCatalog`
 */
export async function catalogPlan(
  named: NamedCatalog,
  place: MirrorPlace,
  values: PlanningValues,
  terminal: Terminal,
): Promise<MirrorPlan> {
  const { maxComponents } = values;
  const { catalog, digest, imageDigest } = await openNamedCatalog(named, values, terminal);
  const packages = values.packages === undefined ? undefined : wantedPackages(values.packages, catalog);
  const { text: source, image } = named;
  return planOfCatalog(catalog, { source, image, digest, imageDigest, place, maxComponents, packages });
}

/** @throws UserError `usage` for what is no place that images could be brought to */
export function readPlace(
  destination: string,
  { maxComponents }: Pick<PlanningValues, 'maxComponents'>,
): MirrorPlace {
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
