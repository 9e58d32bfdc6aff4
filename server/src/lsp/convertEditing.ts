import {
  CompletionItemKind,
  type DocumentSymbol,
  InsertTextFormat,
  InsertTextMode,
  type CompletionItem as LspCompletionItem,
  type SymbolInformation,
  SymbolKind,
} from 'vscode-languageserver';
import type { CompletionItem } from '../features/completionItem.ts';
import { plainSnippet } from '../features/resourceSnippets.ts';
import type { OutlineItem } from '../features/symbols.ts';

const completionKinds: Record<CompletionItem['kind'], CompletionItemKind> = {
  field: CompletionItemKind.Property,
  value: CompletionItemKind.EnumMember,
  document: CompletionItemKind.Snippet,
  repository: CompletionItemKind.Module,
  tag: CompletionItemKind.Reference,
  digest: CompletionItemKind.Constant,
};

/** The item at an index of its list, which is kept in order; clients without snippets get plain text. */
export function toCompletionItem(item: CompletionItem, index: number, snippets: boolean): LspCompletionItem {
  const { label, shown, kind, range, newText, isSnippet, detail, documentation } = item;
  const text = isSnippet && !snippets ? plainSnippet(newText) : newText;
  return {
    label: shown ?? label,
    ...(shown === undefined ? {} : { filterText: label }),
    kind: completionKinds[kind],
    sortText: String(index).padStart(5, '0'),
    textEdit: { range, newText: text },
    insertTextFormat: isSnippet && snippets ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    // Lines of a text that has several are indented as they are to stand there.
    insertTextMode: InsertTextMode.asIs,
    ...(detail === undefined ? {} : { detail }),
    ...(documentation === undefined ? {} : { documentation: { kind: 'markdown', value: documentation } }),
  };
}

const symbolKinds: Record<OutlineItem['kind'], SymbolKind> = {
  resource: SymbolKind.Class,
  entry: SymbolKind.Field,
  image: SymbolKind.Package,
  registry: SymbolKind.Namespace,
};

export function toDocumentSymbol(item: OutlineItem): DocumentSymbol {
  const { name, detail, kind, range, selection, children } = item;
  return {
    name,
    detail,
    kind: symbolKinds[kind],
    range,
    selectionRange: selection,
    children: children.map(toDocumentSymbol),
  };
}

/** The same for clients that know no tree: an item, and then all that is in it. */
export function toSymbolInformation(item: OutlineItem, uri: string, container?: string): SymbolInformation[] {
  const { name, kind, range, children } = item;
  const own = { name, kind: symbolKinds[kind], location: { uri, range } };
  return [
    container === undefined ? own : { ...own, containerName: container },
    ...children.flatMap((child) => toSymbolInformation(child, uri, name)),
  ];
}
