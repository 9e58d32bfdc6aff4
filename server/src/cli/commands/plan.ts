import { UserError } from '../../base/errors.ts';
import { sentence, t } from '../../base/sentences.ts';
import { nearestOf, printableJson } from '../../base/words.ts';
import type { Catalog } from '../../catalog/model.ts';
import { planOfCatalog } from '../../mirror/plan/catalogPlan.ts';
import { mappingDialects, mappingText } from '../../mirror/plan/mappingText.ts';
import type { PinnedPlan } from '../../mirror/plan/pinned.ts';
import { type MirrorPlace, parsePlace } from '../../mirror/plan/place.ts';
import { catalogProgressOption } from '../catalogProgress.ts';
import { command, exitCodes, type Terminal, tell } from '../command.ts';
import { any } from '../operands.ts';
import { count, flagOrOneOf, text, type Values } from '../options.ts';
import { formatOption, registryOptions, retryOption } from '../sharedOptions.ts';
import { askSources } from './planAsking.ts';
import { openNamedCatalog } from './planCatalog.ts';
import { imageSetPlan } from './planImageSet.ts';
import { mappingPlan } from './planMapping.ts';
import { writePlan } from './planOutput.ts';
import { planJson, planLines, tellPlan } from './planReport.ts';

const options = {
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
  mapping: flagOrOneOf(mappingDialects, {
    help: sentence(
      'print a mapping.txt, the lines that oc adm catalog mirror writes; =oc-mirror: as a dry run of oc-mirror v2 writes them',
    ),
  }),
  output: text({ short: 'o', value: 'PLAN', help: sentence('keep the plan in this file, digests pinned') }),
  dir: text({
    value: 'FOLDER',
    default: '.',
    help: sentence('what holds the v2/ of file:// images (the current folder)'),
  }),
  ...formatOption,
  ...catalogProgressOption,
  ...retryOption,
  ...registryOptions,
};

type PlanValues = Values<typeof options>;

export const plan = command({
  name: 'plan',
  summary: 'Say what a mirror run would do: images, why, where to, how much, and what is missing',
  details: sentence(
    'CATALOG is an image in a registry, oci://DIR, file://, a folder of a file-based catalog, or an index.db. DEST is docker://HOST/NAMESPACE, oci://DIR, or file://PATH in a v2/. Destinations of a catalog are named as oc adm catalog mirror names them. The registries are asked for digests and sizes, unless --offline or --mapping. The exit code is 1 where images are missing, and 2 where several images would be written over each other.',
  ),
  operands: any('(CATALOG DEST | -c IMAGESET DEST | -f FILE [DEST])'),
  options,
  usage: ['as', 'packages', 'maxComponents', 'mapping', 'output', 'format'],
  async run(given, values, terminal) {
    if (values.mapping !== undefined && values.format === 'json') {
      throw new UserError('usage', t('--mapping and --format json are two outputs'), {
        nextStep: t('choose one'),
      });
    }
    const planned = await planOf(given, values, terminal);
    if (planned === undefined) {
      tell(terminal, 'plan', t('nothing was planned: correct the file, then run this again'));
      return exitCodes.unusable;
    }
    // Names are all that a mapping has.
    const asks = !values.offline && (values.mapping === undefined || values.output !== undefined);
    const { plan: found, missing } = asks
      ? await askSources(planned.plan, values, terminal)
      : { plan: planned.plan, missing: [] };
    return report({ plan: found, missing: [...planned.missing, ...missing] }, values, terminal);
  },
});

/** @returns undefined for a file that is refused */
async function planOf(
  given: readonly string[],
  values: PlanValues,
  terminal: Terminal,
): Promise<PinnedPlan | undefined> {
  const { config, filename } = values;
  if (config !== undefined && filename !== undefined) throw usage(t('-c and -f are two inputs'));
  if ((config ?? filename) !== undefined && (values.packages ?? values.as) !== undefined) {
    throw usage(t('--packages and --as are for a CATALOG'));
  }
  if (config !== undefined) {
    const [destination, ...more] = given;
    if (destination === undefined) throw usage(t('no DEST is given: where the images are to go'));
    if (more.length > 0) throw usage(t('-c takes the place of a CATALOG'));
    const planned = await imageSetPlan(config, readPlace(destination, values), values, terminal);
    return planned && { plan: planned, missing: [] };
  }
  if (filename !== undefined) {
    const [destination, ...more] = given;
    if (more.length > 0) throw usage(t('-f takes the place of a CATALOG'));
    const place = destination === undefined ? undefined : readPlace(destination, values);
    return mappingPlan(filename, place, values, terminal);
  }
  const [source, destination, ...more] = given;
  if (source === undefined) throw usage(t('no CATALOG is given'));
  if (destination === undefined) throw usage(t('no DEST is given: where the images are to go'));
  if (more.length > 0) throw usage(t('there is more than one CATALOG and one DEST'));
  const place = readPlace(destination, values);
  const { catalog, image, digest } = await openNamedCatalog(source, values, terminal);
  const packages = values.packages === undefined ? undefined : wantedPackages(values.packages, catalog);
  const { maxComponents } = values;
  return {
    plan: planOfCatalog(catalog, { source, image, digest, place, maxComponents, packages }),
    missing: [],
  };
}

function usage(problem: string): UserError {
  return new UserError('usage', problem, { nextStep: t('see operator-mirror {0} --help', 'plan') });
}

async function report(result: PinnedPlan, values: PlanValues, terminal: Terminal): Promise<number> {
  const { plan: found, missing } = result;
  tellPlan(result, values.mapping !== undefined, terminal);
  const collides = found.collisions.length > 0;
  if (values.output !== undefined) {
    if (collides) tell(terminal, 'plan', t('{0} was not written: this plan cannot be run', values.output));
    else await writePlan(values.output, found);
  }
  if (values.mapping !== undefined) terminal.stdout.write(mappingText(found, values.mapping));
  else if (values.format === 'json') terminal.stdout.write(`${printableJson(planJson(result), 2)}\n`);
  else terminal.stdout.write(planLines(result));
  if (collides) return exitCodes.unusable;
  return missing.length > 0 ? exitCodes.incomplete : exitCodes.done;
}

/** @throws UserError `usage` */
function readPlace(destination: string, { maxComponents, mapping }: PlanValues): MirrorPlace {
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
  if (mapping !== undefined && parsed.place.kind === 'layout') {
    throw new UserError('usage', t('{0}: a mapping.txt cannot name an OCI layout', destination), {
      nextStep: t('leave --mapping away, or name a registry or file://PATH'),
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
