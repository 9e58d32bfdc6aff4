import { UserError } from '../../base/errors.ts';
import { lastComponent } from '../../base/paths.ts';
import { t } from '../../base/sentences.ts';
import { formatPlace, type MirrorPlace, parsePlace } from '../../documents/mirrorPlace.ts';
import { mergedPlan } from '../../mirror/plan/mergedPlan.ts';
import type { MirrorPlan } from '../../mirror/plan/mirrorPlan.ts';
import { planFrom } from '../../mirror/plan/planFrom.ts';
import { heldPlan } from '../../mirror/run/heldPlan.ts';
import { type KeptRun, readRun, runFolders } from '../../mirror/run/runState.ts';
import { type Terminal, tell } from '../command.ts';

/**
 * The plan to bring on what earlier runs brought to a place, named anew for where it goes now.
 * @param base the folder that holds what these runs kept
 * @returns undefined where no run is known that went to this place
 * @throws UserError `unreadable`
 */
export async function planOfHeld(
  from: MirrorPlace,
  base: string,
  to: { readonly place: MirrorPlace; readonly maxComponents: number },
  terminal: Terminal,
): Promise<MirrorPlan | undefined> {
  const plans: MirrorPlan[] = [];
  for (const folder of await runFolders(base)) {
    const kept = await readRun(folder);
    const held = heldAt(from, kept);
    if (held === undefined) continue;
    const plan = planFrom(held, { from, ...to });
    if (plan === undefined) continue;
    // What was carried here has no journal.
    if (kept.result === undefined || kept.last?.hasEnded === false) {
      tell(
        terminal,
        'mirror',
        t(
          'the last run of {0} to {1} did not come to its end: what it did not bring is missing',
          held.name,
          formatPlace(from),
        ),
      );
    }
    plans.push(plan);
  }
  const [first, ...others] = plans;
  return first && mergedPlan(nameOf(from), first, others);
}

function heldAt(from: MirrorPlace, { plan, result }: KeptRun): MirrorPlan | undefined {
  const held = result === undefined ? plan : heldPlan(result);
  const planned = parsePlace(held?.destination ?? '');
  if (!planned.ok) return undefined;
  // A layout lies wherever somebody has carried it.
  const isThere =
    from.kind === 'layout'
      ? planned.place.kind === 'layout'
      : formatPlace(planned.place) === formatPlace(from);
  return isThere ? held : undefined;
}

/** What holds several catalogs is called by its own name. */
function nameOf(place: MirrorPlace): string {
  return lastComponent(place.kind === 'layout' ? place.folder : place.path) || place.kind;
}

/** @throws UserError `usage` */
export function readFrom(text: string): MirrorPlace {
  const parsed = parsePlace(text);
  if (parsed.ok) return parsed.place;
  throw new UserError('usage', t('{0} is no place to mirror from: {1}', text, parsed.problem), {
    nextStep: t('name oci://DIR, file://PATH or docker://HOST/NAMESPACE'),
  });
}
