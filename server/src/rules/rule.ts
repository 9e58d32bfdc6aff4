import type { LogMark } from '../base/changeLog.ts';
import type { Range, TextEdit } from '../base/range.ts';
import type { CatalogSource } from '../documents/catalogSource.ts';
import type { ClusterCatalog } from '../documents/clusterCatalog.ts';
import type { ImageConfig } from '../documents/imageConfig.ts';
import type { ImageReference } from '../documents/imageReference.ts';
import type { ImageSet } from '../documents/imageSet.ts';
import type { Lines } from '../documents/lines.ts';
import type { MachineConfig } from '../documents/machineConfig.ts';
import type { MappingDocument } from '../documents/mapping.ts';
import type { MappingLine } from '../documents/mappingLine.ts';
import type { MirrorEntry, MirrorSet } from '../documents/mirrorSet.ts';
import type { OperatorHub } from '../documents/operatorHub.ts';
import type { YamlFile } from '../documents/yamlFile.ts';
import type { Facts } from '../workspace/facts.ts';
import type { Settings, Severity } from '../workspace/settings.ts';
import type { Snapshot } from '../workspace/snapshot.ts';

/** What a rule may look at beyond the unit that it checks. */
export interface RuleContext {
  readonly snapshot: Snapshot;
  /** The path of the file that is checked. */
  readonly path: string;
  readonly lines: Lines;
  readonly lineCount: number;
  readonly settings: Settings;
  readonly facts: Facts;
}

/**
 * Something that a rule found. Ranges count from the unit's first line (see `Unit`), so that a finding stays
 * good while lines above it come and go.
 */
export interface Finding<Data = unknown> {
  readonly message: string | Later<string>;
  readonly range: Range;
  /** True for something that is missing: a patch of kustomize need not have it. */
  readonly isAbsence?: boolean;
  /** When this finding is more or less severe than the rule says. */
  readonly severity?: Severity;
  /** Where other units of the file may say the very same, with the very same next step. */
  readonly together?: Together | Later<Together | undefined> | undefined;
  /** What the fixes need to know of it: the rule that made it gives its type, and nobody else reads it. */
  readonly data?: Data;
}

/**
 * What is made when somebody reads it: a file may have ten thousand findings, of which a list shows a few. A finding is kept
 * for as long as its line is there, and with it all that stands in a function round this one: so it is made by a function
 * of its own, which has no context.
 */
export type Later<Value> = () => Value;

/** Findings of a rule that say the same of many lines; a list of problems shows them as one, in the first of these lines. */
export interface Together {
  /** The same for those that say the same. */
  readonly key: string;
  /** The message of all together, which are at least two; made by a function without context, as `Later` is. */
  message(count: number): string;
}

/** What is made with its first reader and kept for the next: a list is sent anew with each keystroke. */
export function later<Value>(make: () => Value): Later<Value> {
  let kept: { readonly value: Value } | undefined;
  return () => {
    kept ??= { value: make() };
    return kept.value;
  };
}

/** A part of a finding, whether it was made at once or is made now. */
export function made<Value extends string | object | undefined>(part: Value | Later<Value>): Value {
  return typeof part === 'function' ? part() : part;
}

/** A change that repairs a finding. */
export interface Fix {
  /** Names the fix among those of its finding, whatever its title says today. */
  readonly id: string;
  /** Ids of fixes that turned out to be this one, when facts arrived that agree. */
  readonly alsoKnownAs?: readonly string[];
  readonly title: string;
  /** True exactly when the fix is certain: `--fix` and fix-all apply it without asking. */
  readonly preferred: boolean;
  /** True for a fix of the whole file, which every finding of its kind offers: the same one, to be shown once. */
  readonly wholeFile?: boolean;
  /** Facts that must be known before there are edits; the fix is then made again. */
  readonly awaits?: readonly ImageReference[];
  /** The edits of the file, in the finding's own line count. Made when asked: a fix for all entries is long. */
  edits(): readonly TextEdit[];
  /**
   * What changes in other files, each of them at most once; made when asked, too. A fix that has this is never
   * preferred: it adds to the work of somebody who is not looking at it.
   */
  others?(): readonly FileChange[];
}

/** What a fix changes in another file than that of its finding: pure data, against the text in the snapshot. */
export type FileChange =
  /** Edits in the line count of the file at `path`, as the snapshot names it. */
  | { readonly path: string; readonly edits: readonly TextEdit[] }
  /** A new file; `path` is a name that no file of the snapshot has. */
  | { readonly path: string; readonly text: string };

/**
 * One diagnostic: what it finds, why it matters and how it is repaired, in one file. The page under
 * `docs/rules/` and the setting `rules.<code>` are made from it.
 */
export interface RuleOf<Kind extends UnitKind, Data = unknown> {
  /** `KIND/NAME`; fixed, because users' settings and scripts name it. */
  readonly code: `${string}/${string}`;
  readonly severity: Severity;
  /** One line, without a final dot. */
  readonly summary: string;
  /** The page: Markdown paragraphs that say what goes wrong and what to do, with an example. */
  readonly documentation: string;
  readonly unit: Kind;
  /**
   * What beyond the unit decides `check`, as a value that is identical while the answer stays the same, or a list
   * of such values. A rule without it depends on nothing but its unit, and its findings live as long as the unit does.
   */
  reads?(context: RuleContext): unknown;
  /**
   * What decides `check` of those units alone that name it, so that an edit elsewhere costs all other units nothing: logs of
   * what changes under which names. `rules/unitNames` says which names a line or an entry has; what a rule reads under another
   * name belongs into `reads`.
   */
  follows?(context: RuleContext): readonly LogMark[];
  /**
   * True where a look at the whole file and its workspace tells that `check` finds nothing in any unit of the file: then it
   * is asked of none. A file has ten thousands of lines, and most rules are about few files.
   */
  findsNothing?(context: RuleContext): boolean;
  check(unit: Units[Kind], context: RuleContext): readonly Finding<Data>[];
  fixes?(finding: Finding<Data>, unit: Units[Kind], context: RuleContext): readonly Fix[];
  /** True where no fix of the rule is ever certain: who looks for certain ones alone need not ask for any. */
  readonly fixesAreOffers?: true;
}

/**
 * What rules check, one at a time. The smaller the unit, the less an edit costs: findings of lines and entries
 * are kept as long as the line or entry is the same.
 */
export interface Units {
  readonly 'mapping-line': { readonly line: MappingLine };
  readonly mapping: { readonly mapping: MappingDocument };
  readonly 'mirror-entry': { readonly entry: MirrorEntry; readonly set: MirrorSet; readonly index: number };
  readonly 'mirror-set': { readonly set: MirrorSet };
  readonly 'catalog-source': { readonly source: CatalogSource };
  readonly 'cluster-catalog': { readonly catalog: ClusterCatalog };
  readonly 'operator-hub': { readonly hub: OperatorHub };
  readonly 'image-config': { readonly config: ImageConfig };
  readonly 'machine-config': { readonly config: MachineConfig };
  readonly 'image-set': { readonly set: ImageSet };
  readonly yaml: { readonly yaml: YamlFile };
}

export type UnitKind = keyof Units;

export type Rule = { [Kind in UnitKind]: RuleOf<Kind> }[UnitKind];

/** Gives a rule its type; the unit decides what `check` receives, and what `check` finds what `fixes` receives. */
export function defineRule<Kind extends UnitKind, Data = unknown>(rule: RuleOf<Kind, Data>): RuleOf<Kind> {
  return rule;
}
