import { sentence, t } from '../base/sentences.ts';
import type { LogLine } from './logLine.ts';
import type { Recognised } from './pattern.ts';
import type { Requester } from './reason.ts';
import { shortened } from './template.ts';

/** Names of tools by the first half of codes, where they differ. */
const speakers: Readonly<Record<string, string>> = {
  oc: 'oc',
  'oc-mirror': 'oc-mirror',
  opm: 'opm',
  olm: 'OLM',
};

const errorMark =
  // Ansible's `fatal: [HOST]: FAILED! => {` says nothing itself: the output is in the JSON behind it.
  /^(?!fatal: \[)(?:[Ee]rror|ERROR|[Ff]atal|FATAL|FATA\[\d+\]|panic): (?=\S)|^Error (?:response from daemon|from server)\b[^:]{0,60}: (?=\S)/;
const warningMark = /^[Ww]arning: (?=\S)/;
const nothingElse = sentence('Read the lines before it.');

/**
 * A line that says itself that it is an error or a warning, and that no table knows: reported as it is, so that nothing
 * is dropped in silence. Journals of nodes are full of errors of others, which are left alone.
 *
 * @param family the first half of the codes of the tool that printed it; undefined where the log does not tell
 */
export function unknownLine(
  { body, level }: LogLine,
  family: string | undefined,
  requester: Requester,
): Recognised | undefined {
  if (requester === 'node') return undefined;
  const marked = errorMark.exec(body)?.[0];
  const words = shortened(marked === undefined ? body : body.slice(marked.length));
  const tool = family ?? 'other';
  const speaker = speakers[tool];
  const common = { image: undefined, effect: undefined, strong: false, groups: {}, requester };
  if (marked !== undefined || level === 'error') {
    return {
      ...common,
      code: `${tool}/error`,
      severity: 'error',
      cause:
        speaker === undefined
          ? t('This is an error that Operator Mirror does not know: {0}.', words)
          : t('{0} reports an error that Operator Mirror does not know: {1}.', speaker, words),
      fix: tool === 'oc' || tool === 'oc-mirror' ? t(mappingHelps) : t(nothingElse),
      undecided: true,
    };
  }
  const warning = warningMark.exec(body)?.[0];
  if (warning === undefined || tool !== 'oc') return undefined;
  return {
    ...common,
    code: 'oc/warning',
    severity: 'warning',
    cause: t(
      'oc gives a warning that Operator Mirror does not know: {0}.',
      shortened(body.slice(warning.length)),
    ),
    fix: t(
      'Read the lines before and after it. operator-mirror check FOLDER --online says which images of mapping.txt the destination lacks.',
    ),
  };
}

const mappingHelps = sentence(
  'Read the lines before it. operator-mirror check FOLDER --online says which images of mapping.txt the destination lacks.',
);
