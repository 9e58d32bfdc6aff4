import { shortPath } from '../../base/paths.ts';
import { t } from '../../base/sentences.ts';
import { isMirrorSet } from '../../documents/mirrorSet.ts';
import { isResourceName, validResourceName } from '../../documents/naming.ts';
import type { ResourceKind } from '../../documents/resources.ts';
import { replaceScalar } from '../../documents/yamlNode.ts';
import { lostSources, type PlacedResource, type SharedObject } from '../../pulls/applyOrder.ts';
import type { Snapshot } from '../../workspace/snapshot.ts';
import { defineRule, type Finding, type Fix, type RuleContext } from '../rule.ts';

/** Manifests of one object in several places: `oc apply` leaves only the last. */
export const resourceOverwritten = defineRule({
  code: 'resource/overwritten',
  severity: 'warning',
  unit: 'yaml',
  summary: 'Two manifests of one object: the one that `oc apply` takes later overwrites the other',
  documentation: `
An object on the cluster is what its kind, its name and its namespace say. Two files with the same of these are one object, and
what is applied later takes the place of what was applied before, without a word:

\`\`\`yaml
# release/idms-oc-mirror.yaml          # vendor/idms-oc-mirror.yaml
kind: ImageDigestMirrorSet             kind: ImageDigestMirrorSet
metadata:                              metadata:
  name: idms-operator-0                  name: idms-operator-0
\`\`\`

oc-mirror v2 names its sets \`idms-operator-0\`, \`itms-release-0\` and so on in every run, so that the results of two
ImageSetConfigurations meet like this: after \`oc apply -R -f .\`, which goes through folders and files by their names, the
mirrors of \`release/\` are gone.

Copies that lose nothing are no finding: the later one may have more. The fix gives the one that would be lost a name of its
own. It is not applied unasked: files for different clusters may have the same names.`,
  check({ yaml }, { snapshot, path }) {
    return snapshot.sharedObjects.flatMap((shared) => {
      const own = [shared.last, ...shared.lost].filter(
        (placed) => placed.path === path && yaml.resources.includes(placed.resource),
      );
      return own.flatMap((placed) => findingOf(placed, shared, path));
    });
  },
  fixes({ data }, _unit, context) {
    if (data === undefined) return [];
    const { shared, placed } = data;
    const lost = placed === shared.last ? shared.lost : [placed];
    const [one, ...more] = lost;
    const renamable = one !== undefined && more.length === 0 && !singletons.has(one.resource.kind);
    return renamable ? renameFix(one, shared, context) : [];
  },
});

/** Kinds of which a cluster knows one object only, by its name. */
const singletons: ReadonlySet<string> = new Set<ResourceKind>(['OperatorHub', 'Image']);

interface Overwriting {
  readonly shared: SharedObject;
  /** The manifest that the finding is shown at. */
  readonly placed: PlacedResource;
}

function findingOf(placed: PlacedResource, shared: SharedObject, path: string): Finding<Overwriting>[] {
  const { name } = placed.resource;
  if (name === undefined) return [];
  const message =
    placed === shared.last ? overwritesWords(shared, path) : overwrittenWords(placed, shared.last, path);
  return [{ message, range: name.range, data: { shared, placed } }];
}

function overwrittenWords(placed: PlacedResource, last: PlacedResource, path: string): string {
  const { name } = placed.resource;
  const by = manifestPlace(last, path);
  if (!isMirrorSet(placed.resource) || !isMirrorSet(last.resource))
    return t(
      '{0} is overwritten by that in {1}: they are one object, and oc apply takes that one later',
      name?.value ?? '',
      by,
    );
  const lost = lostSources(placed.resource, last.resource);
  return lost.length === 1
    ? t(
        '{0} is overwritten by that in {1}, which oc apply takes later: the mirrors of {2} are lost',
        name?.value ?? '',
        by,
        lost[0] ?? '',
      )
    : t(
        '{0} is overwritten by that in {1}, which oc apply takes later: the mirrors of {2} sources are lost',
        name?.value ?? '',
        by,
        lost.length,
      );
}

function overwritesWords({ last, lost }: SharedObject, path: string): string {
  const [first] = lost;
  const name = last.resource.name?.value ?? '';
  const place = first === undefined ? '' : manifestPlace(first, path);
  return lost.length === 1
    ? t('{0} overwrites that in {1}: they are one object, and oc apply takes this one later', name, place)
    : t(
        '{0} overwrites {1} others, that in {2} first: they are one object, and oc apply takes this one last',
        name,
        lost.length,
        place,
      );
}

/** Where the name of another manifest stands, seen from a file. */
function manifestPlace({ path, resource }: PlacedResource, from: string): string {
  const line = (resource.name?.range.start.line ?? 0) + 1;
  return path === from ? t('line {0}', line) : `${shortPath(path)}:${line}`;
}

/** A name that no other resource of the kind has, for the manifest that would be lost. */
function renameFix({ path, resource }: PlacedResource, { last }: SharedObject, context: RuleContext): Fix[] {
  const { name } = resource;
  if (name === undefined) return [];
  const free = ownName(name.value, suffixOf(path, last.path), longestName(resource.kind), {
    snapshot: context.snapshot,
    kind: resource.kind,
  });
  if (free === undefined) return [];
  const edit = replaceScalar(name, free);
  if (path === context.path)
    return [
      {
        id: 'rename',
        title: t('Rename it to {0}, so that both stay', free),
        preferred: false,
        edits: () => [edit],
      },
    ];
  return [
    {
      id: 'rename',
      title: t('Rename that in {0} to {1}, so that both stay', shortPath(path), free),
      preferred: false,
      edits: () => [],
      others: () => [{ path, edits: [edit] }],
    },
  ];
}

/** OLM makes a Service of a CatalogSource, whose name has 63 characters at most. */
function longestName(kind: string): number {
  return kind === 'CatalogSource' ? 63 : 253;
}

/** The first folder that tells two files apart, or where they lie in one, the file’s own name; empty within one file. */
function suffixOf(path: string, other: string): string {
  if (path === other) return '';
  const parts = path.split('/');
  const others = other.split('/');
  const at = parts.findIndex((part, index) => part !== others[index]);
  return (parts[at] ?? '').replace(/\.[a-z]{1,5}$/, '');
}

function ownName(
  name: string,
  suffix: string,
  longest: number,
  { snapshot, kind }: { readonly snapshot: Snapshot; readonly kind: string },
): string | undefined {
  const taken = namesOf(kind, snapshot);
  const withEnd = (end: string) => `${name.slice(0, longest - end.length - 1)}-${end}`;
  const end = validResourceName(suffix, 40);
  const wanted = end === '' ? undefined : withEnd(end);
  if (wanted !== undefined && isResourceName(wanted) && !taken.has(wanted)) return wanted;
  for (let number = 2; number <= taken.size + 2; number++) {
    const candidate = withEnd(String(number));
    if (!taken.has(candidate)) return candidate;
  }
  return undefined;
}

function namesOf(kind: string, { files }: Snapshot): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { content } of files.values())
    if (content.type === 'yaml')
      for (const resource of content.yaml.resources)
        if (resource.kind === kind && resource.name !== undefined) names.add(resource.name.value);
  return names;
}
