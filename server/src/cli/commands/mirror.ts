import type { Registries } from '../../access/registries.ts';
import { messageOf } from '../../base/errors.ts';
import { sentence, t } from '../../base/sentences.ts';
import type { ImageReference } from '../../documents/imageReference.ts';
import type { RunEvent } from '../../mirror/copy/events.ts';
import type { ManifestOptions } from '../../mirror/manifests/manifestFiles.ts';
import type { MirrorPlan } from '../../mirror/plan/mirrorPlan.ts';
import { incompleteWays } from '../../mirror/run/catalogDecision.ts';
import { pinTags } from '../../mirror/run/pinTags.ts';
import { provenBefore } from '../../mirror/run/provenBefore.ts';
import { type MirrorRun, runMirror } from '../../mirror/run/runMirror.ts';
import { type HeldRun, holdRun, type KeptRun, readRun, runFolder } from '../../mirror/run/runState.ts';
import { command, exitCodes, type Terminal, tell } from '../command.ts';
import { manifestOptions, readManifestOptions } from '../manifestOptions.ts';
import { any } from '../operands.ts';
import { flag, oneOf, text, type Values } from '../options.ts';
import { openProgress, progressOptions } from '../progress.ts';
import { withRegistries } from '../registries.ts';
import { copyOptions, formatOption, registryOptions, retryOption } from '../sharedOptions.ts';
import { stoppedLine, summaryFields, summaryLine } from './copyReport.ts';
import { applyLines } from './manifestsReport.ts';
import { catalogAtSource } from './mirrorCatalogs.ts';
import { type MirrorRequest, mirrorRequest } from './mirrorInput.ts';
import { writeManifests } from './mirrorManifests.ts';
import { countsOf, isComplete, MirrorLines, mirrorJson, missingLines } from './mirrorReport.ts';
import { planningOptions } from './planInput.ts';
import { tellPlan } from './planReport.ts';

const options = {
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

type MirrorValues = Values<typeof options>;

export const mirror = command({
  name: 'mirror',
  summary: 'Mirror a catalog with all that its bundles need, and go on where an earlier run stopped',
  details: sentence(
    'CATALOG and DEST are those of operator-mirror plan. Images are copied whole and with their digests; the catalog is written last, with the bundles whose images are all there. What was done is kept in mirror-runs/: the same command goes on from there. The exit code is 1 where anything is missing, and 2 where nothing could be begun.',
  ),
  operands: any('(CATALOG DEST | -c IMAGESET DEST | --plan PLAN | --from PLACE DEST)'),
  options,
  usage: ['as', 'packages', 'maxComponents', 'incomplete', 'scope', 'dir', 'format'],
  async run(given, values, terminal) {
    const manifests = await readManifestOptions(values, values.dir);
    const request = await mirrorRequest(given, values, terminal);
    const { place } = request;
    const folder = runFolder(place?.kind === 'layout' ? place.folder : values.dir, request.identity);
    const kept = await readRun(folder);
    return withRegistries(values, terminal, async (registries) => {
      const plan = await planToRun(request, kept, registries, values, terminal);
      if (plan === undefined) return exitCodes.unusable;
      return holdRun(folder, terminal.signal, (state) => {
        const time = new Date().toISOString();
        state.note({ event: 'start', time, process: process.pid, command: 'mirror', asked: request.asked });
        return mirrored(plan, { kept, state, registries, manifests }, values, terminal);
      });
    });
  },
});

/** @returns undefined for what cannot be run, which is said on stderr */
async function planToRun(
  request: MirrorRequest,
  { last, plan: kept }: KeptRun,
  { openSource }: Registries,
  values: MirrorValues,
  terminal: Terminal,
): Promise<MirrorPlan | undefined> {
  const goesOn = last?.isPlanned === true && !last.hasEnded && last.asked === request.asked && !values.replan;
  if (goesOn && kept !== undefined) {
    tell(terminal, 'mirror', t('going on with the run of {0}, which did not come to its end', last.time));
    return kept;
  }
  const planned = await request.plan();
  if (planned === undefined) {
    tell(terminal, 'mirror', t('nothing was copied: correct the file, then run this again'));
    return undefined;
  }
  const plan = await pinTags(planned, (reference) => openSource(reference, values.dir), terminal.signal);
  tellPlan({ plan, missing: [] }, false, terminal, 'mirror');
  if (plan.collisions.length === 0) return plan;
  tell(terminal, 'mirror', t('nothing was copied'));
  return undefined;
}

/** What a run works with. */
interface Means {
  readonly kept: KeptRun;
  readonly state: HeldRun;
  readonly registries: Registries;
  /** How the files for the cluster are written. */
  readonly manifests: ManifestOptions;
}

async function mirrored(
  plan: MirrorPlan,
  { kept, state, registries: { openSource, openDestination }, manifests }: Means,
  values: MirrorValues,
  terminal: Terminal,
): Promise<number> {
  const { signal, stderr, stdout } = terminal;
  const { dir, format, parallelImages, parallelLayers, incomplete, checkAll } = values;
  await state.keepPlan(plan);
  state.note({ event: 'planned', images: plan.images.length });
  const start = performance.now();
  const lines = new MirrorLines();
  const toDestination = (reference: ImageReference) => openDestination(reference, dir);
  const proven = checkAll ? new Map<string, string>() : kept.proven;
  const before = await provenBefore(plan, proven, toDestination, signal);
  if (before.lost !== undefined) {
    const { destination } = before.lost;
    tell(
      terminal,
      'mirror',
      t('{0} is not there any more, so the destination is asked for all images', destination),
    );
  }
  const progress = openProgress(values, terminal);
  let end: ReturnType<typeof summaryFields> | undefined;
  let run: MirrorRun;
  try {
    run = await runMirror(plan, {
      openSource: (reference) => openSource(reference, dir),
      openDestination: toDestination,
      parallelImages,
      parallelLayers,
      signal,
      incomplete,
      wasProven: (image) => before.images.has(image),
      openCatalog: (catalog) => catalogAtSource(catalog, openSource, values, terminal),
      madeBefore: (destination) => (checkAll ? undefined : kept.made.get(destination)),
      onMade: (made) => state.note({ event: 'catalog', ...made }),
      now: () => new Date(),
      listener: (event) => {
        progress.follow(event);
        note(event, kept, state);
        const said = lines.linesFor(event);
        if (said.stderr !== '') progress.aside(() => stderr.write(said.stderr));
        if (said.stdout !== '' && format === 'text') progress.aside(() => stdout.write(said.stdout));
      },
    });
    end = summaryFields(countsOf(run));
  } finally {
    progress.end(end);
  }
  const time = new Date().toISOString();
  const reason = signal.aborted ? messageOf(signal.reason) : undefined;
  const isWhole = isComplete(run.result);
  if (reason === undefined) await state.keepResult(run.result);
  const written = reason === undefined ? await writeManifests(dir, run.result, manifests) : undefined;
  state.note(reason === undefined ? { event: 'end', time, complete: isWhole } : { event: 'stopped', time });
  const counts = countsOf(run);
  if (reason === undefined) stderr.write(missingLines(run.result));
  else tell(terminal, 'mirror', stoppedLine(counts, reason));
  if (format === 'json') stdout.write(mirrorJson(run, written?.folder));
  else {
    stdout.write(summaryLine(counts, performance.now() - start, reason));
    if (written !== undefined) {
      stdout.write(
        `${t('The report is in {0}.', written.folder)}\n${applyLines(written.folder, written.manifests)}`,
      );
    }
  }
  return isWhole ? exitCodes.done : exitCodes.incomplete;
}

/** Writes into the journal what another run of the command has to know. */
function note(event: RunEvent, { proven }: KeptRun, state: HeldRun): void {
  if (event.type === 'imageCopied' || event.type === 'imageSkipped') {
    const { digest, image } = event;
    if (proven.get(image.destination) === digest) return;
    state.note({ event: 'image', destination: image.destination, digest });
  } else if (event.type === 'imageFailed') {
    const { code, message } = event.error;
    state.note({ event: 'failed', ...event.image, code, message });
  }
}
