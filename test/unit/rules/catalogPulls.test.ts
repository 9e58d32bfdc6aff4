import { describe, expect, it } from 'vitest';
import { imagesNamed } from '../../../server/src/catalog/catalogImages.ts';
import { hover } from '../../../server/src/features/hover.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { analyze, fixesOf } from '../../../server/src/rules/analysis.ts';
import { noFacts } from '../../../server/src/workspace/facts.ts';
import { KnownCatalogs } from '../../../server/src/workspace/knownCatalogs.ts';
import { defaultSettings } from '../../../server/src/workspace/settings.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';

const digest = `sha256:${'1'.repeat(64)}`;
const root = 'hop/ns/index';
const catalog = 'm.local:5000/ns/index:v1';

/** What is found in the first of some files, where a catalog names these images. */
function findingsWith(images: readonly string[], files: Readonly<Record<string, string>>, code: string) {
  const known =
    images.length === 0 ? [] : [{ name: catalog, root, belongs: true, images: imagesNamed(images) }];
  const snapshot = Object.entries(files).reduce(
    (all, [path, text]) => all.with(path, parseText(text, path.endsWith('.txt') ? 'mapping' : 'yaml')),
    new Snapshot().withCatalogs(new KnownCatalogs(known)),
  );
  const [path = ''] = Object.keys(files);
  const file = snapshot.files.get(path) ?? expect.unreachable();
  const context = { snapshot, settings: defaultSettings, facts: noFacts };
  const findings = analyze(file, context).filter((finding) => finding.code === code);
  return {
    snapshot,
    messages: findings.map(({ severity, message }) => `${severity}: ${message}`),
    fixes: findings.flatMap((finding) => fixesOf(finding, file, context)),
  };
}

describe('a line that is pinned and keeps its tag', () => {
  const line = `quay.io/a/x@${digest}=m.local:5000/a/x:v1\n`;
  const found = (...images: string[]) =>
    findingsWith(images, { 'mapping.txt': line }, 'mapping/tag-pull').messages;

  it('may be pulled by tag where no catalog is known', () => {
    expect(found()).toEqual([expect.stringMatching(/^warning: .* may be pulled by tag/)]);
  });

  it('is fine where the catalog names it by the digest alone', () => {
    expect(found(`quay.io/a/x@${digest}`)).toEqual([]);
    expect(found(`quay.io/a/x:v1@${digest}`)).toEqual([]);
  });

  it('is pulled by tag where the catalog names it so', () => {
    expect(found('quay.io/a/x:v1', `quay.io/a/x@${digest}`)).toHaveLength(1);
    const confirmed = {
      'mapping.txt': line,
      'set.yaml':
        'apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nmetadata:\n  name: x\nspec:\n  imageDigestMirrors:\n  - source: quay.io/a/x\n    mirrors:\n    - m.local:5000/a/x\n',
    };
    expect(findingsWith(['quay.io/a/x:v1'], confirmed, 'mapping/tag-pull').messages).toEqual([
      expect.stringMatching(
        /^information: quay.io\/a\/x:v1 is copied by digest, and pulled by tag, as the catalog m.local:5000\/ns\/index:v1 says/,
      ),
    ]);
  });

  it('may be where the catalog names neither', () => {
    expect(found('quay.io/a/x:v2')).toEqual([expect.stringMatching(/may be pulled by tag/)]);
  });
});

describe('a mirror set for digests over a line that is pinned and keeps its tag', () => {
  const files = {
    'set.yaml':
      'apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nmetadata:\n  name: x\nspec:\n  imageDigestMirrors:\n  - source: quay.io/a\n    mirrors:\n    - m.local:5000/a\n',
    'mapping.txt': `quay.io/a/x@${digest}=m.local:5000/a/x:v1\nquay.io/a/y@${digest}=m.local:5000/a/y:11111111\n`,
  };
  const found = (...images: string[]) => findingsWith(images, files, 'mirror-set/tag-pull');

  it('serves no pods that pull the tag, as the catalog says', () => {
    const { messages, fixes } = found('quay.io/a/x:v1', `quay.io/a/y@${digest}`);
    expect(messages).toEqual([
      expect.stringMatching(/^warning: quay.io\/a\/x, under this source, has images/),
    ]);
    expect(fixes.map(({ title }) => title).join('\n')).toMatch(/redirects pulls of quay.io\/a by tag/);
  });

  it('is enough where the catalog names the digest, another tag, or nobody knows', () => {
    expect(found(`quay.io/a/x@${digest}`).messages).toEqual([]);
    expect(found('quay.io/a/x:v2').messages).toEqual([]);
    expect(found().messages).toEqual([]);
  });

  it('is judged anew when a catalog is opened, and when the line changes', () => {
    const { snapshot } = found('quay.io/a/x:v1');
    const scopes = (one: Snapshot) => [...one.tagPulls.byScope.keys()];
    expect(scopes(snapshot)).toContain('quay.io/a/x');
    expect(scopes(snapshot.withCatalogs(KnownCatalogs.none))).toEqual([]);
    const other = files['mapping.txt'].replace('x:v1', 'x:v2');
    expect(scopes(snapshot.with('mapping.txt', parseText(other, 'mapping')))).toEqual([]);
  });
});

describe('a line by tag', () => {
  const line = `file://${root}/a/x:v1=m.local:5000/a/x:v1\nfile://${root}/a/y:v1=m.local:5000/a/y:v1\n`;

  it('says that pods pull the tag where the catalog does, with the source that it has', () => {
    const { messages, fixes } = findingsWith(['quay.io/a/x:v1'], { 'mapping.txt': line }, 'mapping/tag-only');
    expect(messages).toEqual([
      expect.stringMatching(
        /^warning: quay.io\/a\/x:v1 is copied by tag, and pulled by it, as the catalog m.local:5000\/ns\/index:v1 says/,
      ),
      expect.stringMatching(/^warning: .*a\/y:v1 is copied by tag: /),
    ]);
    expect(fixes.map(({ title }) => title).join('\n')).toMatch(/quay.io\/a\/x/);
  });
});

describe('a source that a hop left', () => {
  const policy = (...names: string[]) =>
    [
      'apiVersion: operator.openshift.io/v1alpha1\nkind: ImageContentSourcePolicy\nmetadata:\n  name: x\nspec:\n  repositoryDigestMirrors:',
      ...names.map((name) => `  - mirrors:\n    - m.local:5000/a-${name}\n    source: ${root}/a/${name}`),
      '',
    ].join('\n');
  const images = ['quay.io/a/x:v1', 'quay.io/a/y:v1', 'ghcr.io/a/y:v1', `quay.io/b/z@${digest}`];
  const found = findingsWith(images, { 'policy.yaml': policy('x', 'y', 'z') }, 'mirror-set/local-source');

  it('says where the answer comes from, and applies only what is proven', () => {
    expect(found.messages).toEqual([
      expect.stringMatching(
        /the images come from quay.io\/a\/x, as the catalog m.local:5000\/ns\/index:v1 says$/,
      ),
      expect.stringMatching(
        /the catalog m.local:5000\/ns\/index:v1 has ghcr.io\/a\/y or quay.io\/a\/y for it, but nothing proves/,
      ),
      expect.stringMatching(/the mapping.txt of the first hop or the catalog would tell/),
    ]);
    expect(found.fixes.filter(({ preferred }) => preferred).map(({ title }) => title)).toEqual([
      'Rewrite to quay.io/a/x (as the catalog m.local:5000/ns/index:v1 says)',
    ]);
    expect(found.fixes.map(({ title }) => title)).toContain(
      'Rewrite to ghcr.io/a/y and quay.io/a/y (the catalog m.local:5000/ns/index:v1 has it; nothing proves it)',
    );
  });

  it('says so in its hover, too', () => {
    const at = (line: number) =>
      hover({ snapshot: found.snapshot, facts: noFacts, now: 0 }, 'policy.yaml', { line, character: 20 })
        ?.text;
    expect(at(8)).toMatch(/come from `quay.io\/a\/x`, as the catalog `m.local:5000\/ns\/index:v1` says/);
    expect(at(11)).toMatch(
      /The catalog `m.local:5000\/ns\/index:v1` has `ghcr.io\/a\/y` and `quay.io\/a\/y` for it; nothing proves/,
    );
    expect(at(14)).not.toMatch(/catalog/);
  });
});
