import { openCatalogs } from '../../access/catalogs.ts';
import { UserError } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import { formatReference, type ImageReference, parseReference } from '../../documents/imageReference.ts';
import { foreignTransportOf, isAtHop } from '../../documents/transport.ts';
import { type CatalogPlace, catalogPlace } from '../../indexImages/catalogPlace.ts';
import type { OpenedCatalog } from '../../indexImages/openCatalog.ts';
import type { byteProgressOption } from '../byteProgress.ts';
import { openCatalogProgress } from '../byteProgress.ts';
import type { Terminal } from '../command.ts';
import type { Values } from '../options.ts';
import { accessOf } from '../registries.ts';
import type { RegistryValues } from '../sharedOptions.ts';

/** A catalog that somebody named, and the image that it is or stands for. */
export interface NamedCatalog {
  /** As it was named. */
  readonly text: string;
  readonly image: {
    /** As somebody wrote it: tags are made of it. */
    readonly text: string;
    readonly reference: ImageReference;
  };
}

/** How a catalog is opened, and named. */
type CatalogValues = RegistryValues &
  Values<typeof byteProgressOption> & { readonly dir: string; readonly as: string | undefined };

/**
 * Finds out what a catalog is called, before it is opened.
 * @throws UserError `usage` where nobody knows, and as `catalogPlace`
 */
export async function namedCatalog(
  text: string,
  { dir, as }: Pick<CatalogValues, 'dir' | 'as'>,
): Promise<NamedCatalog> {
  return { text, image: nameOf(text, await catalogPlace(text, dir), as) };
}

/** @throws UserError as `openCatalog` */
export async function openNamedCatalog(
  { text }: NamedCatalog,
  values: CatalogValues,
  terminal: Terminal,
): Promise<OpenedCatalog> {
  const catalogs = await openCatalogs(await accessOf(values, terminal), values.offline);
  const progress = openCatalogProgress(values, terminal);
  try {
    return await catalogs.open({
      text,
      storeFolder: values.dir,
      signal: terminal.signal,
      progress: progress.follow,
    });
  } finally {
    progress.end();
    await catalogs.close();
  }
}

function nameOf(text: string, place: CatalogPlace, as: string | undefined): NamedCatalog['image'] {
  const name = as ?? ownName(text, place);
  if (name === undefined) {
    throw new UserError('usage', t('{0} has no name that images could be mirrored under', text), {
      nextStep:
        place.kind === 'store'
          ? t('name its image with --as file://NAMESPACE/NAME:TAG')
          : t(
              'name the image that it stands for with --as, such as registry.redhat.io/redhat/redhat-operator-index:v4.18',
            ),
    });
  }
  const bare = name.slice(foreignTransportOf(name)?.prefix.length ?? 0);
  const parsed = parseReference(bare);
  if (!parsed.ok) {
    throw new UserError('usage', t('{0} is no image reference: {1}', name, parsed.problem), {
      nextStep: t('write it as HOST/NAMESPACE/NAME:TAG or HOST/NAMESPACE/NAME@DIGEST'),
    });
  }
  if (place.kind === 'store' && !isAtHop(parsed.reference)) {
    throw new UserError('usage', t('{0} is not where the images of {1} are', name, text), {
      nextStep: t('name its image with --as file://NAMESPACE/NAME:TAG'),
    });
  }
  return { text: bare, reference: parsed.reference };
}

/** What a place says of the name of its catalog; a digest alone says nothing. */
function ownName(text: string, place: CatalogPlace): string | undefined {
  switch (place.kind) {
    case 'registry':
      return text;
    case 'store':
      return place.reference && formatReference(place.reference);
    case 'layout': {
      const parsed = place.image === undefined ? undefined : parseReference(place.image);
      return parsed?.ok === true && parsed.reference.registry !== '' ? place.image : undefined;
    }
    case 'folder':
    case 'file':
      return undefined;
  }
}
