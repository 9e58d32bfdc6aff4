import { lineRange } from '../../base/range.ts';
import { t } from '../../base/sentences.ts';
import { digestRefusals } from '../../documents/mappingRefusals.ts';
import { defineRule } from '../rule.ts';
import { isDryRunDialect } from './dialect.ts';

/** Destinations by digest, which `oc image mirror` refuses. */
export const mappingDestinationDigest = defineRule({
  code: 'mapping/destination-digest',
  severity: 'error',
  unit: 'mapping-line',
  summary: 'A destination with a digest',
  documentation: `
\`oc image mirror\` refuses the line: \`you must specify a tag for DST or leave it blank to only push by digest\`. The digest of
what arrives is decided by the source. Name the digest there, and give the destination a tag or nothing.

\`\`\`
quay.io/edge/app@sha256:d8ee…=registry.example.com:8443/edge/app@sha256:d8ee…   # refused
quay.io/edge/app@sha256:d8ee…=registry.example.com:8443/edge/app                # pushed by digest
\`\`\`

In the dialect of oc-mirror's dry run, which writes such destinations, [mapping/dialect](dialect.md) says so instead.`,
  reads: isDryRunDialect,
  check({ line }, context) {
    const refusals = digestRefusals(line);
    if (refusals.length === 0 || isDryRunDialect(context)) return [];
    return refusals.map(({ span, message, contradicts }) => {
      return { message, range: lineRange(0, span.start, span.end), data: { contradicts } };
    });
  },
  fixes(finding) {
    // Where the two digests differ, one of them is a mistake, and dropping it may hide the mistake.
    const isCertain = finding.data?.contradicts === false;
    const edits = () => [{ range: finding.range, newText: '' }];
    return [{ id: 'drop', title: t('Drop the digest from the destination'), preferred: isCertain, edits }];
  },
});
