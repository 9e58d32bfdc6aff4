import type { Registries } from '../../access/registries.ts';
import { growForImages, growHeapByLittle } from '../../access/youngGeneration.ts';
import { UserError } from '../../base/errors.ts';
import { sentence, t } from '../../base/sentences.ts';
import type { MirrorPlan } from '../../mirror/plan/mirrorPlan.ts';
import { chosenImages, leftImages } from '../../mirror/run/leftImages.ts';
import { pinTags } from '../../mirror/run/pinTags.ts';
import {
  holdRun,
  type RunIdentity,
  readKeptPlan,
  readRunFacts,
  runFolder,
} from '../../mirror/run/runState.ts';
import { formatShard, imagesOfRun } from '../../mirror/run/shard.ts';
import { lastingArguments } from '../../runs/commandLine.ts';
import type { JournalFacts } from '../../runs/journal.ts';
import { command, exitCodes, type Terminal, tell } from '../command.ts';
import { readManifestOptions } from '../manifestOptions.ts';
import { any } from '../operands.ts';
import type { Values } from '../options.ts';
import { withRegistries } from '../registries.ts';
import { type MirrorRequest, mirrorRequest } from './mirrorInput.ts';
import { mirrorOptions } from './mirrorOptions.ts';
import { mirrored } from './mirrorRun.ts';
import { tellPlan } from './planReport.ts';

type MirrorValues = Values<typeof mirrorOptions>;

export const mirror = command({
  name: 'mirror',
  summary: 'Mirror a catalog with all that its bundles need, and go on where an earlier run stopped',
  details: sentence(
    'CATALOG and DEST are those of operator-mirror plan. Images are copied whole and with their digests; the catalog is written last, with the bundles whose images are all there. What was done is kept in mirror-runs/: the same command goes on from there. The exit code is 1 where anything is missing, and 2 where nothing could be begun.',
  ),
  operands: any('(CATALOG DEST | -c IMAGESET DEST | --plan PLAN | --from PLACE DEST)'),
  options: mirrorOptions,
  usage: ['as', 'packages', 'maxComponents', 'incomplete', 'shard', 'scope', 'dir', 'format'],
  async run(given, values, terminal, words) {
    growHeapByLittle();
    const manifests = await readManifestOptions(values, values.dir);
    const request = await mirrorRequest(given, values, terminal);
    const { place } = request;
    const folder = runFolder(
      place?.kind === 'layout' ? place.folder : values.dir,
      identityOf(request, values),
    );
    const kept = await readRunFacts(folder);
    return withRegistries(values, terminal, async (registries) => {
      const plan = await planToRun(request, folder, kept, registries, values, terminal);
      if (plan === undefined) return exitCodes.unusable;
      return holdRun(folder, terminal.signal, (state) => {
        const time = new Date().toISOString();
        // What is tried again belongs to what was asked for then, whatever has been changed meanwhile.
        const { asked } = (values.only.length > 0 && kept.last) || request;
        const started = { command: 'mirror', arguments: lastingArguments(words), folder: process.cwd() };
        state.note({ event: 'start', time, process: process.pid, asked, ...started });
        return mirrored(plan, { kept, state, registries, manifests }, values, terminal);
      });
    });
  },
});

/** Shards have states of their own, as they may run beside each other. */
function identityOf({ identity }: MirrorRequest, { shard }: MirrorValues): RunIdentity {
  if (shard === undefined) return identity;
  return { ...identity, parts: [...identity.parts, 'shard', formatShard(shard)] };
}

/** @returns undefined for what cannot be run, which is said on stderr */
async function planToRun(
  request: MirrorRequest,
  folder: string,
  kept: JournalFacts,
  { openSource }: Registries,
  values: MirrorValues,
  terminal: Terminal,
): Promise<MirrorPlan | undefined> {
  if (values.only.length > 0) return planOfLast(request, folder, kept, values, terminal);
  const { last } = kept;
  const goesOn = last?.isPlanned === true && !last.hasEnded && last.asked === request.asked && !values.replan;
  const begun = goesOn ? await readKeptPlan(folder) : undefined;
  if (goesOn && begun !== undefined) {
    tell(terminal, 'mirror', t('going on with the run of {0}, which did not come to its end', last.time));
    growForImages(begun.images.length);
    return begun;
  }
  const planned = await request.plan();
  if (planned === undefined) {
    tell(terminal, 'mirror', t('nothing was copied: correct the file, then run this again'));
    return undefined;
  }
  growForImages(planned.images.length);
  const plan = await pinTags(planned, (reference) => openSource(reference, values.dir), terminal.signal);
  tellPlan({ plan, missing: [] }, false, terminal, 'mirror');
  if (plan.collisions.length === 0) return plan;
  tell(terminal, 'mirror', t('nothing was copied'));
  return undefined;
}

/**
 * The plan of the last run, of which only some images are tried again.
 * @throws UserError where there is none, and where others would be missing that nobody has tried yet
 */
async function planOfLast(
  { asked }: MirrorRequest,
  folder: string,
  kept: JournalFacts,
  { replan, only, shard }: MirrorValues,
  terminal: Terminal,
): Promise<MirrorPlan> {
  if (replan) {
    throw new UserError(
      'usage',
      t('--only is for the plan of the last run, and --replan makes another one'),
      {
        nextStep: t('give one of them'),
      },
    );
  }
  const plan = await readKeptPlan(folder);
  if (plan === undefined || kept.last === undefined) {
    throw new UserError('noRun', t('no run of this command has left a plan in {0}', folder), {
      nextStep: t('run the same command without --only'),
    });
  }
  const { asked: askedLast, time } = kept.last;
  const own = imagesOfRun(plan, shard);
  const { chosen, unknown } = chosenImages(own, only);
  if (unknown[0] !== undefined) {
    throw new UserError('usage', t('{0} is no image of the run of {1}', unknown[0], time), {
      nextStep: t('name a source or a destination that its report has'),
    });
  }
  if ([...leftImages(own, chosen, kept).values()].some(({ result }) => result === 'stopped')) {
    throw new UserError('incomplete', t('the run of {0} did not get to all of its images', time), {
      nextStep: t('run the same command without --only: it goes on from there'),
    });
  }
  if (askedLast !== asked) {
    const words = t(
      '--only goes by the plan of {0}: what was changed since then is for a run without it',
      time,
    );
    tell(terminal, 'mirror', words);
  }
  growForImages(plan.images.length);
  return plan;
}
