import { describe, expect, it } from 'vitest';
import { type RegistryLine, registryLines } from '../../../../client/src/registries/registryLines.ts';
import { t } from '../../../../server/src/base/sentences.ts';
import type { RegistryAnswer } from '../../../../server/src/protocol/registries.ts';

const mirror = {
  host: 'mirror.example.com:8443',
  sources: 0,
  mirrors: 4,
  files: [{ uri: 'file:///w/mapping.txt', places: 4 }],
};
const source = {
  host: 'quay.io',
  sources: 3,
  mirrors: 0,
  files: [{ uri: 'file:///w/idms.yaml', places: 1 }],
};
const pathOf = (uri: string) => uri.slice('file:///w/'.length);

function linesOf(
  answers: Readonly<Record<string, RegistryAnswer>> = {},
  logins: readonly { registry: string; username: string }[] = [],
): RegistryLine[] {
  const known = { rows: [mirror, source], answers: new Map(Object.entries(answers)), logins, pathOf };
  return registryLines(known, t);
}

function textOf(lines: readonly RegistryLine[], indent = ''): string[] {
  return lines.flatMap(({ label, description, below }) => [
    `${indent}${[label, description].filter((part) => part !== '').join('  ')}`,
    ...textOf(below, `${indent}  `),
  ]);
}

describe('the lines of the view of registries', () => {
  it('say what each is for before anybody is asked', () => {
    expect(textOf(linesOf())).toEqual([
      'mirror.example.com:8443  mirror (4)',
      '  Not asked yet  ask now',
      '  mapping.txt  4 places',
      'quay.io  source (3)',
      '  Not asked yet  ask now',
      '  idms.yaml  1 place',
    ]);
  });

  it('begin with what a registry has said, and lead to the login that it wants', () => {
    const lines = linesOf({
      'mirror.example.com:8443': { state: 'noLogin', problem: 'mirror.example.com:8443 wants a login' },
      'quay.io': { state: 'open', problem: null },
    });
    expect(lines.map(({ description, icon }) => [icon, description])).toEqual([
      ['error', 'wants a login · mirror (4)'],
      ['pass', 'lets everybody in · source (3)'],
    ]);
    const [first] = lines[0]?.below ?? [];
    expect(first).toMatchObject({ click: 'logIn', host: 'mirror.example.com:8443' });
    expect(lines[0]?.tooltip).toContain('mirror.example.com:8443 wants a login');
  });

  it.each(['accepted', 'open', 'anonymous', 'noLogin', 'refused', 'failed'] as const)(
    'say of a registry that is %s in few words behind its name and below, and in a sentence for who wants to know',
    (state) => {
      const [line] = linesOf({ 'mirror.example.com:8443': { state, problem: null } });
      expect(line?.description.split(' · ')[0]?.length).toBeLessThan(20);
      expect(line?.below[0]?.label.length).toBeLessThan(20);
      expect(line?.tooltip?.length).toBeGreaterThan(20);
    },
  );

  it('have the logins that VS Code keeps, also of registries that no file names', () => {
    const lines = linesOf({}, [
      { registry: 'quay.io/team', username: 'anna' },
      { registry: 'other.example.com', username: 'ben' },
    ]);
    expect(textOf(lines.slice(1))).toEqual([
      'quay.io  source (3)',
      '  Not asked yet  ask now',
      '  Logged in as anna  kept by VS Code',
      '  idms.yaml  1 place',
      'other.example.com  named in no file',
      '  Not asked yet  ask now',
      '  Logged in as ben  kept by VS Code',
    ]);
    expect(lines[1]?.below[1]).toMatchObject({ context: 'login', host: 'quay.io/team' });
  });
});
