import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { headlineOf } from '../../../server/src/log/headline.ts';
import type { LogDocument } from '../../../server/src/log/logDocument.ts';
import { parseLog } from '../../../server/src/log/parseLog.ts';

/**
 * What tools, registries, nodes and OLM print in the forms that people report in public, with other names. An empty line
 * ends a case. What is made of each stands in `public.expected`, which a person has read; UPDATE=1 writes it anew.
 */
const folder = join(import.meta.dirname, '../../fixtures/log-lines');
const cases = readFileSync(join(folder, 'public.txt'), 'utf8')
  .trimEnd()
  .split('\n\n')
  .map((text) => text.split('\n'));

function inWords(lines: readonly string[], log: LogDocument): string {
  const runs = log.runs.map(({ tool, verdict }) => `${tool} ${verdict}`);
  const explained = log.lines.flatMap(({ line, severity, code, effect, image, cause, fix }) => [
    `  ${line + 1} ${severity} ${code}${effect === undefined ? '' : ` (${effect})`}${image === undefined ? '' : ` ${image}`}`,
    `    ${cause}`,
    `    ${fix}`,
  ]);
  const first = lines.find((line) => line.trim() !== '') ?? '';
  return [first.slice(0, 300), `  ${headlineOf(log)} [${runs.join(', ')}]`, ...explained].join('\n');
}

const documents = cases.map((lines) => ({ lines, log: parseLog(lines) }));

describe('lines that people report', () => {
  it('are explained as was read and found right', () => {
    const actual = `${documents.map(({ lines, log }) => inWords(lines, log)).join('\n\n')}\n`;
    const path = join(folder, 'public.expected');
    if (process.env.UPDATE === '1') writeFileSync(path, actual);
    expect(actual).toBe(existsSync(path) ? readFileSync(path, 'utf8') : '');
  });

  it('are whole plain sentences', () => {
    for (const { log } of documents) {
      for (const { cause, fix } of log.lines) {
        expect(cause).toMatch(/^\S.*[.]$/s);
        expect(fix).toMatch(/^\S.*[.]$/s);
        expect(`${cause} ${fix}`).not.toMatch(/\{[a-z]+\}|undefined|\.\.(?: |$)|: \./);
      }
    }
  });

  it('never send somebody to log in or to trust a certificate on a node', () => {
    const ofNodes = documents.filter(({ log }) => log.verdict === 'not-pulled');
    expect(ofNodes.length).toBeGreaterThan(15);
    for (const { log } of ofNodes) {
      for (const { fix } of log.lines)
        expect(fix).not.toMatch(/same command again|(?:operator-mirror|podman) login|update-ca-trust/);
    }
  });
});
