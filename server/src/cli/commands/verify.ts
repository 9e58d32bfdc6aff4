import { messageOf, UserError } from '../../base/errors.ts';
import { sentence, t } from '../../base/sentences.ts';
import type { ImageReference } from '../../documents/imageReference.ts';
import { isInRegistry } from '../../documents/transport.ts';
import type { Listener } from '../../mirror/copy/events.ts';
import type { MirrorImage, MirrorPlan } from '../../mirror/plan/mirrorPlan.ts';
import { type LostPull, lostPulls } from '../../mirror/verify/tracedPulls.ts';
import type { VerifiedImage, WantedImage } from '../../mirror/verify/verifiedImage.ts';
import { verifyImages } from '../../mirror/verify/verifyImages.ts';
import type { ImageSource } from '../../stores/imageStore.ts';
import { openOnDisk } from '../../stores/open.ts';
import { trace } from '../../workspace/trace.ts';
import { command, exitCodes, type Terminal, tell } from '../command.ts';
import { readNodeFiles } from '../nodeFiles.ts';
import { any } from '../operands.ts';
import { count, flag, text, texts, type Values } from '../options.ts';
import { openProgress, type Progress, progressOptions } from '../progress.ts';
import { withRegistries } from '../registries.ts';
import { formatOption, registryOptions, retryOption } from '../sharedOptions.ts';
import { askSources } from './planAsking.ts';
import { planRequestOptions, requestedPlan } from './planRequest.ts';
import { verifyOffers } from './verifyOffers.ts';
import {
  stoppedVerifyLine,
  type VerifyOutcome,
  verifyFields,
  verifyJson,
  verifyText,
} from './verifyReport.ts';
import { verifySignatures } from './verifySignatures.ts';
import { namedTarget, planTarget, type VerifyTarget } from './verifyTarget.ts';

const options = {
  ...planRequestOptions,
  deep: flag({
    help: sentence('read every blob once and hash it; without it they have to be there in their size'),
  }),
  signatures: flag({
    help: sentence(
      'want the signatures, attestations and bills of materials, too, that the sources have beside images',
    ),
  }),
  removeDamaged: flag({
    help: sentence(
      'remove files that are proven to be damaged from a v2/ or an OCI layout, so that the next mirror or copy brings them again',
    ),
  }),
  dir: text({
    value: 'FOLDER',
    default: '.',
    help: sentence('what holds the v2/ of file:// images (the current folder)'),
  }),
  in: texts({
    value: 'PATH',
    help: sentence(
      'mirror sets that have to lead every pull to what is proven: a file or a folder; those of a run are in its DIR (repeatable)',
    ),
  }),
  parallelImages: count({
    default: 16,
    help: sentence('images that are looked at at the same time ({default})'),
  }),
  ...formatOption,
  ...progressOptions,
  ...retryOption,
  ...registryOptions,
};

type VerifyValues = Values<typeof options>;

export const verify = command({
  name: 'verify',
  summary:
    'Prove that every image, child manifest and blob is at its place, and say what is missing or damaged',
  details: sentence(
    'DIR is the folder of a run, a plan that plan -o kept, an OCI layout (also oci://DIR), or what holds a v2/ (file://PATH: the part of it below PATH); a folder is held to what it names itself, and to the plans that runs left there. DEST is held to what a mirror run would bring there now. Catalogs are opened at their destination, and all that they offer has to be there. The exit code is 1 where anything is missing or damaged.',
  ),
  operands: any('(DIR | CATALOG DEST | -c IMAGESET DEST | -f FILE [DEST])'),
  options,
  usage: ['deep', 'signatures', 'removeDamaged', 'in', 'dir', 'format', 'progress'],
  async run(given, values, terminal) {
    const start = performance.now();
    const target = await targetOf(given, values, terminal);
    if (target === undefined) {
      tell(terminal, 'verify', t('nothing was verified: correct the file, then run this again'));
      return exitCodes.unusable;
    }
    return withPlaces(target, values, terminal, async (open) => {
      const progress = openProgress(values, terminal);
      let outcome: VerifyOutcome | undefined;
      try {
        outcome = await outcomeOf(target, open, progress, values, terminal);
        const { images } = outcome;
        const { signal, stdout } = terminal;
        const lines =
          values.format === 'json' ? verifyJson(outcome) : verifyText(outcome, performance.now() - start);
        progress.aside(() => {
          if (signal.aborted) tell(terminal, 'verify', stoppedVerifyLine(images, messageOf(signal.reason)));
          stdout.write(lines);
        });
        return isProven(outcome) ? exitCodes.done : exitCodes.incomplete;
      } finally {
        progress.end(outcome && verifyFields(outcome));
      }
    });
  },
});

/** Looks at the images first, then at what catalogs offer of them, and at last at where nodes pull them from. */
async function outcomeOf(
  target: VerifyTarget,
  open: (reference: ImageReference) => ImageSource,
  progress: Progress,
  values: VerifyValues,
  terminal: Terminal,
): Promise<VerifyOutcome> {
  const { signal } = terminal;
  let bytes = 0;
  const look = (wanted: readonly WantedImage[], follow: Listener) =>
    verifyImages(wanted, {
      ...values,
      open,
      signal,
      listener(event) {
        if (event.type === 'bytes') bytes += event.bytes;
        follow(event);
      },
    });
  const planned = await look(target.images, (event) => progress.follow(event));
  const { leftovers, notes, manifests } = target;
  const found = { images: planned, leftovers, notes, manifests, offers: [], lostPulls: [] };
  if (signal.aborted) return { ...found, bytes };
  try {
    const more = await verifyOffers(target, planned, (wanted) => look(wanted, () => {}), values, terminal);
    const images = [...planned, ...more.images];
    const lostPulls = await pullsLost(target, images, values, terminal);
    const signatures = values.signatures
      ? await verifySignatures(images, (wanted) => look(wanted, () => {}), values, terminal)
      : { images: [], notes: [] };
    return {
      ...found,
      images: [...images, ...signatures.images],
      notes: [...notes, ...signatures.notes],
      bytes,
      offers: more.offers,
      lostPulls,
    };
  } catch (error) {
    if (!signal.aborted) throw error;
    return { ...found, bytes };
  }
}

/** The pulls that the sets of a run, or those that are named, do not lead to what is proven; none where no sets are named. */
async function pullsLost(
  { plans, manifests }: VerifyTarget,
  images: readonly VerifiedImage[],
  values: VerifyValues,
  terminal: Terminal,
): Promise<readonly LostPull[]> {
  const paths = [...(manifests === undefined ? [] : [manifests]), ...values.in];
  if (paths.length === 0) return [];
  const files = await readNodeFiles(paths, 'verify', terminal);
  return plans.flatMap((plan) => lostPulls(plan, images, (image) => trace(files, image)));
}

/** @returns undefined for a file that is refused, which is said on stderr */
async function targetOf(
  given: readonly string[],
  values: VerifyValues,
  terminal: Terminal,
): Promise<VerifyTarget | undefined> {
  const { config, filename, dir } = values;
  const [only, ...others] = given;
  if ((config ?? filename) === undefined && only !== undefined && others.length === 0) {
    return namedTarget(only, dir, terminal.signal);
  }
  if ((config ?? filename ?? only) === undefined) {
    throw new UserError('usage', t('nothing is named that could be verified'), {
      nextStep: t(
        'name the folder of a run, of a v2/ or of an OCI layout, or a CATALOG and where it was mirrored to',
      ),
    });
  }
  const request = await requestedPlan(given, values, terminal, 'verify');
  if (request === undefined) return undefined;
  const images = await pinnedImages(request.plan, values, terminal);
  return { ...planTarget({ ...request.plan, images }, dir), notes: unknownNotes(images) };
}

/** The images of a plan with the digests that tags have at their sources; of what is named by its digest nobody is asked. */
async function pinnedImages(
  plan: MirrorPlan,
  values: VerifyValues,
  terminal: Terminal,
): Promise<readonly MirrorImage[]> {
  const unknown = plan.images.filter(({ digest }) => digest === undefined);
  if (values.offline || unknown.length === 0) return plan.images;
  const asked = await askSources({ ...plan, images: unknown }, values, terminal);
  const known = new Map(unknown.map((image, index) => [image, asked.plan.images[index]]));
  return plan.images.map((image) => known.get(image) ?? image);
}

function unknownNotes(images: readonly MirrorImage[]): string[] {
  const [first, ...others] = images.filter(({ digest }) => digest === undefined);
  if (first === undefined) return [];
  const { source } = first;
  return [
    others.length === 0
      ? t(
          'nobody could say what {0} is now: what its destination has is whole or not, and may be another image',
          source,
        )
      : t(
          'nobody could say what {0} images are now, {1} among them: what their destinations have is whole or not, and may be other images',
          others.length + 1,
          source,
        ),
  ];
}

/** Lets places be looked at; a network is needed only where one of them is a registry. */
async function withPlaces<Result>(
  { images, folder }: VerifyTarget,
  values: VerifyValues,
  terminal: Terminal,
  use: (open: (reference: ImageReference) => ImageSource) => Promise<Result>,
): Promise<Result> {
  if (!images.some(({ destination }) => isInRegistry(destination))) {
    return use((reference) => openOnDisk(reference, folder));
  }
  return withRegistries(values, terminal, ({ openAsItIs }) =>
    use((reference) => openAsItIs(reference, folder)),
  );
}

function isProven({ images, offers, lostPulls }: VerifyOutcome): boolean {
  return (
    images.every(({ result }) => result === 'proven') &&
    offers.every(({ lacking, error }) => lacking.length === 0 && error === undefined) &&
    lostPulls.length === 0
  );
}
