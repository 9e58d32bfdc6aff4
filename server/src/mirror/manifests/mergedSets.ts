import type { TextEdit } from '../../base/range.ts';
import { registryOf } from '../../documents/imageReference.ts';
import { insertEntries, type NewEntry } from '../../documents/insertEntries.ts';
import { type Lines, splitLines } from '../../documents/lines.ts';
import { isMirrorSet, type MirrorSet, mirrorSetTypes } from '../../documents/mirrorSet.ts';
import { appendMirrors } from '../../documents/mirrorSetEdits.ts';
import { applyEdits } from '../../documents/textEdits.ts';
import { parseYaml } from '../../documents/yamlFile.ts';
import type { WantedRedirect } from '../../pulls/withoutShadows.ts';
import { longestObject } from './setFiles.ts';

/** The text of mirror sets with entries added, and those entries that have no place in it. */
export interface MergedSets {
  readonly text: string;
  readonly rest: readonly WantedRedirect[];
  /** False for a text without any set, such as that of an empty list, which `oc apply` does not take. */
  readonly hasSets: boolean;
}

/**
 * Adds entries to the mirror sets of a text, and changes nothing else of it: mirrors to the entry for the same source, else an entry
 * to a set for the same kind of pull with mirrors in the same registry, as long as that does not get too long.
 */
export function mergedSets(text: string, wanted: readonly WantedRedirect[]): MergedSets {
  const lines = splitLines(text);
  const { resources, aliased } = parseYaml(lines);
  const sets = resources.filter(isMirrorSet).filter(({ misnamedList }) => !misnamedList);
  // What an alias stands for is written in one place, and meant in several.
  const homes = aliased ? [] : sets.map((set) => new Home(set, lines));
  const rest = wanted.filter((one) => {
    const own = homes.find((home) => home.has(one));
    return own === undefined ? !homes.some((home) => home.insert(one)) : !own.append(one);
  });
  const edits = homes.flatMap((home) => home.edits());
  return { text: applyEdits(text, edits), rest, hasSets: sets.length > 0 };
}

/** A set that entries are added to. */
class Home {
  readonly #set: MirrorSet;
  readonly #lines: Lines;
  readonly #indexes = new Map<string, number>();
  readonly #registries = new Set<string>();
  readonly #appended: TextEdit[] = [];
  readonly #inserted: NewEntry[] = [];
  #length = 0;

  constructor(set: MirrorSet, lines: Lines) {
    this.#set = set;
    this.#lines = lines;
    for (const [index, { source, mirrors }] of [...set.entries].entries()) {
      for (const { value } of mirrors) this.#registries.add(registryOf(value));
      const names = mirrors.map(({ value }) => value);
      this.#length += lengthOf({ source: source?.value ?? '', mirrors: names });
      if (source !== undefined && mirrors.length > 0 && !this.#indexes.has(source.value)) {
        this.#indexes.set(source.value, index);
      }
    }
  }

  has({ source, by }: WantedRedirect): boolean {
    return mirrorSetTypes[this.#set.kind].pulls === by && this.#indexes.has(source);
  }

  /** False where the mirrors of the entry for this source are written so that none can be added. */
  append({ source, mirrors }: WantedRedirect): boolean {
    const index = this.#indexes.get(source) ?? -1;
    const there = new Set(this.#set.entries.at(index)?.mirrors.map(({ value }) => value));
    const missing = mirrors.filter((mirror) => !there.has(mirror));
    const edits = appendMirrors(this.#set, index, missing, this.#lines);
    this.#appended.push(...(edits ?? []));
    return edits !== undefined;
  }

  /** False where the entry does not belong here, or there is no room for it. */
  insert(wanted: WantedRedirect): boolean {
    const { by, mirrors } = wanted;
    const length = this.#length + lengthOf(wanted);
    if (mirrorSetTypes[this.#set.kind].pulls !== by || length > longestObject) return false;
    if (!mirrors.some((mirror) => this.#registries.has(registryOf(mirror)))) return false;
    if (insertEntries(this.#set, [wanted], this.#lines) === undefined) return false;
    this.#length = length;
    this.#inserted.push(wanted);
    return true;
  }

  /** Mirrors first: an entry may be written behind the same line. */
  edits(): TextEdit[] {
    const inserted =
      this.#inserted.length === 0 ? undefined : insertEntries(this.#set, this.#inserted, this.#lines);
    return inserted === undefined ? this.#appended : [...this.#appended, inserted];
  }
}

/** About as many bytes as an entry has in YAML. */
function lengthOf({ source, mirrors }: NewEntry): number {
  return mirrors.reduce((sum, mirror) => sum + mirror.length + 10, source.length + 30);
}
