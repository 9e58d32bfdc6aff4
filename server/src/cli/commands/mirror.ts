import type { Registries } from '../../access/registries.ts';
import { growForImages, growHeapByLittle } from '../../access/youngGeneration.ts';
import { sentence, t } from '../../base/sentences.ts';
import type { MirrorPlan } from '../../mirror/plan/mirrorPlan.ts';
import { pinTags } from '../../mirror/run/pinTags.ts';
import {
  holdRun,
  type RunIdentity,
  readKeptPlan,
  readRunFacts,
  runFolder,
} from '../../mirror/run/runState.ts';
import { formatShard } from '../../mirror/run/shard.ts';
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
      const plan = await planToRun(request, { folder, last: kept.last }, registries, values, terminal);
      if (plan === undefined) return exitCodes.unusable;
      return holdRun(folder, terminal.signal, (state) => {
        const time = new Date().toISOString();
        const { asked } = request;
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
  { folder, last }: Pick<JournalFacts, 'last'> & { readonly folder: string },
  { openSource }: Registries,
  values: MirrorValues,
  terminal: Terminal,
): Promise<MirrorPlan | undefined> {
  const goesOn = last?.isPlanned === true && !last.hasEnded && last.asked === request.asked && !values.replan;
  const kept = goesOn ? await readKeptPlan(folder) : undefined;
  if (goesOn && kept !== undefined) {
    tell(terminal, 'mirror', t('going on with the run of {0}, which did not come to its end', last.time));
    growForImages(kept.images.length);
    return kept;
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
