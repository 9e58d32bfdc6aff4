import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import { readText } from '../../files/textFile.ts';
import type { MirrorPlan } from '../../mirror/plan/mirrorPlan.ts';
import { parsePlace } from '../../mirror/plan/place.ts';
import { readPlan } from '../../mirror/plan/planFile.ts';
import { type FolderContents, layoutContents, ocContents } from '../../mirror/verify/folderContents.ts';
import { wantedOfPlan } from '../../mirror/verify/wantedImages.ts';
import { hasStore } from '../../stores/ocDirectoryFolder.ts';
import { isOciLayout } from '../../stores/ociLayout.ts';

/** What is held to what. */
export interface VerifyTarget extends FolderContents {
  /** What holds the `v2/` of `file://` images. */
  readonly folder: string;
}

/**
 * What a single operand means: a plan, the folder of a run that has one, or a folder that is held to itself.
 * @param folder what holds the `v2/` where the operand does not say so
 * @throws UserError `usage` for what is none of them, `notAPlan`, and as folders are listed
 */
export async function namedTarget(text: string, folder: string, signal: AbortSignal): Promise<VerifyTarget> {
  if (text.startsWith('oci://')) {
    const place = text.slice('oci://'.length);
    return { ...(await layoutContents(place, signal)), folder };
  }
  if (text.startsWith('file://')) return storeBelow(text, folder, signal);
  const found = await stat(text).catch(() => undefined);
  if (found?.isFile() === true) return { ...planned(await planIn(text)), folder };
  if (found?.isDirectory() !== true) {
    throw new UserError('usage', t('{0} is not there', text), {
      nextStep: t(
        'name the folder of a run, of a v2/ or of an OCI layout; a registry is held to a CATALOG, to -c IMAGESET or to -f mapping.txt',
      ),
    });
  }
  const plan = await isFile(join(text, 'plan.json'));
  if (plan) return { ...planned(await planIn(join(text, 'plan.json'))), folder };
  const place = basename(resolve(text)) === 'v2' && !(await hasStore(text)) ? dirname(resolve(text)) : text;
  const parts = [
    ...((await isOciLayout(place)) ? [await layoutContents(place, signal)] : []),
    ...((await hasStore(place)) ? [await ocContents(place, '', signal)] : []),
  ];
  if (parts.length > 0) return { ...joined(parts), folder: place };
  throw new UserError('usage', t('{0} holds no plan, no v2/ and no OCI layout', text), {
    nextStep: t('name the folder that does'),
  });
}

/** What a plan wants, with nothing else to say of its place. */
export function planned(plan: MirrorPlan): FolderContents {
  return { images: wantedOfPlan(plan), leftovers: [], notes: [] };
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
  return { ...(await ocContents(folder, parsed.place.path, signal)), folder };
}

async function planIn(path: string): Promise<MirrorPlan> {
  const read = readPlan(await readText(path));
  if (read.ok) return read.plan;
  throw new UserError('notAPlan', t('{0}: {1}', path, read.problem), {
    nextStep: t('name a file that plan -o wrote, or the folder of a run'),
  });
}

function joined(parts: readonly FolderContents[]): FolderContents {
  return {
    images: parts.flatMap(({ images }) => images),
    leftovers: parts.flatMap(({ leftovers }) => leftovers),
    notes: parts.flatMap(({ notes }) => notes),
  };
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
