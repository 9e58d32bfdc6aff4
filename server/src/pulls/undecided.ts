import { listed } from '../base/words.ts';
import { isMirrorSet } from '../documents/mirrorSet.ts';
import { placesOfEntries } from './mirrorSets.ts';
import type { ApplyFiles } from './pullFiles.ts';

/** Sentences, and the files that they may name. */
export interface Undecided {
  readonly sentences: readonly string[];
  readonly paths: readonly string[];
}

/**
 * What nobody knows yet of a folder that is to be applied, in whole sentences: mirror sets with templates in them or in broken
 * YAML, and patches, which change a manifest and are never applied themselves. What they will be decides on nodes as well.
 */
export function undecidedWords(folder: ApplyFiles): Undecided {
  const sentences: string[] = [];
  const paths: string[] = [];
  for (const { path, content } of folder.files.values()) {
    if (content.type !== 'yaml') continue;
    const sets = content.yaml.resources.filter(isMirrorSet);
    if (sets.length === 0) continue;
    paths.push(path);
    if (folder.patches.has(path)) {
      sentences.push(
        `${path} is a patch that a kustomization applies, and is left out here: forecast what kustomize makes of it.`,
      );
      continue;
    }
    const broken = content.yaml.problems.find(({ local }) => !local);
    if (broken !== undefined) {
      sentences.push(
        `${path}:${broken.range.start.line + 1} is no valid YAML, so that oc apply refuses it: what is said of it here is what can be read all the same.`,
      );
      continue;
    }
    const lines = sets.flatMap((set) => placesOfEntries(set, ({ isTemplate }) => isTemplate));
    if (sets.some(({ isIncomplete }) => isIncomplete))
      sentences.push(
        `${path} is a template for entries that are not known yet: forecast what is made of it.`,
      );
    else if (lines.length > 0)
      sentences.push(
        lines.length === 1
          ? `${path}:${lines[0]} is an entry with a template, and what it redirects is not known yet: forecast what is made of it.`
          : `${path} has ${lines.length} entries with templates (lines ${listed(shown(lines))}), and what they redirect is not known yet: forecast what is made of them.`,
      );
  }
  return { sentences, paths };
}

/** More lines than anybody reads tell no more than the first. */
function shown(lines: readonly number[]): string[] {
  const most = 5;
  const first = lines.slice(0, most).map(String);
  return lines.length <= most ? first : [...first.slice(0, -1), `${lines.length - most + 1} more`];
}
