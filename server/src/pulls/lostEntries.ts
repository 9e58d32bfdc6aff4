import { t } from '../base/sentences.ts';
import { isMirrorSet, mirrorSetTypes } from '../documents/mirrorSet.ts';
import { scopesOf } from '../documents/pullRules.ts';
import type { PullFiles } from './pullFiles.ts';
import type { EntryReason, Pull } from './tracedRules.ts';

/**
 * Entries that would hold for an image and never reach the nodes, because `oc apply` overwrites their set with a later
 * one of the same name.
 */
export function lostReasons(pull: Pull, snapshot: PullFiles, show: (path: string) => string): EntryReason[] {
  if (snapshot.sharedObjects.length === 0) return [];
  const scopes = new Set(scopesOf(pull.name));
  return snapshot.sharedObjects.flatMap(({ last, lost }) =>
    lost.flatMap(({ path, resource }): EntryReason[] => {
      if (!isMirrorSet(resource) || resource.misnamedList) return [];
      const { kind, entries, name } = resource;
      const setName = name?.value ?? '';
      const overwrittenBy = `${show(last.path)}:${(last.resource.name?.range.start.line ?? 0) + 1}`;
      return [...entries]
        .filter(({ source }) => source !== undefined && scopes.has(source.value))
        .map((entry) => ({
          placed: { path, kind, setName, entry },
          matched: false,
          reason: t(
            'oc apply overwrites this {0} {1} with that in {2}, which it takes later',
            kind,
            setName,
            overwrittenBy,
          ),
          local: false,
          ...(mirrorSetTypes[kind].pulls === pull.by ? { overwrittenBy } : {}),
        }));
    }),
  );
}
