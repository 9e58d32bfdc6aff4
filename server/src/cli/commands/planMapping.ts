import { basename } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import { splitLines, withoutMark } from '../../documents/lines.ts';
import { parseMapping } from '../../documents/mapping.ts';
import { mappingRefusals } from '../../documents/mappingRefusals.ts';
import { formatPlace, isAt, type MirrorPlace } from '../../documents/mirrorPlace.ts';
import { readInput, readStream } from '../../files/textFile.ts';
import type { PinnedPlan } from '../../mirror/plan/pinned.ts';
import { listedSources, planOfMapping } from '../../mirror/plan/planOfMapping.ts';
import type { Terminal } from '../command.ts';
import { problemLine } from './copyReport.ts';
import { type AskingValues, askTags } from './planAsking.ts';

/**
 * The plan of a mapping. Lines that stand for several tags are looked up where the network may be used.
 * @param place where all of it has to go; undefined for wherever the mapping says
 * @returns undefined where lines are refused, which are named on stderr
 * @throws UserError `badMapping` for one that names no image or another place, and as `readInput`
 */
export async function mappingPlan(
  path: string,
  place: MirrorPlace | undefined,
  values: AskingValues,
  terminal: Terminal,
): Promise<PinnedPlan | undefined> {
  const { signal, stdin, stderr } = terminal;
  const bytes =
    path === '-' && stdin !== undefined
      ? await readStream(stdin, t('standard input'))
      : await readInput(path, signal);
  const document = parseMapping(splitLines(withoutMark(bytes.toString('utf8'))));
  const shownPath = path === '-' ? 'stdin' : path;
  // What two lines bring to one destination is a collision of the plan.
  const refusals = mappingRefusals(document).filter(({ code }) => code !== 'mapping/duplicate-destination');
  for (const { line, span, message, code } of refusals) {
    stderr.write(
      problemLine(shownPath, { place: { line: line + 1, column: span.start + 1 }, message, code }),
    );
  }
  if (refusals.length > 0) return undefined;
  const listed = listedSources(document);
  const tagsOf =
    listed.length === 0 || values.offline
      ? () => ({ state: 'pending' }) as const
      : await askTags(listed, values, terminal);
  const result = planOfMapping(document, {
    name: basename(shownPath, '.txt'),
    destination: place === undefined ? '' : formatPlace(place),
    tagsOf,
  });
  const { images } = result.plan;
  if (images.length === 0 && result.missing.length === 0) {
    throw new UserError('badMapping', t('the mapping names no image'), {
      nextStep: t('its lines are SOURCE=DESTINATION'),
    });
  }
  const elsewhere = images.find(({ destination }) => place !== undefined && !isAt(place, destination));
  if (place !== undefined && elsewhere !== undefined) {
    throw new UserError(
      'badMapping',
      t('{0} goes to {1}, which is not at {2}', elsewhere.source, elsewhere.destination, formatPlace(place)),
      { nextStep: t('leave DEST away: a mapping names its destinations itself') },
    );
  }
  return result;
}
