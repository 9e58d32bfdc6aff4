import { catalogOf } from './runs.ts';

/**
 * The repository of the catalog's own index image, as a run's lines name it, without its tag; undefined where the run
 * does not tell. The command names it; the folder of the manifests has its name; in a file store all other images
 * lie below it.
 */
export function catalogRepositories(
  command: string,
  manifests: string | undefined,
  images: readonly string[],
): (repository: string) => boolean {
  const named = catalogOf(command);
  const fromCommand = named === undefined ? undefined : withoutVersion(named.replace('file:///', 'file://'));
  const name = manifests === undefined ? undefined : nameOfManifests(manifests);
  const root = rootOf(images.filter((image) => image.startsWith('file://')).map(withoutVersion));
  return (repository) =>
    repository === fromCommand ||
    repository === root ||
    (name !== undefined && repository.endsWith(`/${name}`)) ||
    /\/(?:redhat|certified|community)-operator-index$|\/redhat-marketplace-index$/.test(repository);
}

/** A reference without tag and digest. */
export function withoutVersion(reference: string): string {
  const name = reference.split('@', 1)[0] ?? reference;
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/') ? name.slice(0, colon) : name;
}

/** `manifests-my-operator/my-operator-index-1636602048` is that of `my-operator/my-operator-index`. */
function nameOfManifests(folder: string): string | undefined {
  const at = folder.lastIndexOf('manifests-');
  if (at === -1) return undefined;
  const name = folder.slice(at + 'manifests-'.length).replace(/\/$/, '');
  const dash = name.lastIndexOf('-');
  return dash > 0 && /^\d{9,}$/.test(name.slice(dash + 1)) ? name.slice(0, dash) : undefined;
}

function rootOf(repositories: readonly string[]): string | undefined {
  const [first] = repositories;
  if (first === undefined || repositories.length < 2) return undefined;
  const root = repositories.reduce((shortest, one) => (one.length < shortest.length ? one : shortest), first);
  return repositories.every((one) => one === root || one.startsWith(`${root}/`)) ? root : undefined;
}
