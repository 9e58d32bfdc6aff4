import { printable } from '../base/words.ts';
import { formatReference } from '../documents/imageReference.ts';
import type { Trace } from './trace.ts';

const verdicts = {
  mirror: 'a mirror serves it',
  source: 'no mirror serves it, the source is asked',
  blocked: 'nodes cannot pull it, its registry is blocked',
  unreachable: 'nodes cannot pull it from anywhere',
} as const;

/** A trace for people: the answer, the places in their order, the rules with their lines, and a remedy. */
export function traceText({
  image,
  rules,
  unrelated,
  endpoints,
  verdict,
  explanation,
  remedy,
}: Trace): string {
  const lines = [`${formatReference(image)}: ${verdicts[verdict]}`, ''];
  for (const sentence of explanation) lines.push(`  ${sentence}`);
  if (endpoints.length > 0) lines.push('', 'Asked in this order:');
  const column = Math.max(0, ...endpoints.map(({ result }) => result.length));
  for (const [index, { reference, from, result }] of endpoints.entries())
    lines.push(`  ${index + 1}. ${from}  ${result.padEnd(column)}  ${formatReference(reference)}`);
  if (rules.length + unrelated > 0) lines.push('', 'Rules:');
  for (const { file, line, kind, source, matched, reason } of rules) {
    const place = line === undefined ? file : `${file}:${line}`;
    lines.push(`  ${matched ? 'yes' : 'no '}  ${place}  ${kind} ${source}`, `       ${reason}`);
  }
  if (unrelated > 0) lines.push(`  ${rulesWord(unrelated, rules.length > 0)} for other images`);
  if (remedy !== undefined)
    lines.push(
      '',
      `This would send it to ${remedy.mirrors.join(', ')}:`,
      '',
      ...remedy.yaml.trimEnd().split('\n'),
    );
  return `${lines.map(printable).join('\n')}\n`;
}

function rulesWord(count: number, others: boolean): string {
  return `${count} ${others ? 'other ' : ''}${count === 1 ? 'rule' : 'rules'}`;
}
