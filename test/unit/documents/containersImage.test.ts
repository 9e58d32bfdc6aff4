import { describe, expect, it } from 'vitest';
import { formatReference } from '../../../server/src/documents/imageReference.ts';
import { planPull } from '../../../server/src/documents/pullEndpoints.ts';
import { mergeRegistriesConf } from '../../../server/src/documents/pullRules.ts';
import { normalizedPullSpec, parsePullSpec } from '../../../server/src/documents/pullSpec.ts';
import { parseRegistriesConf } from '../../../server/src/documents/registriesConf.ts';
import { mcoTruth } from '../../support/mcoTruth.ts';

interface Endpoint {
  readonly image: string;
  readonly blocked?: boolean;
  readonly insecure?: boolean;
}

type Pull = { readonly image: string } & (
  | { readonly endpoints: readonly Endpoint[] }
  | { readonly error: string }
);

type Row = { readonly id: string } & (
  | { readonly suite: 'reference'; readonly reference: string; readonly normalised?: string }
  | {
      readonly suite: 'registries.conf' | 'matching';
      readonly conf: string;
      readonly error?: string;
      readonly pulls?: readonly Pull[];
    }
);

const rows = mcoTruth<Row>('containers-image');

describe('containers/image agrees, row by row', () => {
  const references = rows.filter((row) => row.suite === 'reference');

  it(`about ${references.length} references`, () => {
    const differ = references.filter(({ reference, normalised }) => normalise(reference) !== normalised);
    expect(differ).toEqual([]);
    expect(references.length).toBeGreaterThan(200);
  });

  const confs = rows.filter((row) => row.suite !== 'reference');

  it(`about ${confs.length} registries.conf and the pulls under them`, () => {
    const differ = confs.filter((row) => JSON.stringify(answerOf(row)) !== JSON.stringify(truthOf(row)));
    expect(differ).toEqual([]);
    expect(confs.length).toBeGreaterThan(70);
  });
});

function normalise(text: string): string | undefined {
  const parsed = parsePullSpec(text);
  return parsed.ok ? formatReference(normalizedPullSpec(parsed.reference)) : undefined;
}

/** Which image is asked for where; a word where all is refused. */
function answerOf({ conf: text, pulls = [] }: Exclude<Row, { suite: 'reference' }>): unknown {
  const conf = parseRegistriesConf(text);
  if (conf.problems.some(({ severity }) => severity === 'error')) return 'refused';
  const rules = mergeRegistriesConf([{ path: 'registries.conf', conf }]);
  return pulls.map(({ image }) => {
    const parsed = parsePullSpec(image);
    const plan = parsed.ok ? planPull(rules, parsed.reference) : undefined;
    if (!plan?.ok) return 'refused';
    return plan.endpoints.map(({ reference, insecure, blockedBy }) => [
      formatReference(reference),
      insecure,
      blockedBy !== undefined,
    ]);
  });
}

function truthOf({ error, pulls = [] }: Exclude<Row, { suite: 'reference' }>): unknown {
  if (error !== undefined) return 'refused';
  return pulls.map((pull) =>
    'error' in pull
      ? 'refused'
      : pull.endpoints.map(({ image, insecure = false, blocked = false }) => [image, insecure, blocked]),
  );
}
