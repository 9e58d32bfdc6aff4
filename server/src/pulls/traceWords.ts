import { type Place, type Sentence, sentence, t } from '../base/sentences.ts';
import { either, listed } from '../base/words.ts';
import { formatReference, repositoryOf } from '../documents/imageReference.ts';
import { mirrorSetTypes } from '../documents/mirrorSet.ts';
import { scopesOf } from '../documents/pullRules.ts';
import type { Copy } from './copy.ts';
import { lineOfScope } from './imageConfigs.ts';
import { lineOf } from './mirrorSets.ts';
import type { NodeRegistry, PlacedEntry } from './nodeRegistries.ts';
import { hasTagMirrorSets } from './openShiftVersion.ts';
import { type Remedy, remedyFor } from './remedy.ts';
import { placeOfRule } from './ruleList.ts';
import type { Candidate, TraceWorld } from './traceTypes.ts';

/** What the words about one candidate need to know. */
interface Told extends Candidate {
  /** What the sentences call it where there are several candidates; one alone is `it`. */
  readonly subject: string | undefined;
}

interface World extends TraceWorld {
  /** The files as they are; `snapshot` is what is left of them on the cluster. */
  readonly whole: TraceWorld['snapshot'];
  readonly show: (path: string) => string;
}

/**
 * Says in sentences where an image is pulled from and why, and what would send the pull to a mirror. Everything is
 * said of the places that a node asks, so that no sentence can differ from their list.
 * @param candidates what the name stands for, in the order in which a node tries them; several for a short name
 */
export function explainTrace(
  candidates: readonly Candidate[],
  world: World,
): { explanation: string[]; remedy: Remedy | undefined } {
  const [first] = candidates;
  if (first === undefined) return { explanation: [], remedy: undefined };
  const short = candidates.length > 1;
  const told = candidates.map((one): Told => ({ ...one, subject: short ? one.pull.name : undefined }));
  const sentences = [
    ...stops(world),
    first.pull.by === 'digest' ? t('Nodes pull this image by digest.') : t('Nodes pull this image by tag.'),
  ];
  if (short) {
    const names = candidates.map(({ pull }) => pull.name);
    sentences.push(
      t('It is a short name, which stands for {0} in the nodes’ search registries.', either(names)),
    );
  }
  for (const candidate of told) sentences.push(...candidateWords(candidate, world));
  if (told.some(isRedirected)) return { explanation: sentences, remedy: undefined };
  if (!short && !first.plan.ok) return { explanation: sentences.slice(-1), remedy: undefined };
  const { words, remedy } = remedyWords(mostHelpful(told, world), world);
  return { explanation: [...sentences, ...words], remedy };
}

function isRedirected({ endpoints }: Candidate): boolean {
  return endpoints.some(({ from, result }) => from === 'mirror' && result !== 'blocked');
}

function candidateWords(candidate: Told, world: World): string[] {
  const { plan } = candidate;
  if (!plan.ok)
    return [
      about(
        candidate,
        sentence('Nodes refuse this image: {problem}.'),
        sentence('Nodes refuse {name}: {problem}.'),
        { problem: plan.problem },
      ),
    ];
  return isRedirected(candidate)
    ? redirectedWords(candidate, world)
    : [...directWords(candidate, world), ...lostWords(candidate, world)];
}

/** A sentence about one candidate: the first where it is alone, and the second with `{name}` where it is one of several. */
function about(
  { subject }: Told,
  alone: Sentence,
  named: Sentence,
  places: Readonly<Record<string, Place | undefined>>,
): string {
  return subject === undefined ? t(alone, places) : t(named, { ...places, name: subject });
}

/** What would redirect the pull, if `oc apply` did not overwrite it. */
function lostWords(candidate: Told, { whole, show }: World): string[] {
  const lost = candidate.reasons.find(({ overwrittenBy }) => overwrittenBy !== undefined);
  if (lost === undefined) return [];
  const { kind, setName } = lost.placed;
  return [
    about(
      candidate,
      sentence(
        '{place} would redirect it, but {by} is the same {kind} {set} and overwrites it: oc apply takes that file later.',
      ),
      sentence(
        '{place} would redirect {name}, but {by} is the same {kind} {set} and overwrites it: oc apply takes that file later.',
      ),
      { place: shownPlace(lost.placed, whole, show), by: lost.overwrittenBy, kind, set: setName },
    ),
    t('Give one of the two a name of its own, so that both stay.'),
  ];
}

/** Of the candidates of a short name, the first of which a mapping.txt has a copy. */
function mostHelpful(candidates: readonly Told[], { copiesOf }: World): Told {
  const copied = candidates.find(({ pull }) => copiesOf(pull.image).length > 0);
  return copied ?? (candidates[0] as Told);
}

/** What keeps every rule from the nodes. */
function stops({ snapshot, show }: World): string[] {
  const problem = snapshot.mirrorSets.problems.find((one) => one.stops);
  if (problem === undefined) return [];
  const { imageConfig, entries } = problem;
  const [entry] = entries;
  const line = imageConfig && lineOfScope(imageConfig, snapshot.files);
  const place =
    imageConfig === undefined
      ? entry === undefined
        ? ''
        : shownPlace(entry, snapshot, show)
      : `${show(imageConfig.path)}${line === undefined ? '' : `:${line + 1}`}`;
  return [
    t('{0} ({1}): until that is repaired, nodes get no change of any mirror set.', problem.message, place),
  ];
}

function redirectedWords(candidate: Told, world: World): string[] {
  const { registry, plan, endpoints } = candidate;
  const first = endpoints.find(({ result }) => result !== 'blocked');
  if (first === undefined) return [];
  const decides =
    registry !== undefined
      ? shownPlaces(registry, candidate, world)
      : plan.rule === undefined
        ? ''
        : placeOfRule(plan.rule, world.show);
  const blocked = endpoints.some(({ from, result }) => from === 'source' && result === 'blocked');
  return [
    about(
      candidate,
      sentence('{rule} redirects it: a node asks {first} first.'),
      sentence('{rule} redirects {name}: a node asks {first} first.'),
      { rule: decides, first: repositoryOf(first.reference) },
    ),
    ...(blocked ? [t('The source itself is blocked, so that a mirror must have the image.')] : []),
  ];
}

/** Where the source of a candidate is asked: elsewhere than its name says, where a table moves it. */
function sourcePlace({ endpoints }: Candidate): string {
  const source = endpoints.find(({ from }) => from === 'source');
  return source === undefined ? '' : repositoryOf(source.reference);
}

function directWords(candidate: Told, world: World): string[] {
  const { pull, registry, plan, reasons, endpoints } = candidate;
  const { show } = world;
  const host = pull.image.registry;
  const isBlocked = endpoints.every(({ result }) => result === 'blocked');
  if (candidate.names !== undefined && !isBlocked)
    return [
      candidate.names === 'place'
        ? t('It names a mirror itself, so nothing needs to redirect it.')
        : t('It names {0}, where the mirrors are, so nothing needs to redirect it.', host),
    ];
  const place = sourcePlace(candidate);
  const moves = plan.rule !== undefined && place !== pull.name;
  if (moves) {
    const rule = placeOfRule(plan.rule, show);
    return [
      isBlocked
        ? about(
            candidate,
            sentence('{rule} moves it to {place}, which is blocked, so nodes do not pull it at all.'),
            sentence('{rule} moves {name} to {place}, which is blocked, so nodes do not pull it at all.'),
            { rule, place },
          )
        : about(
            candidate,
            sentence('{rule} moves it: nodes ask {place} instead.'),
            sentence('{rule} moves {name}: nodes ask {place} instead.'),
            { rule, place },
          ),
      ...(plan.rule.mirrors.length > 0 ? [noMirrorForPulls(pull.by)] : []),
    ];
  }
  const above = shadowed(candidate, world);
  if (registry !== undefined && above !== undefined) {
    const places = {
      above: shownPlaces(above, candidate, world),
      source: registry.source,
      rule: shownPlaces(registry, candidate, world),
      pulls: pullsBy(pull.by),
      host,
    };
    return [
      isBlocked
        ? about(
            candidate,
            sentence(
              '{above} has mirrors for it, but the longer source {source} ({rule}) decides alone and has none for {pulls}, so {host} is blocked, and nodes do not pull it at all.',
            ),
            sentence(
              '{above} has mirrors for {name}, but the longer source {source} ({rule}) decides alone and has none for {pulls}, so {host} is blocked, and nodes do not pull it at all.',
            ),
            places,
          )
        : about(
            candidate,
            sentence(
              '{above} has mirrors for it, but the longer source {source} ({rule}) decides alone and has none for {pulls}, so nodes ask {host} itself.',
            ),
            sentence(
              '{above} has mirrors for {name}, but the longer source {source} ({rule}) decides alone and has none for {pulls}, so nodes ask {host} itself.',
            ),
            places,
          ),
      t('Repeat the mirrors for {0} to redirect it.', registry.source),
    ];
  }
  const [entry] = registry?.entries ?? [];
  if (registry !== undefined && entry !== undefined) {
    const places = {
      rule: shownPlaces(registry, candidate, world),
      source: registry.source,
      kind: entry.kind,
      pulls: pullsBy(mirrorSetTypes[entry.kind].pulls),
      host,
    };
    return [
      isBlocked
        ? t(
            '{rule} has the source {source}, but an {kind} serves {pulls} only, so {host} is blocked, and nodes do not pull it at all.',
            places,
          )
        : t(
            '{rule} has the source {source}, but an {kind} serves {pulls} only, so nodes ask {host} itself.',
            places,
          ),
    ];
  }
  // A table without entries only says `insecure` or `blocked`: to a person there is no source for the image.
  if (plan.rule !== undefined && registry === undefined) {
    const places = { rule: placeOfRule(plan.rule, show), pulls: pullsBy(pull.by), host };
    return [
      isBlocked
        ? t(
            '{rule} has no mirror for {pulls}, so {host} is blocked, and nodes do not pull it at all.',
            places,
          )
        : t('{rule} has no mirror for {pulls}, so nodes ask {host} itself.', places),
    ];
  }
  const noSource = isBlocked
    ? about(
        candidate,
        sentence(
          'No mirror set has a source that holds for it, so {host} is blocked, and nodes do not pull it at all.',
        ),
        sentence(
          'No mirror set has a source that holds for {name}, so {host} is blocked, and nodes do not pull it at all.',
        ),
        { host },
      )
    : about(
        candidate,
        sentence('No mirror set has a source that holds for it, so nodes ask {host} itself.'),
        sentence('No mirror set has a source that holds for {name}, so nodes ask {host} itself.'),
        { host },
      );
  const local = reasons.find((reason) => reason.local);
  if (local !== undefined)
    return [
      noSource,
      t('{0} was meant for it: {1}.', shownPlace(local.placed, world.snapshot, show), local.reason),
    ];
  return undecidedWords(candidate, world) ?? [noSource];
}

/** The pulls that a rule is for, as a place in sentences. */
function pullsBy(by: 'digest' | 'tag'): string {
  return by === 'digest' ? t('pulls by digest') : t('pulls by tag');
}

function noMirrorForPulls(by: 'digest' | 'tag'): string {
  return by === 'digest'
    ? t('None of its mirrors is for pulls by digest.')
    : t('None of its mirrors is for pulls by tag.');
}

/** Of a pull that a template may redirect; undefined where none may. */
function undecidedWords(candidate: Told, { snapshot, show }: World): string[] | undefined {
  const { pull, reasons, open } = candidate;
  if (open === undefined) return undefined;
  const scopes = new Set(scopesOf(pull.name));
  const entry = reasons.find(
    ({ placed }) =>
      placed.entry.isTemplate &&
      placed.entry.source !== undefined &&
      scopes.has(placed.entry.source.value) &&
      mirrorSetTypes[placed.kind].pulls === pull.by,
  );
  if (entry !== undefined)
    return [
      about(
        candidate,
        sentence(
          '{place} has the source {source} and a template for its mirrors: where nodes pull it from is known when that is filled in.',
        ),
        sentence(
          '{place} has the source {source} and a template for its mirrors: where nodes pull {name} from is known when that is filled in.',
        ),
        { place: shownPlace(entry.placed, snapshot, show), source: entry.placed.entry.source?.value },
      ),
    ];
  const host = pull.image.registry;
  return [
    open.kind === 'MachineConfig'
      ? about(
          candidate,
          sentence(
            'Nobody knows yet whether a drop-in for registries.conf redirects it: {place} cannot be read yet. As far as files can be read, nodes ask {host} itself.',
          ),
          sentence(
            'Nobody knows yet whether a drop-in for registries.conf redirects {name}: {place} cannot be read yet. As far as files can be read, nodes ask {host} itself.',
          ),
          { place: `${open.path}:${open.line}`, host },
        )
      : about(
          candidate,
          sentence(
            'Nobody knows yet whether a mirror set redirects it: the sources of some are templates. As far as they can be read, nodes ask {host} itself.',
          ),
          sentence(
            'Nobody knows yet whether a mirror set redirects {name}: the sources of some are templates. As far as they can be read, nodes ask {host} itself.',
          ),
          { host },
        ),
  ];
}

/** The nearest table above the one that decides which has mirrors for this pull. */
function shadowed({ pull, registry }: Candidate, { snapshot }: World): NodeRegistry | undefined {
  for (const scope of scopesOf(pull.name)) {
    const above = scope === registry?.source ? undefined : snapshot.mirrorSets.registries.get(scope);
    if (above !== undefined && mirrorsOf(above, pull.by).length > 0) return above;
  }
  return undefined;
}

function mirrorsOf(registry: NodeRegistry, by: 'digest' | 'tag'): readonly string[] {
  return by === 'digest' ? registry.digestMirrors : registry.tagMirrors;
}

function remedyWords(found: Candidate, world: World): { words: string[]; remedy: Remedy | undefined } {
  const { pull, registry } = found;
  const { snapshot } = world;
  if (found.names !== undefined) return { words: [], remedy: undefined };
  const copies = world.copiesOf(pull.image);
  const words = copyWords(copies, world);
  const local = found.reasons.find((reason) => reason.local);
  if (local !== undefined && mirrorSetTypes[local.placed.kind].pulls === pull.by)
    return {
      words: [...words, t('With the source {0} that entry redirects it.', pull.name)],
      remedy: undefined,
    };
  const path = copies[0]?.path ?? registry?.entries[0]?.path ?? snapshot.files.keys().next().value ?? '';
  const version = world.versionFor(path);
  const mirrors = mirrorsFor(found, copies, world);
  const [mirror] = mirrors;
  if (pull.by === 'digest') {
    if (mirror === undefined) return { words, remedy: undefined };
    const remedy = remedyFor('digest', pull.name, mirrors, version);
    return {
      words: [
        ...words,
        t('An {0} with the source {1} and the mirror {2} redirects it.', remedy.kind, pull.name, mirror),
      ],
      remedy,
    };
  }
  const remedy = mirror === undefined ? undefined : remedyFor('tag', pull.name, mirrors, version);
  return { words: [...words, tagRemedyWords(pull.name, mirror, version)], remedy };
}

/** What redirects pulls by tag, by the version of the cluster where it is known. */
function tagRemedyWords(source: string, mirror: string | undefined, version: string | undefined): string {
  if (version !== undefined && !hasTagMirrorSets(version))
    return t(
      'ImageContentSourcePolicy and ImageDigestMirrorSet never redirect a pull by tag, and OpenShift {version} has no ImageTagMirrorSet yet (4.13 has): it takes a MachineConfig with a drop-in for registries.conf, or pull specs by digest in the operator’s CSV.',
      { version },
    );
  if (version !== undefined)
    return mirror === undefined
      ? t(
          'ImageContentSourcePolicy and ImageDigestMirrorSet never redirect a pull by tag: it takes an ImageTagMirrorSet with the source {source}.',
          { source },
        )
      : t(
          'ImageContentSourcePolicy and ImageDigestMirrorSet never redirect a pull by tag: it takes an ImageTagMirrorSet with the source {source} and the mirror {mirror}.',
          { source, mirror },
        );
  return mirror === undefined
    ? t(
        'ImageContentSourcePolicy and ImageDigestMirrorSet never redirect a pull by tag: it takes an ImageTagMirrorSet with the source {source} (OpenShift 4.13 and later); before 4.13 it takes a MachineConfig with a drop-in for registries.conf, or pull specs by digest in the operator’s CSV.',
        { source },
      )
    : t(
        'ImageContentSourcePolicy and ImageDigestMirrorSet never redirect a pull by tag: it takes an ImageTagMirrorSet with the source {source} and the mirror {mirror} (OpenShift 4.13 and later); before 4.13 it takes a MachineConfig with a drop-in for registries.conf, or pull specs by digest in the operator’s CSV.',
        { source, mirror },
      );
}

function copyWords(copies: readonly Copy[], { show }: World): string[] {
  const [copy] = copies;
  if (copy === undefined) return [];
  const place = `${show(copy.path)}:${copy.line + 1}`;
  const destination = formatReference(copy.destination);
  return [
    copy.exact
      ? t('{0} copies it to {1}.', place, destination)
      : t('{0} copies others of its repository to {1}.', place, destination),
  ];
}

/** Mirrors to name for the repository: where mapping.txt brings it, else the other kind's mirrors in its table. */
function mirrorsFor({ pull, registry }: Candidate, copies: readonly Copy[], { snapshot }: World): string[] {
  const copied = copies.map(({ destination }) => repositoryOf(destination));
  if (copied.length > 0) return [...new Set(copied)];
  for (const scope of scopesOf(pull.name)) {
    const table = scope === registry?.source ? registry : snapshot.mirrorSets.registries.get(scope);
    if (table === undefined || table.source.startsWith('*.')) continue;
    const mirrors = [...table.digestMirrors, ...table.tagMirrors];
    return [...new Set(mirrors)].map((mirror) => mirror + pull.name.slice(table.source.length));
  }
  return [];
}

function shownPlaces(registry: NodeRegistry, { pull }: Candidate, { snapshot, show }: World): string {
  const own = registry.entries.filter(({ kind }) => mirrorSetTypes[kind].pulls === pull.by);
  const places = (own.length > 0 ? own : registry.entries).map((entry) => shownPlace(entry, snapshot, show));
  return listed([...new Set(places)]);
}

function shownPlace(
  placed: PlacedEntry,
  snapshot: TraceWorld['snapshot'],
  show: (path: string) => string,
): string {
  const line = lineOf(placed, snapshot);
  return line === undefined ? show(placed.path) : `${show(placed.path)}:${line + 1}`;
}
