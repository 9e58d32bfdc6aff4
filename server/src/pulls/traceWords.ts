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
  /** What the sentences call it: `it`, or of several candidates its name. */
  readonly subject: string;
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
  const told = candidates.map((one): Told => ({ ...one, subject: short ? one.pull.name : 'it' }));
  const sentences = [...stops(world), `Nodes pull this image by ${first.pull.by}.`];
  if (short) {
    const names = candidates.map(({ pull }) => pull.name);
    sentences.push(
      `It is a short name, which stands for ${names.join(' or ')} in the nodes’ search registries.`,
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
  const { plan, subject } = candidate;
  if (!plan.ok)
    return [
      subject === 'it'
        ? `Nodes refuse this image: ${plan.problem}.`
        : `Nodes refuse ${subject}: ${plan.problem}.`,
    ];
  return isRedirected(candidate)
    ? redirectedWords(candidate, world)
    : [...directWords(candidate, world), ...lostWords(candidate, world)];
}

/** What would redirect the pull, if `oc apply` did not overwrite it. */
function lostWords({ reasons, subject }: Told, { whole, show }: World): string[] {
  const lost = reasons.find(({ overwrittenBy }) => overwrittenBy !== undefined);
  if (lost === undefined) return [];
  const { kind, setName } = lost.placed;
  return [
    `${shownPlace(lost.placed, whole, show)} would redirect ${subject}, but ${lost.overwrittenBy} is the same ${kind} ${setName} and overwrites it: oc apply takes that file later.`,
    'Give one of the two a name of its own, so that both stay.',
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
  return [`${problem.message} (${place}): until that is repaired, nodes get no change of any mirror set.`];
}

function redirectedWords(candidate: Told, world: World): string[] {
  const { registry, plan, endpoints, subject } = candidate;
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
    `${decides} redirects ${subject}: a node asks ${repositoryOf(first.reference)} first.`,
    ...(blocked ? ['The source itself is blocked, so that a mirror must have the image.'] : []),
  ];
}

/** Where the source of a candidate is asked: elsewhere than its name says, where a table moves it. */
function sourcePlace({ endpoints }: Candidate): string {
  const source = endpoints.find(({ from }) => from === 'source');
  return source === undefined ? '' : repositoryOf(source.reference);
}

function directWords(candidate: Told, world: World): string[] {
  const { pull, registry, plan, reasons, endpoints, subject } = candidate;
  const { show } = world;
  const host = pull.image.registry;
  const isBlocked = endpoints.every(({ result }) => result === 'blocked');
  if (candidate.names !== undefined && !isBlocked)
    return [
      candidate.names === 'place'
        ? 'It names a mirror itself, so nothing needs to redirect it.'
        : `It names ${host}, where the mirrors are, so nothing needs to redirect it.`,
    ];
  const place = sourcePlace(candidate);
  const moves = plan.rule !== undefined && place !== pull.name;
  if (moves) {
    const rule = placeOfRule(plan.rule, show);
    return [
      isBlocked
        ? `${rule} moves ${subject} to ${place}, which is blocked, so nodes do not pull it at all.`
        : `${rule} moves ${subject}: nodes ask ${place} instead.`,
      ...(plan.rule.mirrors.length > 0 ? [`None of its mirrors is for pulls by ${pull.by}.`] : []),
    ];
  }
  const asked = isBlocked
    ? `${host} is blocked, and nodes do not pull it at all`
    : `nodes ask ${host} itself`;
  const above = shadowed(candidate, world);
  if (registry !== undefined && above !== undefined) {
    return [
      `${shownPlaces(above, candidate, world)} has mirrors for ${subject}, but the longer source ${registry.source} (${shownPlaces(registry, candidate, world)}) decides alone and has none for pulls by ${pull.by}, so ${asked}.`,
      `Repeat the mirrors for ${registry.source} to redirect it.`,
    ];
  }
  if (registry !== undefined) {
    const [entry] = registry.entries;
    const kind = entry === undefined ? 'mirror set' : entry.kind;
    const serves = entry === undefined ? 'other pulls' : `pulls by ${mirrorSetTypes[entry.kind].pulls}`;
    return [
      `${shownPlaces(registry, candidate, world)} has the source ${registry.source}, but an ${kind} serves ${serves} only, so ${asked}.`,
    ];
  }
  if (plan.rule !== undefined)
    return [`${placeOfRule(plan.rule, show)} has no mirror for pulls by ${pull.by}, so ${asked}.`];
  const local = reasons.find((reason) => reason.local);
  if (local !== undefined)
    return [
      `No mirror set has a source that holds for ${subject}, so ${asked}.`,
      `${shownPlace(local.placed, world.snapshot, show)} was meant for it: ${local.reason}.`,
    ];
  return (
    undecidedWords(candidate, world) ?? [`No mirror set has a source that holds for ${subject}, so ${asked}.`]
  );
}

/** Of a pull that a template may redirect; undefined where none may. */
function undecidedWords(
  { pull, reasons, subject, open }: Told,
  { snapshot, show }: World,
): string[] | undefined {
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
      `${shownPlace(entry.placed, snapshot, show)} has the source ${entry.placed.entry.source?.value} and a template for its mirrors: where nodes pull ${subject} from is known when that is filled in.`,
    ];
  return [
    open.kind === 'MachineConfig'
      ? `Nobody knows yet whether a drop-in for registries.conf redirects ${subject}: ${open.path}:${open.line} cannot be read yet. As far as files can be read, nodes ask ${pull.image.registry} itself.`
      : `Nobody knows yet whether a mirror set redirects ${subject}: the sources of some are templates. As far as they can be read, nodes ask ${pull.image.registry} itself.`,
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
    return { words: [...words, `With the source ${pull.name} that entry redirects it.`], remedy: undefined };
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
        `An ${remedy.kind} with the source ${pull.name} and the mirror ${mirror} redirects it.`,
      ],
      remedy,
    };
  }
  const what =
    mirror === undefined ? `the source ${pull.name}` : `the source ${pull.name} and the mirror ${mirror}`;
  const never = 'ImageContentSourcePolicy and ImageDigestMirrorSet never redirect a pull by tag';
  const itms = `an ImageTagMirrorSet with ${what}`;
  const before =
    'a MachineConfig with a drop-in for registries.conf, or pull specs by digest in the operator’s CSV';
  const sentence =
    version === undefined
      ? `${never}: it takes ${itms} (OpenShift 4.13 and later); before 4.13 it takes ${before}.`
      : hasTagMirrorSets(version)
        ? `${never}: it takes ${itms}.`
        : `${never}, and OpenShift ${version} has no ImageTagMirrorSet yet (4.13 has): it takes ${before}.`;
  const remedy = mirror === undefined ? undefined : remedyFor('tag', pull.name, mirrors, version);
  return { words: [...words, sentence], remedy };
}

function copyWords(copies: readonly Copy[], { show }: World): string[] {
  const [copy] = copies;
  if (copy === undefined) return [];
  const what = copy.exact ? 'copies it' : 'copies others of its repository';
  return [`${show(copy.path)}:${copy.line + 1} ${what} to ${formatReference(copy.destination)}.`];
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
  return [...new Set(places)].join(' and ');
}

function shownPlace(
  placed: PlacedEntry,
  snapshot: TraceWorld['snapshot'],
  show: (path: string) => string,
): string {
  const line = lineOf(placed, snapshot);
  return line === undefined ? show(placed.path) : `${show(placed.path)}:${line + 1}`;
}
