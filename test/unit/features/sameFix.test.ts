import { expect, it } from 'vitest';
import { formatReference } from '../../../server/src/documents/imageReference.ts';
import { offeredFixes, sameFix } from '../../../server/src/features/codeActions.ts';
import { parseText } from '../../../server/src/files/load.ts';
import type { AnalysisContext } from '../../../server/src/rules/analysis.ts';
import { type Fact, type ImageFacts, noFacts } from '../../../server/src/workspace/facts.ts';
import { defaultSettings } from '../../../server/src/workspace/settings.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';

const path = '/srv/mapping.txt';
const snapshot = new Snapshot().with(
  path,
  parseText('file://mirror/app:v1=registry.example.com/mirror/app:v1\n', 'mapping'),
);

function contextWith(facts: Readonly<Record<string, Fact<ImageFacts>>>): AnalysisContext {
  const image = (reference: Parameters<typeof formatReference>[0], from?: string): Fact<ImageFacts> => {
    expect(from).toBe(path);
    return facts[formatReference(reference)] ?? { state: 'pending' };
  };
  return { snapshot, settings: defaultSettings, facts: { ...noFacts, image, peek: image } };
}

const digest = `sha256:${'1'.repeat(64)}`;
const value: ImageFacts = { digest, mediaType: '', size: 1, platforms: [], created: undefined, labels: {} };
const known: Fact<ImageFacts> = { state: 'known', value, at: 0 };

it('finds the fix that was chosen also when it turned out to be that of another side', () => {
  const before = contextWith({ 'file://mirror/app:v1': known });
  const place = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };
  const offered = offeredFixes(before, path, place);
  expect(offered.map(({ fix }) => [fix.id, fix.awaits !== undefined])).toEqual([
    ['pin-to-store', false],
    ['pin-to-destination', true],
  ]);
  const chosen = offered[1];
  if (chosen === undefined) throw new Error('there is no second fix');
  const after = contextWith({
    'file://mirror/app:v1': known,
    'registry.example.com/mirror/app:v1': known,
  });
  const { code, range } = chosen.finding;
  const fix = sameFix(after, path, { code, range, id: chosen.fix.id });
  expect(fix?.title).toContain('that v2/ and registry.example.com have');
  expect(fix?.edits().map(({ newText }) => newText)).toEqual([`@${digest}`]);
});
