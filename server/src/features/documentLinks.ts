import type { Range } from '../base/range.ts';
import { t } from '../base/sentences.ts';
import { scopesWithLines } from '../workspace/coverage.ts';
import { nameOf, type Place, placesIn } from '../workspace/places.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { definition } from './definition.ts';

export interface DocumentLink {
  readonly range: Range;
  readonly tooltip: string;
  /** A place in a file of the workspace, or the address of a web page. */
  readonly target: Pick<Place, 'path' | 'range'> | string;
}

/**
 * Links of a YAML file: from a catalog's image to the line of mapping.txt that brings it, and from sources that no
 * mapping.txt of the workspace has to their pages on the web. Everything else is the definition's, which costs no
 * line under each name; a mapping.txt of thousands of names has no links at all.
 */
export function documentLinks(snapshot: Snapshot, path: string): DocumentLink[] {
  const file = snapshot.files.get(path);
  if (file === undefined || file.content.type !== 'yaml') return [];
  const links: DocumentLink[] = [];
  const pages: { place: Place; name: string; page: WebPage }[] = [];
  for (const place of placesIn(file)) {
    const name = place.role === 'mirror' ? undefined : nameOf(place);
    if (name === undefined) continue;
    const line = place.role === 'catalog-image' ? lineOf(snapshot, place) : undefined;
    const page = webPage(name);
    if (line !== undefined)
      links.push({ range: place.range, tooltip: t('Go to its line in mapping.txt'), target: line });
    else if (page !== undefined) pages.push({ place, name, page });
  }
  const known = scopesWithLines(snapshot, new Set(pages.map(({ name }) => name)));
  for (const { place, name, page } of pages) {
    if (!known.has(name))
      links.push({ range: place.range, tooltip: t('Open in {0}', page.site), target: page.address });
  }
  return links;
}

function lineOf(snapshot: Snapshot, { path, range }: Place): Place | undefined {
  const targets = definition(snapshot, path, range.start)?.targets ?? [];
  return targets.find(({ role }) => role === 'mapping-destination');
}

interface WebPage {
  readonly site: string;
  readonly address: string;
}

/** Where people look at a repository; undefined for registries without such pages, and for whole registries. */
function webPage(name: string): WebPage | undefined {
  const [host, ...path] = name.split('/');
  const [namespace, repository] = path;
  if (namespace === undefined || repository === undefined) return undefined;
  switch (host) {
    case 'quay.io':
      return { site: host, address: `https://quay.io/repository/${path.join('/')}` };
    case 'docker.io':
      return {
        site: 'hub.docker.com',
        address: `https://hub.docker.com/${namespace === 'library' ? `_/${repository}` : `r/${path.join('/')}`}`,
      };
    case 'registry.redhat.io':
    case 'registry.access.redhat.com':
    case 'registry.connect.redhat.com':
      return {
        site: 'catalog.redhat.com',
        address: `https://catalog.redhat.com/search?searchType=containers&q=${encodeURIComponent(path.join('/'))}`,
      };
    default:
      return undefined;
  }
}
