import { lineRange } from '../../base/range.ts';
import { t } from '../../base/sentences.ts';
import { hasForeignTransport } from '../../documents/mappingLine.ts';
import { defineRule, type Finding } from '../rule.ts';
import { isDryRunDialect } from './dialect.ts';

/** Lines that `oc image mirror -f` refuses, before it copies anything. */
export const mappingSyntax = defineRule({
  code: 'mapping/syntax',
  severity: 'error',
  unit: 'mapping-line',
  summary: 'A line that `oc image mirror -f` refuses',
  documentation: `
\`oc image mirror -f mapping.txt\` reads the whole file before it copies anything, and stops at the first line that it
cannot read. A line is \`SOURCE=DESTINATION\`, or a source and its destinations separated by blanks. Everything from the
first \`#\` is a comment, wherever it stands. Tabs are not blanks.

\`\`\`
quay.io/Edge/app:v1=registry.example.com:8443/edge/app:v1     # upper case is not allowed in a repository
quay.io/edge/app:v1 = registry.example.com:8443/edge/app:v1   # no blanks round the "="
docker://quay.io/edge/app:v1=docker://registry.example.com:8443/edge/app:v1   # docker:// belongs to other tools
\`\`\`

A source without a tag, or with a \`*\` in its tag, stands for all tags that match; its destination then is a repository
without a tag.

A registry that no machine can have, such as one with the port 70000, is found here, too: nothing can be copied from it.

\`oci://FOLDER:NAME\` is an image in an OCI image layout, which only \`operator-mirror copy\` reads and writes. Such a line is
information: nothing is wrong with it as long as nobody gives the file to \`oc image mirror\`.

In a file that is in the dialect of oc-mirror's dry run as a whole, [mapping/dialect](dialect.md) says so instead.`,
  reads: isDryRunDialect,
  check({ line }, context) {
    if (line.problems.length === 0) return [];
    const problems = isDryRunDialect(context)
      ? line.problems.filter(({ span }) => !hasForeignTransport(line.text.slice(span.start, span.end)))
      : line.problems;
    return problems.map((problem) => ({
      message: problem.message,
      ...(problem.isOfOcAlone === true ? ofOcAlone : {}),
      range: lineRange(0, problem.span.start, problem.span.end),
      data: problem,
    }));
  },
  fixes(finding) {
    const repair = finding.data?.repair;
    if (repair === undefined) return [];
    const { title, certain, span, newText } = repair;
    const edits = () => [{ range: lineRange(0, span.start, span.end), newText }];
    return [{ id: 'repair', title, preferred: certain, edits }];
  },
});

/** How it is said of lines that `operator-mirror copy` copies: there may be thousands of them, with nothing wrong. */
const ofOcAlone: Pick<Finding, 'severity' | 'together'> = {
  severity: 'information',
  together: {
    key: 'layouts',
    message: (lines) =>
      t(
        'OCI layouts are named in {0} lines: `oc image mirror` refuses them, `operator-mirror copy` copies them',
        lines,
      ),
  },
};
