import { describe, expect, it } from 'vitest';
import { logFindings, logLinks } from '../../../server/src/features/logFindings.ts';
import { logHover, logPage } from '../../../server/src/features/logHover.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { parseLog } from '../../../server/src/log/parseLog.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';
import { logLines } from '../../support/logs.ts';

const digest = 'sha256:c819f6d20d0e845d14dfb76e656c388f5239ff2620fcb7419592f1dccc933968';
const tagged = `file://operatorhub/idx/openshift-gitops-1-tech-preview/gitops-rhel8-operator:fe037cb`;
const lines = [
  `${digest} ${tagged}`,
  '  no digest mapping available for quay.io/ns/app:v1, skip writing to ImageContentSourcePolicy',
  'error: unable to retrieve source image quay.io/ns/app by tag v1: manifest unknown: manifest unknown',
  'info: Mirroring completed in 1s (1kB/s)',
];
const log = parseLog(lines);
const snapshot = new Snapshot().with(
  'run/mapping.txt',
  parseText('# mine\nquay.io/ns/app:v1=reg.example.com/olm/ns-app:v1\n', 'mapping'),
);

describe('the findings of a log', () => {
  it('stand on whole lines, say the cause, and name the mapping line', () => {
    const [first, second] = logFindings(log, lines, snapshot);
    expect(first).toMatchObject({
      code: 'oc/no-digest-mapping',
      severity: 'warning',
      range: { start: { line: 1, character: 2 }, end: { line: 1, character: lines[1]?.length } },
    });
    expect(first?.message).toContain('redirects pulls by digest only');
    expect(second?.places).toMatchObject([
      { path: 'run/mapping.txt', range: { start: { line: 1, character: 0 } } },
    ]);
  });

  it('are none in a text that is surely no log', () => {
    const notes = ['error: I forgot the milk'];
    expect(logFindings(parseLog(notes), notes, snapshot)).toEqual([]);
    expect(logLinks(parseLog(notes), notes, snapshot)).toEqual([]);
    expect(
      logHover({ log: parseLog(notes), lines: notes }, snapshot, { line: 0, character: 1 }),
    ).toBeUndefined();
  });

  it('have links from the images to where mapping.txt has them', () => {
    const links = logLinks(log, lines, snapshot).map(({ range, target }) => [
      lines[range.start.line]?.slice(range.start.character, range.end.character),
      target.range.start.line,
    ]);
    expect(links).toEqual([
      ['quay.io/ns/app:v1', 1],
      ['quay.io/ns/app', 1],
    ]);
  });
});

describe('the hover of a log line', () => {
  const at = (line: number) => logHover({ log, lines }, snapshot, { line, character: 3 })?.text;

  it('begins with what happened, then has the cure and the mapping line', () => {
    expect(at(2)).toMatch(/^quay\.io does not have this image\./);
    expect(at(2)).toContain('**What to do:**');
    expect(at(2)).toContain('Line 2 of `run/mapping.txt` copies it.');
  });

  it('says what a tag stands for where nothing is wrong', () => {
    expect(at(0)).toBe(
      `The tag \`fe037cb\` stands for \`registry.redhat.io/openshift-gitops-1-tech-preview/gitops-rhel8-operator@${digest}\`.`,
    );
  });

  it('says what happened where nothing is to do, and what is fine is no finding', () => {
    const fine = ['warning: Expected to mount sha256:1 from a/b but mount was ignored'];
    const open = { log: parseLog(fine), lines: fine };
    expect(logHover(open, snapshot, { line: 0, character: 3 })?.text).toBe(
      'The destination did not mount this layer from another repository. oc uploads it instead.',
    );
    expect(logFindings(open.log, fine, snapshot)).toEqual([]);
  });

  it('is none where there is nothing to say', () => {
    expect(at(3)).toBeUndefined();
    expect(at(99)).toBeUndefined();
  });

  it('takes nothing of the log for markup', () => {
    const evil = ['error: file <img src=x>*[a](b)*, line 1: all arguments must be valid SRC=DST mappings'];
    const text = logPage(parseLog(evil), snapshot, (path) => path);
    expect(text).toContain('\\<img src=x\\>\\*\\[a\\]\\(b\\)\\*');
  });
});

describe('the page of a log', () => {
  const uriOf = (path: string) => `file:///w/${path}`;

  it('links to the lines of mapping.txt', () => {
    const image = 'quay.io/a/b:v1';
    const page = logPage(
      parseLog([`warning: Image ${image} does not exist and will not be mirrored`]),
      new Snapshot().with('m (1)/mapping.txt', parseText(`\n${image}=reg.example.com/a/b:v1\n`, 'mapping')),
      uriOf,
    );
    expect(page).toContain('[Line 2 of `m (1)/mapping.txt`](file:///w/m %281%29/mapping.txt#L2) copies it.');
  });

  it('begins with the verdict and has each problem once', () => {
    const page = logPage(parseLog(logLines('missing-images-direct-oc48')), snapshot, uriOf) ?? '';
    expect(page.split('\n')[0]).toBe(
      '# Incomplete: images are missing or damaged, whatever the exit code was',
    );
    expect(page.split('`oc/missing-tag`').length).toBe(2);
    expect(page).toContain('- line 5: `quay.io/broken/ok:v9`\n- line 6: `quay.io/broken/nosuch:v1`');
  });

  it('is none of a text that is no log', () => {
    expect(logPage(parseLog(['milk', 'bread']), snapshot, uriOf)).toBeUndefined();
  });
});
