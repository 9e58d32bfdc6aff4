import { fnv1a } from '../../base/fnv1a.ts';
import { lastComponent } from '../../base/paths.ts';
import { parseReference, repositoryOf } from '../../documents/imageReference.ts';
import { validResourceName } from '../../documents/naming.ts';
import type { MirrorPlan } from '../plan/mirrorPlan.ts';

/** Of a label, which some objects' names must be. https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const longestName = 63;
/** What MachineConfigs have before the name, and what several objects of one kind have behind it. */
const longestAround = '99-worker-'.length + '-999'.length;

/**
 * What the mirror sets of a plan are called: by the image set, and by what was asked for and where it went, so that another one does
 * not overwrite them on the cluster, while a later run of the same does.
 */
export function mirrorSetName({ name, destination, catalogs, images }: MirrorPlan): string {
  const asked = [
    name,
    destination,
    ...catalogs.map(({ image, packages }) => `${image} ${packages?.join(' ') ?? ''}`),
    ...images.flatMap(({ role, source }) =>
      role === 'additional' || role === 'mapping' ? [repository(source)] : [],
    ),
  ];
  return named(name, [...new Set(asked)].join('\n'), longestName - longestAround);
}

/**
 * What the object for a catalog is called, by the catalog's name and tag and all of where it is.
 * @param prefix of the kind, with which no name begins with a digit: OLM makes a Service of a CatalogSource's name
 */
export function catalogObjectName(prefix: 'cs' | 'cc', destination: string): string {
  const parsed = parseReference(destination);
  const tag = (parsed.ok ? parsed.reference.tag : undefined) ?? '';
  return named(`${prefix}-${lastComponent(repository(destination))}-${tag}`, destination, longestName);
}

function repository(text: string): string {
  const parsed = parseReference(text);
  return parsed.ok ? repositoryOf(parsed.reference) : text;
}

/** A label that can be read, with a hash of what it stands for. */
function named(words: string, identity: string, longest: number): string {
  const hash = fnv1a(identity).toString(16).padStart(8, '0');
  const stem = validResourceName(words.replaceAll('.', '-'), longest - hash.length - 1);
  return `${stem === '' ? 'mirror' : stem}-${hash}`;
}
