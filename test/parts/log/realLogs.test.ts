import { describe, expect, it } from 'vitest';
import { withoutVersion } from '../../../server/src/log/catalogIndex.ts';
import type { LogDocument } from '../../../server/src/log/logDocument.ts';
import { parseLog } from '../../../server/src/log/parseLog.ts';
import { checked, inShort, logLines, logNames, noteNames, outcomes } from '../../support/logs.ts';

const documents = new Map<string, LogDocument>();
function documentOf(name: string): LogDocument {
  const known = documents.get(name) ?? parseLog(logLines(name));
  documents.set(name, known);
  return known;
}

describe.each(logNames)('%s', (name) => {
  it('is explained as was checked by hand', () => {
    const log = documentOf(name);
    expect(log.isLog).toBe(true);
    expect(inShort(log)).toBe(checked(name, inShort(log)));
  });

  it('has a known code for every line that oc calls an error or a warning', () => {
    const { lines } = documentOf(name);
    const known = new Set(lines.map(({ line }) => line));
    const unknown = logLines(name).filter(
      (text, line) => /^(?:error|warning|errors)\b/.test(text) && !known.has(line),
    );
    expect(unknown).toEqual([]);
    expect(lines.filter(({ code }) => /\/(?:error|warning)$/.test(code))).toEqual([]);
  });

  it('says failed exactly where the exit code does', () => {
    const { exitCodes = [] } = outcomes[name] ?? {};
    const log = documentOf(name);
    // Of several commands the log shows which is which; the one that serves in the background has no exit code.
    const codes =
      log.runs.length === exitCodes.length ? exitCodes : [Math.max(...exitCodes.map((code) => code ?? 0))];
    const verdicts =
      log.runs.length === exitCodes.length ? log.runs.map(({ verdict }) => verdict) : [log.verdict];
    expect(verdicts.map((verdict) => verdict === 'failed')).toEqual(codes.map((code) => (code ?? 0) > 0));
  });

  it('says nothing of lost images where none is', () => {
    const { lost = [], exitCodes = [] } = outcomes[name] ?? {};
    const allWell = lost.length === 0 && exitCodes.every((code) => code === 0 || code === null);
    const { verdict, lines } = documentOf(name);
    // Its mapping.txt is empty, so there is no line that could be missing.
    if (!allWell || name === 'fbc-oc48-fails') return;
    expect(['complete', 'unknown']).toContain(verdict);
    expect(lines.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

/** Images that are lost without a word about them: nothing in these logs names them. */
const unnamed = new Set([
  'edge-fbc-reg2file-oc412 quay.io/edge/app:stable',
  'edge-reg2file-oc48 quay.io/edge/app:stable',
  'seed1-reg2file-oc48 quay.io/opstree/redis-operator:v0.8.0',
]);

/** A line may name the repository alone, or the digest of what the mapping has by tag. */
function isAbout(image: string, side: string): boolean {
  const repository = withoutVersion(image);
  const hasTag = image.startsWith(`${repository}:`);
  return hasTag ? image === side : repository === withoutVersion(side);
}

const lostImages = Object.entries(outcomes).flatMap(([name, { lost }]) =>
  lost.map(([source, destination]) => ({ name, source, destination })),
);

describe('an image that is not whole at the destination', () => {
  it('is in enough logs to be worth a test', () => {
    expect(lostImages.length).toBeGreaterThan(100);
  });

  it('is named by a line that says so, wherever the log has one', () => {
    const missed = lostImages.filter(({ name, source, destination }) => {
      return !documentOf(name).lines.some(
        ({ image, effect }) =>
          image !== undefined &&
          (effect === 'lost' || effect === 'ended') &&
          [source, destination].some((side) => isAbout(image, side)),
      );
    });
    const shown = missed.map(({ name, source }) => `${name} ${source}`);
    // One architecture was copied of each list: another digest, which each of its own lines says.
    const byArchitecture = (text: string) => text.startsWith('image-mirror-from-');
    expect(shown.filter((text) => !byArchitecture(text)).sort()).toEqual([...unnamed].sort());
    for (const name of ['image-mirror-from-mapping-oc48', 'image-mirror-from-files-oc48']) {
      expect(documentOf(name).lines.map(({ code }) => code)).toContain('oc/one-architecture');
    }
  });

  it('makes the run incomplete although it exited 0', () => {
    for (const { name, source } of lostImages) {
      if (unnamed.has(`${name} ${source}`)) continue;
      expect(['incomplete', 'failed'], `${name} ${source}`).toContain(documentOf(name).verdict);
    }
  });
});

describe.each(noteNames)('the notes %s', (name) => {
  it('are explained as was checked by hand', () => {
    const log = documentOf(name);
    expect(inShort(log)).toBe(checked(name, inShort(log)));
  });
});

describe('the notes of an administrator', () => {
  it('have a warning for each image by tag, but not for the catalog itself', () => {
    const lines = logLines('seed-tags').flatMap((text, line) =>
      text.startsWith('no digest mapping available for ') ? [line] : [],
    );
    const found = documentOf('seed-tags').lines.filter(({ code }) => code === 'oc/no-digest-mapping');
    expect(found.map(({ line }) => line)).toEqual(lines);
    const others = found.filter(({ severity }) => severity !== 'warning');
    expect(others.map(({ severity, image }) => [severity, image])).toEqual([
      ['hint', 'file://community-operator/my-operator/community-operator-index:v4.8-202111'],
    ]);
  });

  it('show a pull by tag for which no mirror was tried', () => {
    const pulls = documentOf('seed-tags').lines.filter(({ code }) => code === 'pull/no-mirror');
    expect(pulls.map(({ image }) => image)).toEqual([
      'quay.io/keycloak/keycloak-operator:15.0.2',
      'quay.io/keycloak/keycloak-operator:15.0.2',
    ]);
    expect(pulls[0]?.cause).toContain('no mirror was tried');
    // The notes name a catalog of 4.8, which has no ImageTagMirrorSet.
    expect(pulls[0]?.fix).toContain('registries.conf drop-in for quay.io/keycloak/keycloak-operator');
    expect(pulls[0]?.fix).not.toMatch(/ImageTagMirrorSet|4\.13/);
  });

  it('tell a run that exited 0 from a whole one, and a race from a broken image', () => {
    const { runs, lines } = documentOf('seed-operatorhub');
    expect(runs.at(-2)).toMatchObject({ tool: 'oc', verdict: 'incomplete', toFiles: true });
    const race = lines.filter(({ code }) => code === 'oc/write-race');
    expect(race.map(({ image }) => image)).toEqual(
      Array(2).fill('file://efk-mirror/my-operator/my-operator-index/openshift-logging/kibana6-rhel8'),
    );
    expect(race[0]?.cause).toContain('image itself is good');
    expect(lines.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['olm/unpack-deadline', 'opm/no-container-tool']),
    );
  });
});

describe('what is said', () => {
  it('is whole plain sentences', () => {
    const texts = [...logNames, ...noteNames]
      .flatMap((name) => documentOf(name).lines)
      .flatMap(({ cause, fix }) => [cause, fix]);
    for (const text of new Set(texts)) {
      expect(text).toMatch(/^\S.*[.]$/s);
      expect(text).not.toMatch(/[{}`]|\*\*|\.\.$|undefined/);
    }
  });
});
