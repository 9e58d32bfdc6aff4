import { parseAst } from 'vitest/node';
import { tableFields } from './unsaidSentences.ts';

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

/**
 * The messages of a source file that `t` and its kin may be asked to say: those that stand in a call, and those of tables that are made
 * before the language is known.
 */
export function saidMessages(source: string): ReadonlySet<string> {
  const found = new Set<string>();
  visit(parseAst(source, { lang: 'ts' }) as unknown as Node, 0);
  found.delete('');
  return found;

  /** `outer` is how many functions there are round it. */
  function visit(node: Node, outer: number): void {
    const depth = /Function|Method/.test(node.type) ? outer + 1 : outer;
    if (isSaying(node)) {
      const [message] = node.arguments as Node[];
      if (message !== undefined) for (const text of textsOf(message)) found.add(text);
    }
    if (depth === 0 && node.type === 'Property' && saidFields.has(nameOf(node.key))) {
      for (const text of textsOf(node.value as Node)) found.add(text);
    }
    for (const child of Object.values(node).flat()) {
      if (typeof child === 'object' && child !== null && 'type' in child) visit(child as Node, depth);
    }
  }
}

/** The page of a rule is a text of its own. */
const saidFields: ReadonlySet<string> = new Set([...tableFields].filter((name) => name !== 'documentation'));

function isSaying({ type, callee }: Node): boolean {
  if (type !== 'CallExpression') return false;
  const { type: kind, property } = callee as Node;
  return ['t', 'sentence', 'later'].includes(nameOf(kind === 'MemberExpression' ? property : callee));
}

/** A literal, or those between which a condition chooses. */
function textsOf(node: Node): readonly string[] {
  if (node.type === 'ConditionalExpression') {
    return [...textsOf(node.consequent as Node), ...textsOf(node.alternate as Node)];
  }
  return node.type === 'Literal' && typeof node.value === 'string' ? [node.value] : [];
}

function nameOf(node: unknown): string {
  const { name, value } = node as { name?: unknown; value?: unknown };
  return String(name ?? value ?? '');
}
