import { openCatalogs } from '../../access/catalogs.ts';
import type { Registries } from '../../access/registries.ts';
import { UserError } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import {
  type CatalogPlace,
  catalogPlace,
  imageInLayout,
  imageInStore,
} from '../../indexImages/catalogPlace.ts';
import type { PlannedCatalog } from '../../mirror/plan/mirrorPlan.ts';
import type { CatalogAtSource } from '../../mirror/run/makeCatalog.ts';
import type { ImageSource } from '../../stores/imageStore.ts';
import { openCatalogProgress } from '../byteProgress.ts';
import type { Terminal } from '../command.ts';
import { accessOf } from '../registries.ts';
import type { PlanningValues } from './planInput.ts';

/**
 * Opens the index image that a catalog of a plan is in, as it was when it was planned.
 * @throws UserError `notWritten` for a catalog that is in no image, and as `openCatalog`
 */
export async function catalogAtSource(
  { source: text, imageDigest }: PlannedCatalog,
  openSource: Registries['openSource'],
  values: PlanningValues,
  terminal: Terminal,
): Promise<CatalogAtSource> {
  const { signal } = terminal;
  const place = await catalogPlace(text, values.dir);
  const { source, tagOrDigest } = await imageAt(place, text, openSource, signal);
  const digest = imageDigest ?? (await source.resolveTag(tagOrDigest, signal)) ?? tagOrDigest;
  const catalogs = await openCatalogs(await accessOf(values, terminal), values.offline);
  const progress = openCatalogProgress(values, terminal);
  try {
    const { catalog } = await catalogs.open({
      text: `${source.name}@${digest}`,
      storeFolder: values.dir,
      signal,
      progress: progress.follow,
    });
    return { source, digest, catalog };
  } finally {
    progress.end();
    await catalogs.close();
  }
}

async function imageAt(
  place: CatalogPlace,
  text: string,
  openSource: Registries['openSource'],
  signal: AbortSignal,
): Promise<{ readonly source: ImageSource; readonly tagOrDigest: string }> {
  switch (place.kind) {
    case 'registry': {
      const { reference } = place;
      return { source: openSource(reference), tagOrDigest: reference.digest ?? reference.tag ?? '' };
    }
    case 'layout':
      return imageInLayout(place, signal);
    case 'store':
      return imageInStore(place, signal);
    case 'folder':
    case 'file':
      throw new UserError('notWritten', t('{0} is in no image, and a catalog image is made of one', text), {
        nextStep: t('build an index image of it with opm, and mirror that'),
      });
  }
}
