import { t } from '../base/sentences.ts';
import { inRow } from '../base/words.ts';
import type { NamesThatDiffer, PackageDifference } from './difference.ts';

/**
 * What is another one in a package, a line for each: what matters most comes first.
 * @param mostNames how many names a line has; of more it says how many there are
 */
export function differenceLines(
  { defaultChannel, channels, bundles, heads, deprecated }: PackageDifference,
  mostNames = Number.POSITIVE_INFINITY,
): string[] {
  const all = (names: readonly string[]) => {
    const shown = inRow(names.slice(0, mostNames));
    return names.length <= mostNames ? shown : t('{0} and {1} more', shown, names.length - mostNames);
  };
  return [
    ...(defaultChannel === undefined
      ? []
      : [t('default channel: {0}, was {1}', defaultChannel[1] || t('none'), defaultChannel[0] || t('none'))]),
    ...heads.map(({ channel, head: [before, after] }) =>
      t('head of {0}: {1}, was {2}', channel, after ?? t('none'), before ?? t('none')),
    ),
    ...namesText(channels, all, {
      added: (names) => t('new channels: {0}', names),
      removed: (names) => t('channels that are gone: {0}', names),
      changed: (names) => t('channels with other versions: {0}', names),
    }),
    ...namesText(bundles, all, {
      added: (names) => t('new versions: {0}', names),
      removed: (names) => t('versions that are gone: {0}', names),
      changed: (names) => t('versions with other images: {0}', names),
    }),
    ...(deprecated.length === 0 ? [] : [t('now deprecated: {0}', all(deprecated))]),
  ];
}

function namesText(
  names: NamesThatDiffer,
  all: (names: readonly string[]) => string,
  say: Readonly<Record<keyof NamesThatDiffer, (names: string) => string>>,
): string[] {
  return (['added', 'removed', 'changed'] as const).flatMap((kind) =>
    names[kind].length === 0 ? [] : [say[kind](all(names[kind]))],
  );
}
