import { describe, expect, it } from 'vitest';
import {
  type ManifestOptions,
  manifestFiles,
} from '../../../../server/src/mirror/manifests/manifestFiles.ts';
import type { MirrorResult } from '../../../../server/src/mirror/run/mirrorResult.ts';
import { plannedCatalog, planOfLines, resultOf } from '../../../support/mirrorResults.ts';

const a = `sha256:${'a'.repeat(64)}`;
const lines = [
  `quay.io/a/app@${a} -> reg.example.com/m/a-app:1234abcd`,
  'quay.io/a/db:v1 -> reg.example.com/m/a-db:v1',
  'quay.io/a/web:v1 -> reg.example.com/m/a-web:v1-of-ours',
];
const catalog = plannedCatalog('quay.io/a/app-index:v4.18', 'reg.example.com/m/a-app-index:v4.18', [
  'quay.io/a/db:v1',
]);
const plan = planOfLines(lines, { catalogs: [catalog] });

function report(result: MirrorResult, options?: ManifestOptions): string {
  return manifestFiles(result, options).find(({ name }) => name === 'report.md')?.text ?? '';
}

describe('the report of a run', () => {
  it('says what is missing and why, what nodes do, and what is to be done', () => {
    expect(
      report(resultOf(plan, (source) => source.includes('/db'))),
    ).toBe(`# Mirror run \`app-index\` to \`docker://reg.example.com/m\`

1 of 3 images is missing at the destination.

2 copied, 0 there before; 2026-11-29T12:00:00Z to 2026-11-29T12:05:00Z.

## Missing images

source: quay.io does not have it

- \`quay.io/a/db:v1\`, for \`app/app.v1\`

## Catalogs

\`quay.io/a/app-index:v4.18\` is at \`reg.example.com/m/a-app-index:v4.18\`, with the digest \`${catalog.digest}\`.

It does not offer these bundles:

- \`app.v1\` of \`app\`: \`quay.io/a/db:v1\` missing

## Pulls

No mirror set sends pulls of these to the mirror. Pods have to name them where they are:

- \`quay.io/a/web:v1\`, which is at \`reg.example.com/m/a-web:v1-of-ours\`: it is there under another tag

## What nodes do when it is applied

- No node drains: only registries and mirrors for pulls by digest are added, and CRI-O reads its configuration again.
- Nothing is known of the cluster, so it is taken to have no mirror set yet.

## Next steps

- Run the same command again: it copies what is missing and nothing else.
- Apply what redirects pulls: \`oc apply -f imageDigestMirrorSet.yaml\`
- Then offer the catalogs: \`oc apply -f catalogSource.yaml -f clusterCatalog.yaml\`
`);
  });

  it('names bundles that are left out because nothing leads to them', () => {
    const result = resultOf(plan);
    const dropped = [{ package: 'app', name: 'app.v2', missing: [] }];
    const text = report({ ...result, catalogs: result.catalogs.map((catalog) => ({ ...catalog, dropped })) });
    expect(text).toContain('- `app.v2` of `app`: nothing leads to it but what is left out');
  });

  it('says first that nodes are drained, and to wait for them', () => {
    const text = report(resultOf(planOfLines(['quay.io/a/db:v1 -> reg.example.com/m/a-db:v1'])));
    expect(text).toContain('The one image is at the destination.');
    expect(text).toContain('- Every node of every pool drains, one after the other');
    expect(text).toContain(
      '- Apply what redirects pulls, and wait until all nodes are updated (`oc get mcp`): `oc apply -f imageTagMirrorSet.yaml`',
    );
  });

  it('groups what fails by its cause', () => {
    const many = planOfLines(
      ['a', 'b', 'c'].map((name) => `quay.io/x/${name}:v1 -> reg.example.com/m/${name}:v1`),
    );
    const result = resultOf(many);
    const images = many.images.map(({ source }, index) => ({
      result: 'failed' as const,
      error:
        index < 2
          ? {
              code: 'missing',
              message: `${source} is not there`,
              side: 'source' as const,
              nextStep: 'look for it',
            }
          : { code: 'denied', message: 'login is needed', side: 'destination' as const },
    }));
    const text = report({ ...result, images });
    expect(text).toContain(`2 images, the first one with: source: quay.io/x/a:v1 is not there; look for it

- \`quay.io/x/a:v1\`, for \`app/app.v1\`
- \`quay.io/x/b:v1\`, for \`app/app.v1\`

destination: login is needed

- \`quay.io/x/c:v1\`, for \`app/app.v1\`
`);
  });

  it('shows words of others as they are', () => {
    const result = resultOf(plan);
    const error = { code: 'odd', message: 'it says <b>*no*</b> [here](http://evil)\n# and `more`' };
    const images = result.images.map(() => ({ result: 'failed' as const, error }));
    const text = report({ ...result, images });
    expect(text).toContain('it says \\<b\\>\\*no\\*\\</b\\> \\[here\\]\\(http://evil\\) \\# and \\`more\\`');
  });

  it('says of a place on disk how it gets to a registry', () => {
    const text = report(
      resultOf(
        planOfLines(['quay.io/a/db:v1 -> oci://./out:quay.io/a/db:v1'], { destination: 'oci://./out' }),
      ),
    );
    expect(text).toContain(
      'Bring it to the registry: `operator-mirror mirror --from oci://./out docker://HOST/NAMESPACE`.',
    );
    expect(text).not.toContain('What nodes do');
  });

  it('says what came of signatures', () => {
    const error = { code: 'missing', message: 'it is not there', side: 'source' as const };
    const signed = (signatures: MirrorResult['signatures']) =>
      /^## Signatures\n[\s\S]*?(?=\n\n## )/m.exec(report({ ...resultOf(plan), signatures }))?.[0];
    expect(signed(undefined)).toBeUndefined();
    const none = { copied: 0, skipped: 0, failed: [], absent: [], unknown: [] };
    expect(signed(none)).toBeUndefined();
    expect(signed({ ...none, absent: ['quay.io/a/db:v1'] })).toBe(`## Signatures

One image has no signature at its source. Nodes that want one of it do not start it:

- \`quay.io/a/db:v1\``);
    expect(signed({ ...none, copied: 1, absent: ['quay.io/a/db:v1'] })).toBe(`## Signatures

One signature, attestation or bill of materials is with its image at the destination.

One image has no signature at its source. Nodes that want one of it do not start it:

- \`quay.io/a/db:v1\``);
    expect(
      signed({
        copied: 2,
        skipped: 1,
        failed: [{ image: 'quay.io/a/app', name: 'quay.io/a/app:sha256-a.sig', error }],
        absent: Array.from({ length: 103 }, (_, at) => `quay.io/b/${at}`),
        unknown: [{ image: 'quay.io/a/web:v1', error }],
      }),
    ).toBe(`## Signatures

3 signatures, attestations and bills of materials are with their images at the destination.

These were found and are missing there. Their images are there:

- \`quay.io/a/app:sha256-a.sig\`: source: it is not there

Nobody could say whether these have any:

- \`quay.io/a/web:v1\`: source: it is not there

103 images have no signature at their sources. Nodes that want one of them do not start them:

${Array.from({ length: 100 }, (_, at) => `- \`quay.io/b/${at}\`\n`).join('')}- and 3 more, which stand in \`report.json\``);
  });
});
