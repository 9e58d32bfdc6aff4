import { parseAst } from 'vitest/node';

/** A text in the source that looks like words for a person and does not go through `t`. */
export interface UnsaidSentence {
  /** One-based. */
  readonly line: number;
  /** With `{0}` where a template has expressions. */
  readonly text: string;
  readonly fault:
    | 'not said through t'
    | 'glued: a message begins and ends with its own words'
    | 'not a literal';
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

/** Fields of tables that are made before the language is known; whoever shows one gives it to `t`. */
export const tableFields: ReadonlySet<string> = new Set([
  ...['cause', 'fix', 'fixNode', 'fixDestination', 'consequence', 'before413', 'since413'],
  // Fields of API types, settings and rules: `documentation` is the page of a rule, a text of its own.
  ...['doc', 'summary', 'documentation'],
]);

/** What tools print, word for word. */
const toolFields: ReadonlySet<string> = new Set(['holds', 'begins', 'also', 'code']);

/** What looks for a text in another one. */
const matchers: ReadonlySet<string> = new Set([
  ...['startsWith', 'endsWith', 'includes', 'indexOf', 'lastIndexOf', 'split', 'replace', 'replaceAll'],
  ...['test', 'exec', 'match', 'matchAll', 'localeCompare'],
  // SQL
  ...['prepare', 'pragma'],
]);

/** Errors that only a defect throws, for those who mend it. */
const defects: ReadonlySet<string> = new Set(['Error', 'TypeError', 'RangeError', 'RegExp']);

/** Two words of a language one after the other, or a word and a place. */
const words = /[A-Za-z’']{2,} [A-Za-z’'({0-9"`]|[a-z] [a-z]/;

/** All texts of a source file for which nobody has asked `t`. Texts that are matched, compared or imported are none. */
export function unsaidSentences(source: string): UnsaidSentence[] {
  const found: UnsaidSentence[] = [];
  const lineOf = (at: number) => source.slice(0, at).split('\n').length;
  visit(parseAst(source, { lang: 'ts' }) as unknown as Node, undefined, 0);
  return found;

  /** `outer` is how many functions there are round it. */
  function visit(node: Node, parent: Node | undefined, outer: number): void {
    const depth = /Function|Method/.test(node.type) ? outer + 1 : outer;
    if (/^TS(?!AsExpression|SatisfiesExpression|NonNullExpression)/.test(node.type)) return;
    if (node.type === 'ImportDeclaration' || node.type === 'ImportExpression') return;
    const text = textOf(node);
    if (text !== undefined && words.test(text) && (parent === undefined || !isNoSentence(node, parent)))
      found.push({ line: lineOf(node.start), text, fault: 'not said through t' });
    if (isSaying(node)) {
      const [message, ...places] = node.arguments as Node[];
      const said = message && textOf(message);
      if (said !== undefined && (/^[\s,;:.]|\s$/.test(said) || message?.type === 'TemplateLiteral'))
        found.push({
          line: lineOf(node.start),
          text: said,
          fault:
            message?.type === 'TemplateLiteral'
              ? 'not a literal'
              : 'glued: a message begins and ends with its own words',
        });
      if (message !== undefined && said === undefined) visit(message, node, depth);
      for (const place of places) visit(place, node, depth);
      return;
    }
    for (const [key, child] of Object.entries(node)) {
      if (key === 'type' || key === 'start' || key === 'end') continue;
      if (node.type === 'Property' && key === 'key' && node.computed !== true) continue;
      if (node.type === 'Property' && key === 'value' && isField(node, depth)) continue;
      if (Array.isArray(child)) for (const one of child) visitIfNode(one, node, depth);
      else visitIfNode(child, node, depth);
    }
  }

  function visitIfNode(child: unknown, parent: Node, depth: number): void {
    if (typeof child === 'object' && child !== null && 'type' in child) visit(child as Node, parent, depth);
  }
}

function isField({ key }: Node, depth: number): boolean {
  const name = nameOf(key);
  return toolFields.has(name) || (depth === 0 && tableFields.has(name));
}

function textOf(node: Node): string | undefined {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  if (node.type !== 'TemplateLiteral') return undefined;
  const quasis = node.quasis as { value: { cooked: string } }[];
  return quasis.map(({ value }, at) => (at === 0 ? value.cooked : `{${at - 1}}${value.cooked}`)).join('');
}

/** `t(…)`, `l10n.t(…)`, `sentence(…)` and `later(…)`. */
function isSaying(node: Node): boolean {
  return node.type === 'CallExpression' && ['t', 'sentence', 'later'].includes(calleeOf(node));
}

function isNoSentence(node: Node, parent: Node): boolean {
  switch (parent.type) {
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'TaggedTemplateExpression':
      return true;
    case 'ExpressionStatement':
      return true;
    case 'CallExpression':
      return matchers.has(calleeOf(parent));
    case 'NewExpression':
      return defects.has(calleeOf(parent));
    case 'BinaryExpression':
      return /^(?:[=!]==?|in)$/.test(String(parent.operator));
    case 'SwitchCase':
      return parent.test === node;
    default:
      return false;
  }
}

function calleeOf({ callee }: Node): string {
  const { type, property } = callee as Node;
  return nameOf(type === 'MemberExpression' ? property : callee);
}

function nameOf(node: unknown): string {
  const { name, value } = node as { name?: unknown; value?: unknown };
  return String(name ?? value ?? '');
}
