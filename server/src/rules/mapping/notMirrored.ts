import { lineRange } from '../../base/range.ts';
import { sentence, t } from '../../base/sentences.ts';
import { listed, shortName } from '../../base/words.ts';
import { repositoryOf, withoutTransport } from '../../documents/imageReference.ts';
import { isByTag, type MappingPair, ofPairs } from '../../documents/mappingLine.ts';
import { isAtHop, isInRegistry } from '../../documents/transport.ts';
import { areMeantFor, type PullKind, redirectOf, sourcesWithMirror } from '../../pulls/redirects.ts';
import { isSentByDropIns } from '../../pulls/tagRedirects.ts';
import { catalogIndexKey, isCatalogIndex } from '../../workspace/catalogIndex.ts';
import { originalsOf } from '../../workspace/originals.ts';
import { redirectAllFix, redirectFix, type Wanted } from '../redirectFix.ts';
import { defineRule, type Finding, type Fix, later, type RuleContext, type Together } from '../rule.ts';
import { wantedInFile } from './wantedInFile.ts';

interface Missing {
  /** The repository that pods name. */
  readonly source: string;
  readonly destination: string;
  readonly by: PullKind;
  /** Where nodes are sent instead; empty when nowhere. */
  readonly elsewhere: readonly string[];
}

/** Images that are copied to the mirror registry, and that no node looks for there. */
export const mappingNotMirrored = defineRule({
  code: 'mapping/not-mirrored',
  severity: 'warning',
  unit: 'mapping-line',
  summary: 'The image is copied to a registry, and no mirror set redirects its source there',
  documentation: `
The line brings the image to the mirror registry, but no ImageContentSourcePolicy or ImageDigestMirrorSet of the workspace sends
nodes there. A pod that names the image by its original source asks the internet for it, and is not answered.

\`\`\`
registry.redhat.io/openshift4/ose-oauth-proxy@sha256:1111…=registry.example.com:8443/olm/openshift4-ose-oauth-proxy:5aa2c80d
\`\`\`

The original source is meant, also where the line has a \`file://\` path: the mapping.txt of the first hop, the tags of the images or
the catalog tells it, as for [mirror-set/local-source](../mirror-set/local-source.md), and where nothing does, nothing is reported. It is not enough that some mirror set redirects the source: it must lead to the destination of
this very line. With \`--icsp-scope=registry\`, or after moving images to another namespace, it often leads elsewhere.

The fix adds the source to the mirror set that has mirrors in the same registry, in the style of its list, or the mirror to the
entry that is there for the source. What other sets do for the source by a shorter name stays in force: it is repeated.

Only destinations that mirror sets are meant for are looked at: in the registry of a set beside the file, or in a namespace that a
set elsewhere names. The catalog's own index image is left out, because the CatalogSource names it directly. Sources by tag are
[mapping/tag-only](tag-only.md); this rule says of them only where an ImageTagMirrorSet leads elsewhere. What is true of many lines
of a repository is said once, in the first of them.`,
  reads: ({ snapshot, path }) => [
    snapshot.mirrorSets.isEmpty,
    snapshot.nodePools,
    catalogIndexKey(snapshot, path),
  ],
  follows: ({ snapshot: { mirrorSets, provenance } }) =>
    mirrorSets.isEmpty ? [] : [mirrorSets.changes, mirrorSets.placeChanges, provenance.changes],
  findsNothing: ({ snapshot }) => snapshot.mirrorSets.isEmpty,
  check({ line }, context) {
    return ofPairs(line, (pair) =>
      missingOf(pair, context).map((missing) => {
        const { start, end } = pair.source.span;
        return { ...saidOf(missing), range: lineRange(0, start, end), data: missing };
      }),
    );
  },
  fixesAreOffers: true,
  fixes(finding, _unit, context) {
    const { data: missing } = finding;
    const own = missing && redirectFix(wantedFor(missing), 0, context);
    return [...(own === undefined ? [] : [own]), ...fixAll(context)];
  },
});

function saidOf(missing: Missing): Pick<Finding, 'message' | 'together'> {
  return { message: later(() => messageOf(missing, 1)), together: later(() => togetherOf(missing)) };
}

function togetherOf(missing: Missing): Together {
  const { source, destination, by, elsewhere } = missing;
  const key = [source, destination, by, ...elsewhere].join(' ');
  return { key, message: (count) => messageOf(missing, count) };
}

/** `lines` is how many lines of the file say the same. */
function messageOf({ source, destination, by, elsewhere }: Missing, lines: number): string {
  const { line, several } = messages[elsewhere.length === 0 ? 'nowhere' : 'elsewhere'][by];
  const places = { name: shortName(source), destination, elsewhere: listed(elsewhere), lines };
  return t(lines === 1 ? line : several, places);
}

const messages = {
  nowhere: {
    digest: {
      line: sentence(
        '{name} is not redirected: no mirror set sends its pulls by digest to {destination}, where this line brings the image',
      ),
      several: sentence(
        '{name} is not redirected: no mirror set sends its pulls by digest to {destination}, where {lines} lines bring images',
      ),
    },
    tag: {
      line: sentence(
        '{name} is not redirected: no mirror set sends its pulls by tag to {destination}, where this line brings the image',
      ),
      several: sentence(
        '{name} is not redirected: no mirror set sends its pulls by tag to {destination}, where {lines} lines bring images',
      ),
    },
  },
  elsewhere: {
    digest: {
      line: sentence(
        '{name} is redirected elsewhere: its pulls by digest go to {elsewhere}, and not to {destination}, where this line brings the image',
      ),
      several: sentence(
        '{name} is redirected elsewhere: its pulls by digest go to {elsewhere}, and not to {destination}, where {lines} lines bring images',
      ),
    },
    tag: {
      line: sentence(
        '{name} is redirected elsewhere: its pulls by tag go to {elsewhere}, and not to {destination}, where this line brings the image',
      ),
      several: sentence(
        '{name} is redirected elsewhere: its pulls by tag go to {elsewhere}, and not to {destination}, where {lines} lines bring images',
      ),
    },
  },
} as const;

function missingOf(pair: MappingPair, context: RuleContext): Missing[] {
  const { snapshot, path } = context;
  const { mirrorSets } = snapshot;
  const { source, destination } = pair;
  if (mirrorSets.isEmpty || !source.parsed.ok || !destination.parsed.ok) return [];
  const to = destination.parsed.reference;
  if (!isInRegistry(to) || source.tagPattern !== undefined) return [];
  if (!areMeantFor(mirrorSets, to, path) || isCatalogIndex(pair, snapshot, path)) return [];
  const place = repositoryOf(to);
  const from = source.parsed.reference;
  // An entry for the path in the file store is what mirror-set/local-source repairs.
  if (isAtHop(from)) {
    const local = withoutTransport(from);
    if (sourcesWithMirror(mirrorSets, place).includes(local)) return [];
  }
  const by = isByTag(source) ? 'tag' : 'digest';
  return originalsOf(pair, snapshot.provenance).flatMap((repository): Missing[] => {
    const elsewhere = redirectOf(mirrorSets, repository)[by];
    if (elsewhere.includes(place) || isSentByDropIns(snapshot, repository, by, place)) return [];
    // A set that is a template may redirect it.
    if (mirrorSets.mayRedirect(repository)) return [];
    if (elsewhere.length === 0 && (by === 'tag' || isReachedByAnotherName(repository, place, context)))
      return [];
    return [{ source: repository, destination: place, by, elsewhere }];
  });
}

/**
 * True when nodes come to the destination for an image of the same name: the line then copies from a place between,
 * such as a registry that was filled before, and pods name what the mirror set names. Docker Hub's other names are
 * no such places, because no node ever asks for them.
 */
function isReachedByAnotherName(source: string, place: string, { snapshot }: RuleContext): boolean {
  const name = source.slice(source.lastIndexOf('/'));
  return sourcesWithMirror(snapshot.mirrorSets, place).some(
    (other) => other.endsWith(name) && other !== source && !other.startsWith('index.docker.io/'),
  );
}

function wantedFor({ source, destination, by }: Missing): Wanted {
  return { source, mirrors: [destination], by };
}

/** Digests only: what is by tag has its own fix for all, in mapping/tag-only. */
function fixAll(context: RuleContext): Fix[] {
  const wanted = wantedInFile('not-mirrored', context, (pair) =>
    missingOf(pair, context)
      .filter(({ by }) => by === 'digest')
      .map(wantedFor),
  );
  const title = t(
    'Redirect all {0} repositories of this file that no mirror set sends to their place',
    wanted.length,
  );
  return redirectAllFix(title, wanted, 0, context);
}
