import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import { formatReference } from '../../documents/imageReference.ts';
import { parsePlace } from '../../documents/mirrorPlace.ts';
import { readText } from '../../files/textFile.ts';
import { readResult } from '../../mirror/manifests/resultFile.ts';
import type { MirrorPlan } from '../../mirror/plan/mirrorPlan.ts';
import { readPlan } from '../../mirror/plan/planFile.ts';
import { readRun } from '../../mirror/run/runState.ts';
import { type FolderContents, layoutContents, ocContents } from '../../mirror/verify/folderContents.ts';
import type { WantedImage } from '../../mirror/verify/verifiedImage.ts';
import { movedTo, wantedOfPlan, wantedOfResult } from '../../mirror/verify/wantedImages.ts';
import { planName, runsFolder } from '../../runs/runFiles.ts';
import { hasStore } from '../../stores/ocDirectoryFolder.ts';
import { isOciLayout } from '../../stores/ociLayout.ts';

/** What is held to what. */
export interface VerifyTarget extends FolderContents {
  /** What the images come from: it knows what pods call them, and the catalogs that offer them. */
  readonly plans: readonly MirrorPlan[];
  /** What holds the `v2/` of `file://` images. */
  readonly folder: string;
  /** The folder with the manifests of the run; undefined where none of a finished run is named. */
  readonly manifests?: string | undefined;
}

/**
 * What a single operand means: the folder of a finished run, a plan or the state of a run that has one, or a folder that is held
 * to itself and to the plans that it keeps.
 * @param folder what holds the `v2/` where the operand does not say so
 * @throws UserError `usage` for what is none of them, `notAPlan`, and as folders are listed
 */
export async function namedTarget(text: string, folder: string, signal: AbortSignal): Promise<VerifyTarget> {
  if (text.startsWith('oci://')) return layoutTarget(text.slice('oci://'.length), folder, signal);
  if (text.startsWith('file://')) return storeBelow(text, folder, signal);
  const found = await stat(text).catch(() => undefined);
  if (found?.isFile() === true) return fileTarget(text, folder);
  if (found?.isDirectory() !== true) {
    throw new UserError('usage', t('{0} is not there', text), {
      nextStep: t(
        'name the folder of a run, of a v2/ or of an OCI layout; a registry is held to a CATALOG, to -c IMAGESET or to -f mapping.txt',
      ),
    });
  }
  for (const name of ['report.json', 'plan.json']) {
    const path = join(text, name);
    if (!(await isFile(path))) continue;
    return { ...(await fileTarget(path, folder)), manifests: name === 'report.json' ? text : undefined };
  }
  const place = basename(resolve(text)) === 'v2' && !(await hasStore(text)) ? dirname(resolve(text)) : text;
  const parts = [
    ...((await isOciLayout(place)) ? [await layoutTarget(place, place, signal)] : []),
    ...((await hasStore(place)) ? [await storeTarget(place, '', signal)] : []),
  ];
  const [first, second] = parts;
  if (first !== undefined) return second === undefined ? first : joined(first, second);
  throw new UserError('usage', t('{0} holds no report of a run, no plan, no v2/ and no OCI layout', text), {
    nextStep: t('name the folder that does'),
  });
}

/** What a plan wants, with nothing else to say of its place. */
export function planTarget(plan: MirrorPlan, folder: string): VerifyTarget {
  return { images: wantedOfPlan(plan), leftovers: [], notes: [], plans: [plan], folder };
}

async function fileTarget(path: string, folder: string): Promise<VerifyTarget> {
  const text = await readText(path, { most: longestPlan });
  const report = readResult(text);
  if (report.ok) return { ...planTarget(report.result.plan, folder), images: wantedOfResult(report.result) };
  const read = readPlan(text);
  if (read.ok) return planTarget(read.plan, folder);
  throw new UserError('notAPlan', t('{0}: {1}', path, read.problem), {
    nextStep: t('name a file that plan -o wrote, or the folder of a run'),
  });
}

/** Bytes; of 200,000 images. */
const longestPlan = 256 * 1024 * 1024;

async function layoutTarget(place: string, folder: string, signal: AbortSignal): Promise<VerifyTarget> {
  const contents = await layoutContents(place, signal);
  const plans = (await keptPlans(place, 'layout')).map((plan) => movedTo(plan, place));
  return { ...contents, images: wantedBy(contents.images, plans), plans, folder };
}

async function storeTarget(folder: string, below: string, signal: AbortSignal): Promise<VerifyTarget> {
  const contents = await ocContents(folder, below, signal);
  const plans = below === '' ? await keptPlans(folder, 'files') : [];
  return { ...contents, images: wantedBy(contents.images, plans), plans, folder };
}

async function storeBelow(text: string, folder: string, signal: AbortSignal): Promise<VerifyTarget> {
  const parsed = parsePlace(text);
  if (!parsed.ok || parsed.place.kind !== 'files') {
    throw new UserError('usage', t('{0} is no path in a v2/', text), {
      nextStep: t('name file://PATH, or the folder that holds v2/'),
    });
  }
  if (!(await hasStore(folder))) {
    throw new UserError('noStore', t('there is no v2/ in {0}', resolve(folder)), {
      nextStep: t('name the folder that holds it with --dir'),
    });
  }
  return storeTarget(folder, parsed.place.path, signal);
}

/** The plans of the runs that brought images to a folder, the oldest first. */
async function keptPlans(folder: string, kind: 'layout' | 'files'): Promise<MirrorPlan[]> {
  const names = await readdir(join(folder, runsFolder)).catch(() => []);
  const kept: { readonly plan: MirrorPlan; readonly at: number }[] = [];
  for (const name of names) {
    const run = join(folder, runsFolder, name);
    const { plan } = await readRun(run);
    const place = parsePlace(plan?.destination ?? '');
    if (plan === undefined || !place.ok || place.place.kind !== kind) continue;
    kept.push({ plan, at: (await stat(join(run, planName))).mtimeMs });
  }
  return kept.sort((a, b) => a.at - b.at).map(({ plan }) => plan);
}

/** What a folder names, and what was planned for it: what a later plan wants of a name counts. */
function wantedBy(images: readonly WantedImage[], plans: readonly MirrorPlan[]): WantedImage[] {
  const wanted = new Map(images.map((image) => [formatReference(image.destination), image]));
  for (const image of plans.flatMap(wantedOfPlan)) {
    const key = formatReference(image.destination);
    wanted.set(key, { ...image, digest: image.digest ?? wanted.get(key)?.digest });
  }
  return [...wanted.values()];
}

function joined(first: VerifyTarget, second: VerifyTarget): VerifyTarget {
  return {
    ...first,
    images: [...first.images, ...second.images],
    leftovers: [...first.leftovers, ...second.leftovers],
    notes: [...first.notes, ...second.notes],
    plans: [...first.plans, ...second.plans],
  };
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
