import { resolve } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { sentence, t } from '../../base/sentences.ts';
import { nearestOf, printableJson } from '../../base/words.ts';
import type { Catalog } from '../../catalog/model.ts';
import { parseReference } from '../../documents/imageReference.ts';
import type { Lookup } from '../../lookup/lookup.ts';
import { planOfCatalog } from '../../mirror/plan/catalogPlan.ts';
import { mappingText } from '../../mirror/plan/mappingText.ts';
import type { MirrorPlan } from '../../mirror/plan/mirrorPlan.ts';
import { type PinnedPlan, pinned } from '../../mirror/plan/pinned.ts';
import { type MirrorPlace, parsePlace } from '../../mirror/plan/place.ts';
import type { Fact, ImageFacts } from '../../workspace/facts.ts';
import { catalogProgressOption } from '../catalogProgress.ts';
import { command, exitCodes, type Terminal, tell } from '../command.ts';
import { withFacts } from '../facts.ts';
import type { Operands } from '../operands.ts';
import { count, flag, text, type Values } from '../options.ts';
import { formatOption, registryOptions, retryOption } from '../sharedOptions.ts';
import { openNamedCatalog } from './planCatalog.ts';
import { writePlan } from './planOutput.ts';
import { planJson, planLines, tellPlan } from './planReport.ts';

const operands: Operands<{ readonly catalog: string; readonly destination: string }> = {
  usage: 'CATALOG DEST',
  read([catalog, destination, ...more]) {
    if (catalog !== undefined && destination !== undefined && more.length === 0)
      return { catalog, destination };
    const problem =
      catalog === undefined
        ? t('no CATALOG is given')
        : destination === undefined
          ? t('no DEST is given: where the images are to go')
          : t('there is more than one CATALOG and one DEST');
    throw new UserError('usage', problem, { nextStep: t('see operator-mirror {0} --help', 'plan') });
  },
};

const options = {
  as: text({
    value: 'IMAGE',
    help: sentence('the image that a folder or a file stands for; file://NAME where the images are in a v2/'),
  }),
  packages: text({ value: 'A,B', help: sentence('only these packages of the catalog') }),
  maxComponents: count({
    default: 2,
    least: 0,
    help: sentence(
      'components of a path in the registry, the rest is joined with - (2, as oc; 0 is no limit)',
    ),
  }),
  mapping: flag({ help: sentence('print a mapping.txt, the lines that oc adm catalog mirror writes') }),
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
    'CATALOG is an image in a registry, oci://DIR, file://, a folder of a file-based catalog, or an index.db. DEST is docker://HOST/NAMESPACE, oci://DIR, or file://PATH in a v2/. Destinations are named as oc adm catalog mirror names them. The registries are asked for digests and sizes, unless --offline or --mapping. The exit code is 1 where images are missing, and 2 where several images would be written over each other.',
  ),
  operands,
  options,
  usage: ['as', 'packages', 'maxComponents', 'mapping', 'output', 'format'],
  async run({ catalog, destination }, values, terminal) {
    if (values.mapping && values.format === 'json') {
      throw new UserError('usage', t('--mapping and --format json are two outputs'), {
        nextStep: t('choose one'),
      });
    }
    const place = readPlace(destination, values);
    const named = await openNamedCatalog(catalog, values, terminal);
    const planned = planOfCatalog(named.catalog, {
      source: catalog,
      image: named.image,
      digest: named.digest,
      place,
      maxComponents: values.maxComponents,
      packages: values.packages === undefined ? undefined : wantedPackages(values.packages, named.catalog),
    });
    // Names are all that a mapping has.
    const asks = !values.offline && (!values.mapping || values.output !== undefined);
    const result = asks ? await askSources(planned, values, terminal) : { plan: planned, missing: [] };
    return report(result, values, terminal);
  },
});

async function report(result: PinnedPlan, values: PlanValues, terminal: Terminal): Promise<number> {
  const { plan: found, missing } = result;
  tellPlan(result, values.mapping, terminal);
  const collides = found.collisions.length > 0;
  if (values.output !== undefined) {
    if (collides) tell(terminal, 'plan', t('{0} was not written: this plan cannot be run', values.output));
    else await writePlan(values.output, found);
  }
  if (values.mapping) terminal.stdout.write(mappingText(found));
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
  if (mapping && parsed.place.kind === 'layout') {
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

/** Asks all sources at once: look-ups keep to a few for each host, and need no more than a HEAD of what they know. */
async function askSources(planned: MirrorPlan, values: PlanValues, terminal: Terminal): Promise<PinnedPlan> {
  const { signal } = terminal;
  // `file://` means the v2/ beside a document.
  const from = resolve(values.dir, 'mapping.txt');
  const ask = async (facts: Lookup) => {
    const answers = new Map<string, Fact<ImageFacts>>();
    await Promise.all(
      planned.images.map(async ({ source }) => {
        const parsed = parseReference(source);
        if (!parsed.ok) return;
        answers.set(source, await facts.whenKnown(parsed.reference, Number.POSITIVE_INFINITY, from, signal));
      }),
    );
    signal.throwIfAborted();
    return pinned(planned, answers);
  };
  return withFacts(values, terminal, ask, true);
}
