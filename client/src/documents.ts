/**
 * What an open document is to this extension, told from its text alone. The server looks closely; this is the
 * cheap first look that keeps everybody else's YAML away from it.
 */

/**
 * `ours`: checked by the server; `images`: only its image references are of interest; `blank`: nothing yet, so that it
 * may become anything; `none`: not our affair.
 */
export type DocumentKind = 'ours' | 'images' | 'blank' | 'none';

const kindNames = [
  'ImageContentSourcePolicy',
  'ImageDigestMirrorSet',
  'ImageTagMirrorSet',
  'CatalogSource',
  'ClusterCatalog',
  'OperatorHub',
  'MachineConfig',
  'ImageSetConfiguration',
  'DeleteImageSetConfiguration',
];

const kinds = kindNames.join('|');

const ourKind = new RegExp(`^(?:${kinds})(?:List)?$`);

/** Where `kind` is not written yet, these groups announce ours; `config.openshift.io` has too many others. */
const ourGroup = /^(?:operator\.openshift\.io\/v1alpha1|mirror\.openshift\.io\/.*)$/;

const clusterGroup = /^config\.openshift\.io\//;

/** More is no beginning any more. */
const longestBlank = 2000;

/** The lines that say what a YAML document is: they stand in the first column. */
const topLevel = /^(?:(---|\.\.\.)|(["']?)(kind|apiVersion|items)\2[ \t]*:[ \t]*["']?([A-Za-z0-9./-]*))/gm;

const flowKind = new RegExp(`["']?kind["']?[ \\t]*:[ \\t]*["']?(?:${kinds})(?:List)?["'\\s,}]`);

const imageField = /^[ \t-]*["']?image["']?[ \t]*:/m;

/** The file names that are a mapping whatever language they are opened as. */
export function isMappingPath(path: string): boolean {
  return /(?:^|[\\/])(?:mapping|[^\\/]*-mapping)\.txt$/.test(path);
}

/** Lines that only the tools that mirror and pull print; `log` of the server knows what they mean. */
const logLine = new RegExp(
  [
    'no digest mapping available for \\S+ ?, skip writing to ',
    'src image has index label for ',
    'using (?:database|index) path mapping: ',
    'wrote mirroring manifests to ',
    'info: (?:Planning|Mirroring) completed in ',
    'errors? (?:during mirroring\\.|mirroring image)',
    'warning: (?:Image \\S+ does not exist and will not be mirrored|Layer size mismatch for )',
    'error: unable to (?:retrieve source image|push|upload blob|copy layer|open source layer|read image) ',
    'images? mirrored(?: successfully|: Some )',
    'Failed to pull image "',
    'Back-off pulling image "',
    '[Bb]undle unpacking failed',
    'no operators found (?:from|in|with) ',
    'pruning from the registry',
    'Message: package \\S+ not found',
    'Writing manifest to image destination',
    'Mirrors also failed: \\[',
    '(?:initializing|Error initializing) source docker://',
    'pinging container registry \\S+: ',
    'error mirroring image ',
    'error using catalogsource ',
    'Trying to access \\\\?"',
    ' ImagePullBackOff ',
  ].join('|'),
);

/** The names under which a log may be open: its text decides. */
export function isLogPath(path: string): boolean {
  return /\.(?:log|txt)$/i.test(path) && !isMappingPath(path);
}

/** True for text in which a line is surely of such a tool, in linear time. */
export function holdsLog(text: string): boolean {
  return logLine.test(text);
}

/** Sorts JSON text, in linear time: most of it is somebody's settings, so only what holds a resource of ours counts. */
export function jsonKind(text: string): DocumentKind {
  return /^\s*\{/.test(text) && flowKind.test(text) ? 'ours' : 'none';
}

/** Sorts YAML text, in linear time. */
export function yamlKind(text: string): DocumentKind {
  if (isOurs(text)) return 'ours';
  if (imageField.test(text)) return 'images';
  return isBlank(text) ? 'blank' : 'none';
}

/** A document that somebody begins has comments, what may become its kind, and a word at most. */
function isBlank(text: string): boolean {
  return text.length < longestBlank && text.split(/\r?\n/).every(isBeginning);
}

function isBeginning(line: string): boolean {
  const kind = /^kind\s*:\s*(\w*)\s*$/.exec(line)?.[1];
  if (kind !== undefined) return kindNames.some((name) => name.startsWith(kind));
  return /^(?:\s*#|---|\w*\s*$|apiVersion\s*:)/.test(line);
}

interface Header {
  readonly start: number;
  kind?: string;
  apiVersion?: string;
  /** Offset behind `items:`, where a list begins. */
  items?: number;
}

function isOurs(text: string): boolean {
  if (/^\s*[{[]/.test(text)) return flowKind.test(text);
  let header: Header = { start: 0 };
  for (const match of text.matchAll(topLevel)) {
    if (match[1] !== undefined) {
      if (announcesOurs(text.slice(header.start, match.index), header)) return true;
      header = { start: match.index };
    } else if (match[3] === 'items') {
      header.items = match.index + match[0].length - header.start;
    } else {
      header[match[3] as 'kind' | 'apiVersion'] = match[4] ?? '';
    }
  }
  return announcesOurs(text.slice(header.start), header);
}

function announcesOurs(document: string, { kind, apiVersion, items }: Header): boolean {
  if (kind === undefined || kind === '') return ourGroup.test(apiVersion ?? '');
  if (ourKind.test(kind)) return true;
  // Many have an Image; the one that says how a cluster treats registries is OpenShift's.
  if (kind === 'Image') return clusterGroup.test(apiVersion ?? '');
  return kind === 'List' && items !== undefined && listHoldsOurs(document.slice(items));
}

/** Looks at the items' own `kind` and no deeper: an owner reference may name a CatalogSource too. */
function listHoldsOurs(items: string): boolean {
  const first = /^( *)-( +)\S/m.exec(items);
  if (first === null) return false;
  const dash = first[1]?.length ?? 0;
  const keys = dash + 1 + (first[2]?.length ?? 1);
  const itemKind = new RegExp(
    `^(?: {${dash}}- +| {${keys}})["']?kind["']?[ \\t]*:[ \\t]*["']?(?:${kinds})["']?[ \\t]*(?:#.*)?\\r?$`,
    'm',
  );
  return itemKind.test(items);
}
