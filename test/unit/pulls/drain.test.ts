import { expect, it } from 'vitest';
import { parseRegistriesConf } from '../../../server/src/documents/registriesConf.ts';
import { type ComparedConf, type ConfEffect, confEffect } from '../../../server/src/pulls/drain.ts';
import { mcoTruth } from '../../support/mcoTruth.ts';

interface Row {
  readonly id: string;
  readonly old: string;
  readonly new: string;
  readonly effect: ConfEffect;
}

const rows = mcoTruth<Row>('drain');

it(`nodes do what the machine-config-daemon says of ${rows.length} pairs of registries.conf`, () => {
  const differ = rows.flatMap(({ id, effect, ...row }) => {
    const own = confEffect(confOf(row.old), confOf(row.new));
    return own === effect ? [] : [`${id}: ${own}, the daemon says ${effect}`];
  });
  expect(differ).toEqual([]);
  expect(rows.length).toBeGreaterThan(200);
});

it('a search registry that goes or moves drains, and one that is appended does not', () => {
  const conf = (...hosts: string[]) => confOf(`unqualified-search-registries = ${JSON.stringify(hosts)}\n`);
  expect(confEffect(conf('a.io', 'b.io'), conf('a.io'))).toBe('drain');
  expect(confEffect(conf('a.io', 'b.io'), conf('b.io', 'a.io'))).toBe('drain');
  expect(confEffect(conf('a.io'), conf('a.io', 'b.io'))).toBe('reload');
});

function confOf(text: string): ComparedConf {
  const { registries, unqualifiedSearchRegistries = [] } = parseRegistriesConf(text);
  return { text, registries, unqualifiedSearchRegistries };
}
