import type { Range } from '../base/range.ts';
import type { Facts } from '../workspace/facts.ts';
import type { Snapshot } from '../workspace/snapshot.ts';

/** Something that may stand at the cursor, best first in the list that it is in. */
export interface CompletionItem {
  /** What the person sees, unless `shown` is there, and what their typing is held against. */
  readonly label: string;
  /** The end of the label, where what stands before it is typed already: a list cuts off long labels there. */
  readonly shown?: string;
  readonly kind: 'field' | 'value' | 'document' | 'repository' | 'tag' | 'digest';
  /** On one line, with the cursor in it. */
  readonly range: Range;
  readonly newText: string;
  /** True when `newText` is in the snippet syntax of LSP, with places to type over. */
  readonly isSnippet: boolean;
  readonly detail?: string;
  /** Markdown. */
  readonly documentation?: string;
}

export interface CompletionResult {
  readonly items: readonly CompletionItem[];
  /** True when more typing, or an answer that is on its way, would give other items. */
  readonly isIncomplete: boolean;
}

export const noCompletion: CompletionResult = { items: [], isIncomplete: false };

/** Where completions come from. */
export interface CompletionSources {
  readonly snapshot: Snapshot;
  readonly facts: Facts;
}
