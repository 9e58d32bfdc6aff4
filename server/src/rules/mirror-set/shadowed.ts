import { sentence, t } from '../../base/sentences.ts';
import { shortName } from '../../base/words.ts';
import { insertEntries, type NewEntry } from '../../documents/insertEntries.ts';
import { entryLine, type MirrorSet, mirrorSetTypes } from '../../documents/mirrorSet.ts';
import { moved } from '../../documents/mirrorSetEdits.ts';
import type { NodeRegistry } from '../../pulls/nodeRegistries.ts';
import { defineRule, type Finding, type RuleContext } from '../rule.ts';
import { otherEntryPlace } from './policyConflict.ts';

interface Shadow {
  readonly index: number;
  readonly above: NodeRegistry;
  /** The longer scopes that have no mirrors for this kind of pull. */
  readonly below: readonly NodeRegistry[];
}

/** Entries that a longer scope of another kind makes void for a part of their images. */
export const mirrorSetShadowed = defineRule({
  code: 'mirror-set/shadowed',
  severity: 'warning',
  unit: 'mirror-set',
  summary: 'A longer scope of another kind silently disables this entry',
  documentation: `
A node takes the longest source that fits an image, and no other. It does not matter which kind of set the source comes from:

\`\`\`yaml
kind: ImageDigestMirrorSet             kind: ImageTagMirrorSet
…                                      …
  - source: quay.io/edge                 - source: quay.io/edge/app
    mirrors: [registry.example.com/edge]   mirrors: [registry.example.com/edge/app]
\`\`\`

\`quay.io/edge/app@sha256:…\` is no longer redirected: for \`quay.io/edge/app\` the tag mirrors hold alone, and they are for tags
only. Nobody says so; the pull goes to quay.io. The same happens the other way round.

The fix repeats the mirrors for the longer source, in a set of this kind. It is not applied unasked, because somebody may have
meant to leave that source out.`,
  check({ set }, context) {
    return shadowsOf(set, context).map((shadow): Finding<Shadow> => {
      const entry = set.entries.at(shadow.index);
      const [first] = shadow.below;
      const [placed] = first?.entries ?? [];
      const scalar = entry?.source;
      const name = shortName(first?.source ?? '');
      const { one, several } =
        messages[placed === undefined ? 'alone' : 'placed'][mirrorSetTypes[set.kind].pulls];
      const others = shadow.below.length - 1;
      return {
        message: t(others === 0 ? one : several, {
          name,
          others,
          kind: placed?.kind,
          place: placed && otherEntryPlace(placed, context),
        }),
        range: scalar === undefined ? set.heading : moved(scalar, entryLine(set, shadow.index) ?? 0).range,
        data: shadow,
      };
    });
  },
  fixes({ data: shadow }, { set }, { lines }) {
    if (shadow === undefined) return [];
    const { index, above, below } = shadow;
    const mirrors = mirrorSetTypes[set.kind].pulls === 'digest' ? above.digestMirrors : above.tagMirrors;
    const entries = below.flatMap(({ source }): NewEntry[] => {
      const rest = restBelow(above.source, source);
      return rest === undefined ? [] : [{ source, mirrors: mirrors.map((mirror) => `${mirror}${rest}`) }];
    });
    const [first] = entries;
    const edit = insertEntries(set, entries, lines, index);
    if (first === undefined || edit === undefined) return [];
    const title =
      entries.length === 1
        ? t('Repeat the mirrors for {0}', first.source)
        : t('Repeat the mirrors for the {0} longer sources', entries.length);
    return [{ id: 'repeat', title, preferred: false, edits: () => [edit] }];
  },
});

/** By whether the longer source has an entry that can be shown, and by the kind of pull. */
const messages = {
  placed: {
    digest: {
      one: sentence(
        '{name} is left out of this entry: no pull of it by digest is redirected, because the longer source of the {kind} in {place} holds alone',
      ),
      several: sentence(
        '{name} and {others} more are left out of this entry: no pull of them by digest is redirected, because the longer source of the {kind} in {place} holds alone',
      ),
    },
    tag: {
      one: sentence(
        '{name} is left out of this entry: no pull of it by tag is redirected, because the longer source of the {kind} in {place} holds alone',
      ),
      several: sentence(
        '{name} and {others} more are left out of this entry: no pull of them by tag is redirected, because the longer source of the {kind} in {place} holds alone',
      ),
    },
  },
  alone: {
    digest: {
      one: sentence(
        '{name} is left out of this entry: no pull of it by digest is redirected, because the longer source holds alone',
      ),
      several: sentence(
        '{name} and {others} more are left out of this entry: no pull of them by digest is redirected, because the longer source holds alone',
      ),
    },
    tag: {
      one: sentence(
        '{name} is left out of this entry: no pull of it by tag is redirected, because the longer source holds alone',
      ),
      several: sentence(
        '{name} and {others} more are left out of this entry: no pull of them by tag is redirected, because the longer source holds alone',
      ),
    },
  },
} as const;

/** Asks the tables that are shadowed, which are few, and not the entries of the set. */
function shadowsOf(set: MirrorSet, { snapshot, path }: RuleContext): Shadow[] {
  const { mirrorSets } = snapshot;
  const { pulls } = mirrorSetTypes[set.kind];
  const has = ({ digestMirrors, tagMirrors }: NodeRegistry) =>
    (pulls === 'digest' ? digestMirrors : tagMirrors).length > 0;
  const shadows: Shadow[] = [];
  for (const [source, registries] of mirrorSets.shadows) {
    const above = mirrorSets.registries.get(source);
    const below = registries.filter((registry) => !has(registry));
    if (above === undefined || !has(above) || below.length === 0) continue;
    for (const { path: entryPath, entry } of above.entries) {
      const index = entryPath === path ? set.entries.indexOf(entry) : -1;
      if (index !== -1) shadows.push({ index, above, below });
    }
  }
  return shadows;
}

/** What a longer source has behind a shorter one; behind a wildcard, the path below the host. */
function restBelow(scope: string, source: string): string | undefined {
  const slash = source.indexOf('/');
  const rest = scope.startsWith('*.')
    ? slash === -1
      ? ''
      : source.slice(slash)
    : source.slice(scope.length);
  // A mirror cannot take over a port, and a wildcard below a wildcard has no path.
  return source.startsWith('*.') || rest.startsWith(':') ? undefined : rest;
}
