import { describe, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { applyEdits } from '../../../server/src/documents/textEdits.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { analyze, fixesOf } from '../../../server/src/rules/analysis.ts';
import { noFacts } from '../../../server/src/workspace/facts.ts';
import { defaultSettings } from '../../../server/src/workspace/settings.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';

const catalog = {
  apiVersion: 'operators.coreos.com/v1alpha1',
  kind: 'CatalogSource',
  metadata: { name: 'my-catalog' },
  spec: {
    image: 'registry.example.com:8443/olm/index:v4.8',
    updateStrategy: { registryPoll: { interval: '30 min' } },
  },
};
const written = stringify(catalog);

/** A CatalogSource is the same one however it is written. */
const forms: readonly (readonly [name: string, text: string])[] = [
  ['as people write it', written],
  ['with comments and blank lines', written.replaceAll('\n', ' # why\n\n')],
  ['in single quotes', written.replace(/: (\S.*)$/gm, ": '$1'")],
  ['indented by four', stringify(catalog, { indent: 4 })],
  ['in a List', stringify({ apiVersion: 'v1', kind: 'List', items: [catalog] })],
  ['behind another document', `kind: Secret\n---\n${written}---\nkind: Secret\n`],
  ['without a line end at its end', written.trimEnd()],
  ['with Windows’ line ends', written.replaceAll('\n', '\r\n')],
  ['with a byte order mark', `\uFEFF${written}`],
  ['as JSON on one line', JSON.stringify(catalog)],
  ['as JSON on many lines', JSON.stringify(catalog, null, 2)],
  ['between braces', stringify(catalog, { collectionStyle: 'flow' })],
  ['its metadata and spec between braces', written.replace(/metadata:\n +(.*)\n/, 'metadata: { $1 }\n')],
];

/** What each fix comes to. */
const results: Readonly<Record<string, unknown>> = {
  'Add namespace openshift-marketplace': {
    metadata: { ...catalog.metadata, namespace: 'openshift-marketplace' },
  },
  'Add displayName and publisher': {
    spec: { ...catalog.spec, displayName: 'My Catalog', publisher: 'registry.example.com' },
  },
  'Add sourceType grpc': { spec: { ...catalog.spec, sourceType: 'grpc' } },
  'Change it to 30m': { spec: { ...catalog.spec, updateStrategy: { registryPoll: { interval: '30m' } } } },
  'Add secrets': { spec: { ...catalog.spec, secrets: ['my-registry'] } },
};

describe.each(forms)('the fixes of a CatalogSource %s', (_name, text) => {
  const snapshot = new Snapshot().with('a.yaml', parseText(text, 'yaml'));
  const known = { state: 'known', at: 0, value: true } as const;
  const context = { snapshot, settings: defaultSettings, facts: { ...noFacts, needsLogin: () => known } };
  const file = snapshot.files.get('a.yaml');
  const fixes =
    file === undefined ? [] : analyze(file, context).flatMap((finding) => fixesOf(finding, file, context));

  it('are all there', () => {
    expect(fixes.map(({ title }) => title).sort()).toEqual(Object.keys(results).sort());
  });

  it.each(fixes)('$title: changes that and nothing else', (fix) => {
    const fixed = applyEdits(text, fix.edits());
    expect(catalogIn(fixed)).toEqual({ ...catalog, ...(results[fix.title] as object) });
    expect(commentsIn(fixed)).toBe(commentsIn(text));
    expect(new Set(fixed.match(/\r?\n/g))).toEqual(new Set(text.match(/\r?\n/g) ?? fixed.match(/\r?\n/g)));
  });
});

function catalogIn(text: string): unknown {
  const documents = parseAllDocuments(text.replace(/^\uFEFF/, ''));
  const values = documents.flatMap((document) => {
    expect(document.errors, text).toEqual([]);
    const value = document.toJSON() as { kind: string; items?: unknown[] };
    return value.kind === 'List' ? (value.items ?? []) : [value];
  });
  return values.find((value) => (value as { kind: string }).kind === 'CatalogSource');
}

function commentsIn(text: string): number {
  return text.match(/# why/g)?.length ?? 0;
}
