import { resolve } from 'node:path';
import { growHeapByLittle } from '../../access/youngGeneration.ts';
import { UserError } from '../../base/errors.ts';
import { sentence, t } from '../../base/sentences.ts';
import { printableJson } from '../../base/words.ts';
import { freeSpace } from '../../disk/freeSpace.ts';
import { parsePlace } from '../../documents/mirrorPlace.ts';
import { mappingDialects, mappingText } from '../../mirror/plan/mappingText.ts';
import type { MirrorPlan } from '../../mirror/plan/mirrorPlan.ts';
import type { PinnedPlan } from '../../mirror/plan/pinned.ts';
import { byteProgressOption } from '../byteProgress.ts';
import { command, exitCodes, type Terminal, tell } from '../command.ts';
import { any } from '../operands.ts';
import { flagOrOneOf, text, type Values } from '../options.ts';
import { formatOption, registryOptions, retryOption } from '../sharedOptions.ts';
import { readableBytes } from '../words.ts';
import { askSources } from './planAsking.ts';
import { writePlan } from './planOutput.ts';
import { planJson, planLines, tellPlan } from './planReport.ts';
import { planRequestOptions, requestedPlan } from './planRequest.ts';

const options = {
  ...planRequestOptions,
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
  ...byteProgressOption,
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
    requireMappable(given, values);
    growHeapByLittle();
    const planned = await requestedPlan(given, values, terminal, 'plan');
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

async function report(result: PinnedPlan, values: PlanValues, terminal: Terminal): Promise<number> {
  const { plan: found, missing } = result;
  tellPlan(result, values.mapping !== undefined, terminal, 'plan');
  await tellSpace(found, values.dir, terminal);
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

/** Says where what is to be copied does not fit on the disk that it goes to. */
async function tellSpace(
  { destination, uniqueBytes }: MirrorPlan,
  dir: string,
  terminal: Terminal,
): Promise<void> {
  const parsed = parsePlace(destination);
  if (!parsed.ok || parsed.place.kind === 'registry' || uniqueBytes === undefined) return;
  const folder = resolve(parsed.place.kind === 'layout' ? parsed.place.folder : dir);
  const free = await freeSpace(folder);
  if (free === undefined || free >= uniqueBytes) return;
  const line = t(
    '{0} has room for {1}, and all images have {2}: free some space, unless a part of them is there already',
    folder,
    readableBytes(free),
    readableBytes(uniqueBytes),
  );
  tell(terminal, 'plan', line);
}

/** @throws UserError `usage` where a mapping.txt is wanted of what none can say */
function requireMappable(given: readonly string[], { mapping }: PlanValues): void {
  const place = parsePlace(given.at(-1) ?? '');
  if (mapping === undefined || !place.ok || place.place.kind !== 'layout') return;
  throw new UserError('usage', t('{0}: a mapping.txt cannot name an OCI layout', given.at(-1) ?? ''), {
    nextStep: t('leave --mapping away, or name a registry or file://PATH'),
  });
}
