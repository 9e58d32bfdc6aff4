import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import { formatPlace, type MirrorPlace, parsePlace } from '../../documents/mirrorPlace.ts';
import { readInput } from '../../files/textFile.ts';
import { indexImageBelow } from '../../indexImages/catalogPlace.ts';
import { catalogPlanName } from '../../mirror/plan/catalogPlan.ts';
import type { MirrorPlan } from '../../mirror/plan/mirrorPlan.ts';
import { planText, readPlan } from '../../mirror/plan/planFile.ts';
import { planOfLayout } from '../../mirror/plan/planOfLayout.ts';
import type { RunIdentity } from '../../mirror/run/runState.ts';
import { hasStore } from '../../stores/ocDirectoryFolder.ts';
import { isOciLayout, OciLayout } from '../../stores/ociLayout.ts';
import { type Terminal, tell } from '../command.ts';
import { planOfHeld, readFrom } from './mirrorFrom.ts';
import { namedCatalog } from './planCatalog.ts';
import { imageSetPlan, imageSetPlanName, readImageSet } from './planImageSet.ts';
import { catalogPlan, type PlanningValues, readPlace } from './planInput.ts';

/** What a mirror run is asked for. */
export interface MirrorRequest {
  readonly identity: RunIdentity;
  /** Where all of it goes; undefined for a mapping that names several places. */
  readonly place: MirrorPlace | undefined;
  /** Equal for requests of one identity whose plans would be the same, as long as nothing changes in registries. */
  readonly asked: string;
  /** @returns undefined for a file that is refused, which is said on stderr */
  plan(): Promise<MirrorPlan | undefined>;
}

export type MirrorInputValues = PlanningValues & {
  readonly plan: string | undefined;
  readonly from: string | undefined;
};

/**
 * Reads from a command line what is to be mirrored.
 * @throws UserError `usage`, and as what is named is read
 */
export async function mirrorRequest(
  given: readonly string[],
  values: MirrorInputValues,
  terminal: Terminal,
): Promise<MirrorRequest> {
  const { config, plan, from } = values;
  const inputs = [config, plan, from].filter((input) => input !== undefined);
  if (inputs.length > 1) throw usage(t('-c, --plan and --from are different inputs: choose one'));
  if (inputs.length > 0 && (values.packages ?? values.as) !== undefined) {
    throw usage(t('--packages and --as are for a CATALOG'));
  }
  const [destination, ...more] = inputs.length === 0 ? given.slice(1) : given;
  if (more.length > 0) throw usage(t('there is more than one DEST'));
  if (plan !== undefined) return ofPlan(plan, destination, values, terminal);
  if (inputs.length === 0 && given.length === 0) throw usage(t('no CATALOG is given'));
  if (destination === undefined) throw usage(t('no DEST is given: where the images are to go'));
  const place = readPlace(destination, values);
  if (config !== undefined) return ofImageSet(config, place, values, terminal);
  if (from !== undefined) return ofPlace(readFrom(from), place, values, terminal);
  return ofCatalog(given[0] ?? '', place, values, terminal);
}

/** What earlier runs brought to a place; where somebody else has filled it, all of a layout, and of a `v2/` folder the catalog in it. */
async function ofPlace(
  from: MirrorPlace,
  place: MirrorPlace,
  values: MirrorInputValues,
  terminal: Terminal,
): Promise<MirrorRequest> {
  const { dir, maxComponents } = values;
  const base = from.kind === 'layout' ? from.folder : dir;
  const plan = await planOfHeld(from, base, { place, maxComponents }, terminal);
  if (plan !== undefined) {
    return {
      identity: { name: plan.name, parts: [destinationPart(place), 'from', formatPlace(from)] },
      place,
      asked: hashOf(planText(plan)),
      plan: async () => plan,
    };
  }
  if (from.kind === 'layout' && (await isOciLayout(from.folder)))
    return ofLayout(from, place, values, terminal);
  if (from.kind === 'files' && (await hasStore(dir))) {
    return ofCatalog(await indexImageBelow(dir, from.path, terminal.signal), place, values, terminal);
  }
  throw new UserError(
    'noRun',
    t(
      'nothing tells what was mirrored to {0}: there is no mirror-runs/ for it in {1}',
      formatPlace(from),
      base,
    ),
    {
      nextStep:
        from.kind === 'layout'
          ? t('name the folder of the layout, or mirror its catalog by its name: oci://DIR:IMAGE')
          : t('name the folder that has mirror-runs/ with --dir'),
    },
  );
}

/** All images of a layout that others have written, by their names in it. */
async function ofLayout(
  from: Extract<MirrorPlace, { kind: 'layout' }>,
  place: MirrorPlace,
  { maxNestedPaths }: MirrorInputValues,
  terminal: Terminal,
): Promise<MirrorRequest> {
  const found = await new OciLayout(from.folder).images(terminal.signal);
  const held = found.map(({ name, descriptor: { digest } }) => ({ name, digest }));
  const plan = planOfLayout(resolve(from.folder), held, { place, maxComponents: maxNestedPaths });
  tell(
    terminal,
    'mirror',
    t(
      'nothing tells how {0} was written: its images go by their names, and catalogs among them as they are; for one with its CatalogSource mirror it by its name, {0}:IMAGE',
      formatPlace(from),
    ),
  );
  return {
    identity: { name: plan.name, parts: [destinationPart(place), 'layout', formatPlace(from)] },
    place,
    asked: hashOf(planText(plan)),
    plan: async () => plan,
  };
}

async function ofCatalog(
  text: string,
  place: MirrorPlace,
  values: MirrorInputValues,
  terminal: Terminal,
): Promise<MirrorRequest> {
  const named = await namedCatalog(text, values);
  const { packages, maxComponents } = values;
  return {
    identity: {
      name: catalogPlanName(named.image.reference),
      parts: [destinationPart(place), 'catalog', named.image.text],
    },
    place,
    asked: hashOf(text, packages ?? '', String(maxComponents)),
    plan: () => catalogPlan(named, place, values, terminal),
  };
}

async function ofImageSet(
  path: string,
  place: MirrorPlace,
  values: MirrorInputValues,
  terminal: Terminal,
): Promise<MirrorRequest> {
  const file = await readImageSet(path, terminal);
  return {
    identity: {
      name: imageSetPlanName(path),
      parts: [destinationPart(place), 'imageset', resolve(path)],
    },
    place,
    asked: hashOf(file.text, String(values.maxNestedPaths)),
    plan: () => imageSetPlan(file, place, values, terminal, 'mirror'),
  };
}

async function ofPlan(
  path: string,
  destination: string | undefined,
  values: MirrorInputValues,
  terminal: Terminal,
): Promise<MirrorRequest> {
  const text = (await readInput(path, terminal.signal)).toString('utf8');
  const read = readPlan(text);
  if (!read.ok) {
    throw new UserError('notAPlan', t('{0} cannot be run: {1}', path, read.problem), {
      nextStep: t('name a file that operator-mirror plan -o has written'),
    });
  }
  const { plan } = read;
  const place = parsePlace(plan.destination);
  if (destination !== undefined && formatPlace(readPlace(destination, values)) !== plan.destination) {
    throw usage(t('{0} is a plan for {1}', path, plan.destination));
  }
  return {
    identity: { name: plan.name, parts: [plan.destination, 'plan', resolve(path)] },
    place: place.ok ? place.place : undefined,
    asked: hashOf(text),
    plan: async () => plan,
  };
}

/** A layout holds the state itself, wherever it is carried. */
function destinationPart(place: MirrorPlace): string {
  return place.kind === 'layout' ? place.kind : formatPlace(place);
}

function hashOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function usage(problem: string): UserError {
  return new UserError('usage', problem, { nextStep: t('see operator-mirror {0} --help', 'mirror') });
}
