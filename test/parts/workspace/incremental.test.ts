import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatReference, parseReference } from '../../../server/src/documents/imageReference.ts';
import { applyEdits } from '../../../server/src/documents/textEdits.ts';
import type { FileContent } from '../../../server/src/documents/workspaceFile.ts';
import { updateYaml } from '../../../server/src/documents/yamlFile.ts';
import { references } from '../../../server/src/features/references.ts';
import { typeByChoice } from '../../../server/src/files/find.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { forecast } from '../../../server/src/pulls/forecast.ts';
import { analyze, fixesOf, linesOf } from '../../../server/src/rules/analysis.ts';
import { noFacts } from '../../../server/src/workspace/facts.ts';
import { editMapping } from '../../../server/src/workspace/mappingIndex.ts';
import { placesIn } from '../../../server/src/workspace/places.ts';
import { defaultSettings } from '../../../server/src/workspace/settings.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { trace } from '../../../server/src/workspace/trace.ts';
import {
  edits,
  fuzz,
  mappingText,
  type RandomEdit,
  rangeOf,
  toLineChange,
  yamlText,
} from '../../support/texts.ts';

const paths = ['first/mapping.txt', 'second/mapping.txt', 'second/a.yaml', 'second/b.yaml', 'c.yaml'];

/** What somebody does to one file, and what is asked of the snapshot before the next thing happens. */
interface Step {
  readonly path: string;
  readonly what: 'edit' | 'close' | 'open';
  readonly edits: readonly RandomEdit[];
  readonly asked: boolean;
}

describe('a workspace after edits of several files', () => {
  it('knows what one that is read anew knows', () => {
    fc.assert(
      fc.property(fc.array(step(), { minLength: 1, maxLength: 6 }), texts(), (steps, begin) => {
        let snapshot = open(begin);
        answersOf(snapshot);
        for (const one of steps) {
          snapshot = afterStep(snapshot, one, begin);
          if (!one.asked) continue;
          const texts = [...snapshot.files.values()].map((file): [string, string] => [
            file.path,
            linesOf(file).join('\n'),
          ]);
          expect(answersOf(snapshot)).toEqual(answersOf(open(texts)));
        }
      }),
      fuzz(60),
    );
  });

  it('leaves every snapshot before it as it was', () => {
    fc.assert(
      fc.property(fc.array(step(), { minLength: 1, maxLength: 4 }), texts(), (steps, begin) => {
        const all: { readonly snapshot: Snapshot; readonly texts: [string, string][] }[] = [];
        let snapshot = open(begin);
        for (const one of steps) {
          if (one.asked) answersOf(snapshot);
          const texts = [...snapshot.files.values()].map((file): [string, string] => [
            file.path,
            linesOf(file).join('\n'),
          ]);
          all.push({ snapshot, texts });
          snapshot = afterStep(snapshot, one, begin);
        }
        answersOf(snapshot);
        for (const { snapshot: earlier, texts } of all)
          expect(answersOf(earlier)).toEqual(answersOf(open(texts)));
      }),
      fuzz(40),
    );
  });
});

function texts(): fc.Arbitrary<[string, string][]> {
  return fc
    .tuple(...paths.map((path) => (path.endsWith('.txt') ? mappingText() : yamlText())))
    .map((all) => paths.map((path, at): [string, string] => [path, all[at] ?? '']));
}

function step(): fc.Arbitrary<Step> {
  return fc.record({
    path: fc.constantFrom(...paths),
    what: fc.constantFrom('edit', 'edit', 'edit', 'edit', 'close', 'open'),
    edits: edits(3),
    asked: fc.boolean(),
  });
}

function open(texts: readonly (readonly [string, string])[]): Snapshot {
  return texts.reduce(
    (snapshot, [path, text]) => snapshot.with(path, parseText(text, typeByChoice(path))),
    new Snapshot(),
  );
}

function afterStep(snapshot: Snapshot, step: Step, begin: readonly [string, string][]): Snapshot {
  const { path, what } = step;
  const file = snapshot.files.get(path);
  if (what === 'close') return snapshot.without(path);
  if (what === 'open' || file === undefined) {
    const text = begin.find(([name]) => name === path)?.[1] ?? '';
    return snapshot.with(path, parseText(text, typeByChoice(path)));
  }
  const content = step.edits.reduce((current: FileContent, edit): FileContent => {
    const lines = linesOf({ path, content: current });
    const change = toLineChange(lines, rangeOf(edit, lines), edit.text);
    return current.type === 'mapping'
      ? { type: 'mapping', mapping: editMapping(current.mapping, change) }
      : { type: 'yaml', yaml: updateYaml(current.yaml, change) };
  }, file.content);
  return snapshot.with(path, content);
}

const images = [
  'quay.io/ns/app:v1',
  `quay.io/ns/app@sha256:${'0'.repeat(64)}`,
  `quay.io/ns/app:v1@sha256:${'1'.repeat(64)}`,
  'registry.redhat.io/a/b:v1',
  'ns/app',
];

/** All that is kept from one snapshot to the next, seen from outside. */
function answersOf(snapshot: Snapshot) {
  const context = { snapshot, settings: defaultSettings, facts: noFacts };
  const { mirrorSets, provenance, tagPulls } = snapshot;
  const files = [...snapshot.files.values()];
  return {
    findings: files.flatMap((file) =>
      analyze(file, context).map((finding) => {
        const fixes = fixesOf(finding, file, context).map((fix) => ({
          title: fix.title,
          preferred: fix.preferred,
          text: applyEdits(linesOf(file).join('\n'), fix.edits()),
          others: fix.others?.(),
        }));
        const { code, severity, message, range } = finding;
        return { path: file.path, code, severity, message, range, fixes };
      }),
    ),
    conf: mirrorSets.toRegistriesConf(),
    problems: mirrorSets.problems.map(({ message }) => message).sort(),
    shadows: [...mirrorSets.shadows]
      .map(([scope, by]) => `${scope} ${by.map(({ source }) => source).sort()}`)
      .sort(),
    origins: ['efk/my/idx/ns/app', 'efk/my/idx', 'ns/app'].map((path) => provenance.origin(path)),
    sources: images.flatMap((image) => {
      const parsed = parseReference(image);
      return parsed.ok ? [provenance.trueSources(parsed.reference)] : [];
    }),
    tagPulls: [...tagPulls.byScope].sort(),
    traces: images.flatMap((image) => {
      const parsed = parseReference(image);
      if (!parsed.ok) return [];
      const { rules, endpoints, explanation, verdict } = trace(context, parsed.reference);
      return {
        rules,
        verdict,
        explanation,
        endpoints: endpoints.map(({ reference }) => formatReference(reference)),
      };
    }),
    forecast: forecast(snapshot, {}, undefined),
    references: files.map((file) => {
      const [first] = placesIn(file);
      return first === undefined
        ? []
        : references(snapshot, file.path, first.range.start).map(({ path, range }) => ({ path, range }));
    }),
  };
}
