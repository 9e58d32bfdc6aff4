import { basename, resolve } from 'node:path';
import { openedAs } from '../../access/catalogName.ts';
import { openCatalogs } from '../../access/catalogs.ts';
import { UserError } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import { selectFrom } from '../../catalog/selection.ts';
import { selectionOf } from '../../catalog/selectionOfImageSet.ts';
import type { ImageSet } from '../../documents/imageSet.ts';
import { parseImageSets } from '../../documents/imageSetFile.ts';
import { layoutPrefix } from '../../documents/layoutReference.ts';
import { formatPlace, type MirrorPlace } from '../../documents/mirrorPlace.ts';
import { readInput } from '../../files/textFile.ts';
import type { MirrorPlan } from '../../mirror/plan/mirrorPlan.ts';
import { planOfImageSet, type SelectedCatalog } from '../../mirror/plan/planOfImageSet.ts';
import { type byteProgressOption, openCatalogProgress } from '../byteProgress.ts';
import { type Terminal, tell } from '../command.ts';
import type { Values } from '../options.ts';
import { accessOf } from '../registries.ts';
import { problemLine } from './copyReport.ts';
import type { AskingValues } from './planAsking.ts';

type ImageSetValues = AskingValues & Values<typeof byteProgressOption> & { readonly maxNestedPaths: number };

/** A file that is given with `-c`. */
export interface ImageSetText {
  readonly path: string;
  readonly text: string;
}

/** @throws UserError as `readInput` */
export async function readImageSet(path: string, { signal }: Terminal): Promise<ImageSetText> {
  return { path, text: (await readInput(path, signal)).toString('utf8') };
}

/** What the plan of such a file is called. */
export function imageSetPlanName(path: string): string {
  return basename(path).replace(/\.ya?ml$/, '');
}

/**
 * The plan of an ImageSetConfiguration.
 * @param command who says on stderr what a selection loses
 * @returns undefined where oc-mirror v2 would refuse it, which is said on stderr
 * @throws UserError for what is none, or holds what is not mirrored, and as catalogs are opened
 */
export async function imageSetPlan(
  { path, text }: ImageSetText,
  place: MirrorPlace,
  values: ImageSetValues,
  terminal: Terminal,
  command: string,
): Promise<MirrorPlan | undefined> {
  const { imageSets, problems } = parseImageSets(text);
  const imageSet = imageSets.find(({ kind }) => kind === 'ImageSetConfiguration');
  if (imageSet === undefined) {
    throw new UserError('noImageSet', t('{0} holds no ImageSetConfiguration', path), {
      nextStep: t('name the file that oc-mirror is given with -c'),
    });
  }
  requirePlannable(path, imageSet);
  const found = [...problems, ...imageSet.problems];
  for (const { message, range } of found) {
    const at = { line: range.start.line + 1, column: range.start.character + 1 };
    terminal.stderr.write(problemLine(path, { place: at, message, code: 'image-set/schema' }));
  }
  if (found.length > 0) return undefined;
  const say = (line: string) => tell(terminal, command, line);
  const catalogs = await selected(path, imageSet, values, terminal, say);
  if (catalogs.some(({ selection }) => selection.refused)) return undefined;
  const { maxNestedPaths } = values;
  requireRoom(place, maxNestedPaths);
  return planOfImageSet(imageSet, { name: imageSetPlanName(path), place, catalogs, maxNestedPaths });
}

/** @throws UserError `usage` where the place itself has as many components as the limit allows, which oc-mirror refuses */
function requireRoom(place: MirrorPlace, maxNestedPaths: number): void {
  const own = place.kind === 'registry' ? place.path.split('/').filter((part) => part !== '').length : 0;
  if (maxNestedPaths === 0 || maxNestedPaths > own) return;
  throw new UserError(
    'usage',
    t('--max-nested-paths {0} leaves no room below {1}', maxNestedPaths, formatPlace(place)),
    { nextStep: t('use at least {0}, or 0 for no limit', own + 1) },
  );
}

/** @throws UserError `noImageSet` */
function requirePlannable(path: string, { generation, isIncomplete, otherContent }: ImageSet): void {
  const refused = (problem: string, nextStep: string) => new UserError('noImageSet', problem, { nextStep });
  if (generation === 1) {
    throw refused(
      t('{0} is for oc-mirror v1', path),
      t('migrate it: operator-mirror check --fix, or the light bulb in the editor'),
    );
  }
  if (isIncomplete) throw refused(t('{0} holds templates', path), t('fill them in first'));
  const [other] = otherContent;
  if (other?.value.toLowerCase() === 'platform') {
    throw refused(
      t('{0} mirrors releases of OpenShift (platform), which is not planned here', path),
      t('use oc adm release mirror or oc-mirror for these, and a file without platform here'),
    );
  }
  if (other !== undefined) {
    throw refused(
      t('{0} mirrors Helm charts, which is not planned here', path),
      t('use oc-mirror for these, and a file without helm here'),
    );
  }
}

/** Opens the catalogs one after the other, and says what their selections lose. */
async function selected(
  path: string,
  { operators }: ImageSet,
  values: ImageSetValues,
  terminal: Terminal,
  say: (line: string) => void,
): Promise<SelectedCatalog[]> {
  if (operators.length === 0) return [];
  const catalogs = await openCatalogs(await accessOf(values, terminal), values.offline);
  const progress = openCatalogProgress(values, terminal);
  try {
    const found: SelectedCatalog[] = [];
    for (const operator of operators) {
      const name = operator.catalog?.value ?? '';
      const opened = openedAs(name, resolve(path));
      if (opened === undefined) {
        throw new UserError('badReference', t('{0} is no catalog that can be opened', name), {
          nextStep: t('name an image with its tag or digest'),
        });
      }
      const { catalog, digest, imageDigest } = await catalogs.open({
        text: opened.text,
        signal: terminal.signal,
        progress: progress.follow,
      });
      progress.end();
      const selection = selectFrom(catalog, selectionOf(operator));
      for (const { message, refused } of selection.problems) {
        say(refused ? t('oc-mirror refuses this selection: {0}', message) : message);
      }
      const layout = name.startsWith(layoutPrefix) ? opened.text : undefined;
      found.push({ operator, digest, imageDigest, selection, layout });
    }
    return found;
  } finally {
    progress.end();
    await catalogs.close();
  }
}
