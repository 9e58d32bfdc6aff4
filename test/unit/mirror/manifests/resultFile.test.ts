import { expect, it } from 'vitest';
import { readResult, resultText } from '../../../../server/src/mirror/manifests/resultFile.ts';
import { plannedCatalog, planOfLines, resultOf } from '../../../support/mirrorResults.ts';

const catalog = plannedCatalog('quay.io/a/index:v1', 'reg.example.com/m/a-index:v1', ['quay.io/a/db:v1']);
const lines = [
  'quay.io/a/app:v1 -> reg.example.com/m/a-app:v1',
  'quay.io/a/db:v1 -> reg.example.com/m/a-db:v1',
];
const result = resultOf(planOfLines(lines, { catalogs: [catalog] }), (source) => source.includes('/db'));
const text = resultText(result);

it('is read as it was written', () => {
  expect(readResult(text)).toEqual({ ok: true, result: JSON.parse(text) });
  expect(JSON.parse(text)).toMatchObject({ images: [{ result: 'copied' }, { result: 'failed' }] });
});

it('keeps what came of signatures', () => {
  const error = { code: 'missing', message: 'it is not there', side: 'source' as const };
  const signatures = {
    copied: 2,
    skipped: 1,
    failed: [{ image: 'quay.io/a/app:v1', name: 'quay.io/a/app:sha256-a.sig', error }],
    absent: ['quay.io/a/db:v1'],
    unknown: [{ image: 'quay.io/a/app:v1', error }],
  };
  const read = readResult(resultText({ ...result, signatures }));
  expect(read).toMatchObject({ ok: true, result: { signatures } });
  const changed = JSON.stringify({ ...result, signatures: { ...signatures, copied: -1 } });
  expect(readResult(changed)).toEqual({
    ok: false,
    problem: 'signatures.copied is not what a report has there',
  });
});

it.each([
  ['', 'it is no report of a mirror run'],
  ['[]', 'it is no report of a mirror run'],
  ['{"version":1}', 'it is no report of a mirror run'],
  [text.replace('"version": 1', '"version": 2'), 'it is a report of another version of operator-mirror'],
  [text.replace('"result": "copied"', '"result": "done"'), 'images.0.result is not what a report has there'],
  [
    text.replace('"destination": "reg', '"destination": "RE g'),
    'plan.catalogs.0.destination is not what a report has there',
  ],
  [text.replace('"started": "2026', '"started": "on 2026'), 'started is not what a report has there'],
  [JSON.stringify({ ...result, images: [] }), 'images is not what a report has there'],
  [JSON.stringify({ ...result, catalogs: [] }), 'catalogs is not what a report has there'],
])('is refused where somebody changed it: %#', (changed, problem) => {
  expect(readResult(changed)).toEqual({ ok: false, problem });
});
