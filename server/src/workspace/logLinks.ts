import { memo } from '../base/memo.ts';
import type { Range } from '../base/range.ts';
import { lineRange } from '../base/range.ts';
import { t } from '../base/sentences.ts';
import {
  exactReference,
  formatReference,
  type ImageReference,
  parseReference,
  repositoryOf,
} from '../documents/imageReference.ts';
import type { MappingDocument } from '../documents/mapping.ts';
import { destinationOf, type MappingLine, type MappingPair } from '../documents/mappingLine.ts';
import { canonicalRepository } from '../documents/pullSpec.ts';
import { isAtHop, isInRegistry } from '../documents/transport.ts';
import { withoutVersion } from '../log/catalogIndex.ts';
import type { ExplainedLine, LogDocument, LogRun } from '../log/logDocument.ts';
import { withVersion } from '../log/logVersion.ts';
import { worst } from '../log/parseLog.ts';
import { tagLost } from '../log/runFindings.ts';
import { lineNumbers } from './lineNumbers.ts';
import { mappingIndex } from './mappingIndex.ts';
import type { Snapshot } from './snapshot.ts';

/** The place in a mapping.txt that a line of a log is about. */
export interface NamedInMapping {
  readonly path: string;
  /** The side of the line that the log names. */
  readonly range: Range;
  readonly pair: MappingPair;
}

/** More places than this help nobody. */
const mostPlaces = 20;

/**
 * The mapping lines that an image of a log stands in, as source or as destination: the same tag or digest where the
 * log names one, else all lines of the repository. An image as pods name it is also found behind a `file://` hop.
 * To be asked of a snapshot as often as needed.
 */
export function placesNaming(image: string, snapshot: Snapshot): readonly NamedInMapping[] {
  const parsed = parseReference(image);
  if (!parsed.ok) return [];
  const { reference } = parsed;
  const places: NamedInMapping[] = [];
  for (const { path, content } of snapshot.files.values()) {
    if (content.type !== 'mapping') continue;
    for (const line of linesOf(content.mapping, reference)) {
      for (const pair of line.pairs) {
        const side = sideOf(pair, reference);
        const number = side === undefined ? undefined : lineNumbers(content.mapping).get(line);
        if (side === undefined || number === undefined) continue;
        const { span } = pair[side];
        places.push({ path, range: lineRange(number, span.start, span.end), pair });
        if (places.length >= mostPlaces) return places;
      }
    }
  }
  return places;
}

function linesOf(mapping: MappingDocument, reference: ImageReference): Iterable<MappingLine> {
  const index = mappingIndex(mapping);
  const repository = repositoryOf(reference);
  const direct = new Set([
    ...index.bySource.get(repository),
    ...(isInRegistry(reference) ? index.bySource.get(canonicalRepository(reference)) : []),
    ...index.byDestinationRepository.get(repository),
  ]);
  if (direct.size > 0 || !isInRegistry(reference)) return direct;
  return behindHop(mapping).get(reference.repository) ?? [];
}

/** Lines with a `file://` source by the path that the image had in its registry: what lies below the index. */
const behindHop = memo((mapping: MappingDocument): ReadonlyMap<string, readonly MappingLine[]> => {
  const index = mappingIndex(mapping);
  const root = index.indexRepository;
  if (root === undefined) return new Map();
  const prefix = `file://${root}/`;
  const found = new Map<string, readonly MappingLine[]>();
  for (const key of index.bySource.keys()) {
    if (key.startsWith(prefix)) found.set(key.slice(prefix.length), index.bySource.get(key));
  }
  return found;
});

/** The side of a pair that names the image; undefined when its tag or digest is another. */
function sideOf(pair: MappingPair, image: ImageReference): 'source' | 'destination' | undefined {
  const source = pair.source.parsed.ok ? pair.source.parsed.reference : undefined;
  const destination = destinationOf(pair);
  const named = image.tag !== undefined || image.digest !== undefined;
  const repository = repositoryOf(image);
  if (destination !== undefined && repositoryOf(destination) === repository) {
    if (!named || exactReference(destination) === exactReference(image)) return 'destination';
  }
  if (source === undefined) return undefined;
  const same =
    repositoryOf(source) === repository ||
    (isInRegistry(image) && (isAtHop(source) || canonicalRepository(source) === canonicalRepository(image)));
  if (!same) return undefined;
  if (!named) return 'source';
  return image.digest === undefined
    ? source.tag === image.tag && source.digest === undefined
      ? 'source'
      : undefined
    : source.digest === image.digest
      ? 'source'
      : undefined;
}

/**
 * A log with what its runs' own mapping.txt tells and the log does not: lines that a run did not even plan to write,
 * because `oc` writes one tag of each digest only. They stand where the run says that it is through.
 */
export function withMapping(log: LogDocument, snapshot: Snapshot): LogDocument {
  // An error may name the digest of what mapping.txt has by tag.
  const named = new Set(
    log.lines.flatMap(({ image, effect }) =>
      image === undefined || effect === undefined
        ? []
        : image.includes('@')
          ? [image, withoutVersion(image)]
          : [image],
    ),
  );
  const lost = log.runs.map((run) =>
    unplannedPlaces(run, snapshot, named).map(({ pair }) =>
      tagLost(run.through ?? run.start, pair.source.text, run.toFiles || run.fromFiles),
    ),
  );
  if (lost.every((lines) => lines.length === 0)) return log;
  const runs = log.runs.map((run, index) =>
    lost[index]?.length === 0 ? run : { ...run, verdict: worst([run.verdict, 'incomplete']) },
  );
  return {
    ...log,
    verdict: worst(runs.map(({ verdict }) => verdict)),
    runs,
    lines: [...log.lines, ...lost.flat()].sort((a, b) => a.line - b.line),
  };
}

/** What lies round a log: `own` is of its runs, `near` has besides what lies beside it and may be of any run. */
export interface LogFiles {
  readonly own: Snapshot;
  readonly near: Snapshot;
  /** The version of the cluster that the files tell, as `MAJOR.MINOR`. */
  readonly version: string | undefined;
}

/** The log with what its files tell, and with the advice for the version of the cluster that they are for. */
export function withFiles(log: LogDocument, { own, near, version }: LogFiles): LogDocument {
  return withVersion(withWayToMirror(withMapping(log, own), near), version);
}

/**
 * Says of each image that its mirror lacks which line of mapping.txt copies it. Copying mapping.txt again does not help
 * an image that stands in none.
 */
function withWayToMirror(log: LogDocument, snapshot: Snapshot): LogDocument {
  const lacking = log.lines.some(isLacking);
  const mappings = [...snapshot.files.values()].filter(({ content }) => content.type === 'mapping');
  if (!lacking || mappings.length === 0) return log;
  return { ...log, lines: log.lines.map((line) => (isLacking(line) ? withWay(line, snapshot) : line)) };
}

/** True where a mirror was asked, and does not have the image. */
function isLacking({ pull, image }: ExplainedLine): boolean {
  return image !== undefined && pull?.cause === 'missing' && (pull.mirror ?? '') !== '';
}

function withWay(line: ExplainedLine, snapshot: Snapshot): ExplainedLine {
  const { image = '', pull } = line;
  const [place] = placesNaming(image, snapshot);
  const mirror = pull?.place ?? '';
  if (place !== undefined) {
    return {
      ...line,
      fix: t(
        '{mirror} does not have the image, although line {line} of {file} copies it. Run operator-mirror copy -f {file}. Then operator-mirror check FOLDER --online says what is still missing.',
        { mirror, line: place.range.start.line + 1, file: place.path },
      ),
    };
  }
  const target = withoutVersion(pull?.mirror ?? '');
  return {
    ...line,
    fix: t(
      '{mirror} does not have the image, and no line of mapping.txt copies it. Add the line {line} to mapping.txt, or the image under additionalImages in the ImageSetConfiguration. Then copy it with operator-mirror copy -f mapping.txt.',
      { mirror, line: `${image}=${target}` },
    ),
  };
}

/** The lines of a run's own mapping.txt that its plan leaves out. `named` are the images that the log explains anyway. */
function unplannedPlaces(
  { planned, mapping }: LogRun,
  snapshot: Snapshot,
  named: ReadonlySet<string>,
): { readonly pair: MappingPair }[] {
  if (planned === undefined || mapping === undefined) return [];
  const file = mapping.split('/').slice(-2).join('/');
  const files = [...snapshot.files.values()].filter(
    ({ path, content }) => content.type === 'mapping' && `/${path}`.endsWith(`/${file}`),
  );
  // A name without its folder may be that of many files.
  if (files.length > 1 && !file.includes('/')) return [];
  // Only where the run writes another tag of the repository is it known why it leaves one out.
  const written = new Set([...planned].map(withoutVersion));
  return files.flatMap(({ content }) => {
    if (content.type !== 'mapping') return [];
    return content.mapping.lines.flatMap(({ pairs }) =>
      pairs.flatMap((pair) => {
        const destination = destinationOf(pair);
        const source = pair.source.parsed.ok ? pair.source.parsed.reference : undefined;
        if (destination?.tag === undefined || source === undefined) return [];
        if (planned.has(exactReference(destination)) || planned.has(formatReference(destination))) return [];
        if (!written.has(withoutVersion(formatReference(destination)))) return [];
        const names = [source, destination].flatMap((one) => [exactReference(one), repositoryOf(one)]);
        return names.some((one) => named.has(one)) ? [] : [{ pair }];
      }),
    );
  });
}
