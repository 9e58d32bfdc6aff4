import { columnsOf, padded } from '../base/columns.ts';
import { type Sentence, sentence, t } from '../base/sentences.ts';
import { either, inRow, printable } from '../base/words.ts';
import { formatReference, repositoryOf } from '../documents/imageReference.ts';
import type { MirrorNamed } from './tracedRules.ts';
import type { Trace, TracedEndpoint } from './traceTypes.ts';

/**
 * The answer in a few words, to stand behind the image. It says of the places what their list says: that a mirror serves
 * the pull exactly where the verdict is `mirror`, and of a short name, which registries are asked before. That none does it
 * says only where nothing is left that could redirect the pull once it is known.
 */
export function traceTitle({
  verdict,
  endpoints,
  names,
  open,
}: Pick<Trace, 'verdict' | 'endpoints' | 'names' | 'open'>): string {
  if (open !== undefined && (verdict === 'source' || verdict === 'unreachable'))
    return open.why === 'unreadable'
      ? t('nobody knows yet whether a mirror serves it, a file for nodes that cannot be read may redirect it')
      : t('nobody knows yet whether a mirror serves it, a template may redirect it');
  const mirror = endpoints.findIndex(
    ({ from, result }) => from === 'mirror' && (result === 'untested' || result === 'found'),
  );
  switch (verdict) {
    case 'mirror': {
      if (mirror === -1 && names !== undefined) return namedWords(names, endpoints);
      const before = endpoints.slice(0, mirror).filter(({ result }) => result === 'untested');
      const hosts = [...new Set(before.map(({ reference }) => reference.registry))];
      return hosts.length === 0
        ? t('a mirror serves it')
        : t('a mirror serves it, unless {0} has it, which is asked before', either(hosts));
    }
    case 'source': {
      const sources = endpoints.filter(({ from, result }) => from === 'source' && result !== 'blocked');
      const found = sources.find(({ result }) => result === 'found');
      if (found !== undefined) return t('no mirror serves it, {0} has it', found.reference.registry);
      const [only] = sources;
      const moved =
        sources.length === 1 &&
        only !== undefined &&
        repositoryOf(only.reference) !== repositoryOf(only.image);
      if (moved) return t('no mirror serves it, {0} is asked in its place', repositoryOf(only.reference));
      return sources.length === 1
        ? t('no mirror serves it, the source is asked')
        : t('no mirror serves it, the sources are asked');
    }
    case 'blocked':
      return t('nodes cannot pull it, its registry is blocked');
    case 'unreachable':
      return t('nodes cannot pull it from anywhere');
  }
}

/** Of an image that names a mirror: that it does, and after it was asked, that it has the image. */
function namedWords(names: MirrorNamed, [place]: Trace['endpoints']): string {
  const has = place?.result === 'found';
  if (names === 'place')
    return has
      ? t('it names the mirror itself, which has it')
      : t('it names the mirror itself, nothing needs to redirect it');
  return has
    ? t('it names the registry of the mirrors itself, which has it')
    : t('it names the registry of the mirrors itself, nothing needs to redirect it');
}

/** A trace for people: the answer, the places in their order, the rules with their lines, and a remedy. */
export function traceText(traced: Trace): string {
  const { image, rules, unrelated, endpoints, explanation, remedy } = traced;
  const lines = [`${formatReference(image)}: ${traceTitle(traced)}`, ''];
  for (const sentence of explanation) lines.push(`  ${sentence}`);
  if (endpoints.length > 0) lines.push('', t('Asked in this order:'));
  const column = Math.max(0, ...endpoints.map(({ result }) => columnsOf(t(resultWords[result]))));
  const first = Math.max(...Object.values(placeWords).map((word) => columnsOf(t(word))));
  for (const [index, { reference, from, result, insecure }] of endpoints.entries()) {
    const place = `  ${index + 1}. ${padded(t(placeWords[from]), first)}  ${padded(t(resultWords[result]), column)}  ${formatReference(reference)}`;
    lines.push(
      place,
      ...(insecure ? [`       ${t('insecure: plain HTTP is allowed, and no certificate is checked')}`] : []),
    );
  }
  if (rules.length + unrelated > 0) lines.push('', t('Rules:'));
  for (const { file, line, kind, source, matched, reason } of rules) {
    const place = line === undefined ? file : `${file}:${line}`;
    lines.push(
      `  ${padded(matched ? t('yes') : t('no'), 3)}  ${place}  ${kind} ${source}`,
      `       ${reason}`,
    );
  }
  if (unrelated > 0) lines.push(`  ${unrelatedWords(unrelated, rules.length > 0)}`);
  if (remedy !== undefined)
    lines.push(
      '',
      t('This would send it to {0}:', inRow(remedy.mirrors)),
      '',
      ...remedy.yaml.trimEnd().split('\n'),
    );
  return `${lines.map(printable).join('\n')}\n`;
}

/** @param others whether there are rules for this one */
function unrelatedWords(count: number, others: boolean): string {
  if (others)
    return count === 1 ? t('1 other rule for other images') : t('{0} other rules for other images', count);
  return count === 1 ? t('1 rule for other images') : t('{0} rules for other images', count);
}

const placeWords: Readonly<Record<TracedEndpoint['from'], Sentence>> = {
  mirror: sentence('mirror'),
  source: sentence('source'),
};

const resultWords: Readonly<Record<TracedEndpoint['result'], Sentence>> = {
  untested: sentence('untested'),
  found: sentence('found'),
  missing: sentence('missing'),
  unreachable: sentence('unreachable'),
  unauthorized: sentence('unauthorized'),
  blocked: sentence('blocked'),
};
