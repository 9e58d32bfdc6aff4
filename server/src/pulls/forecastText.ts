import { columnsOf, padded } from '../base/columns.ts';
import { type Sentence, sentence, t } from '../base/sentences.ts';
import { printable } from '../base/words.ts';
import type { RegistryChange } from './drain.ts';
import type { Forecast } from './forecastTypes.ts';

/** A forecast for people: the answer, the sets, the registries that change, and the registries.conf. */
export function forecastText({ effect, explanation, sets, changes, registriesConf }: Forecast): string {
  const [answer = '', ...more] = explanation;
  const lines = [answer, ...more.map((sentence) => `  ${sentence}`), '', t('Mirror sets:')];
  const column = Math.max(9, ...sets.map(({ change }) => columnsOf(t(setWords[change]))));
  for (const { change, kind, name, path, by } of sets)
    lines.push(
      `  ${padded(t(setWords[change]), column)}  ${kind} ${name}  ${path}${by === undefined ? '' : `  ${t('by {0}', by)}`}`,
    );
  if (changes.length > 0) lines.push('', t('Registries:'));
  for (const change of changes) lines.push(...changeLines(change));
  lines.push(
    '',
    effect === 'stopped'
      ? t('The registries.conf that nodes would have:')
      : t('The registries.conf that nodes have then:'),
    '',
  );
  return `${lines.map(printable).join('\n')}\n${registriesConf}`;
}

function changeLines({
  source,
  change,
  mirrorsAdded,
  mirrorsRemoved,
  blocked,
  drains,
}: RegistryChange): string[] {
  const pulls = { digest: t('by digest'), tag: t('by tag'), all: t('all pulls') } as const;
  return [
    `  ${padded(t(registryWords[change]), 9)}  ${source}${drains === undefined ? '' : `  ${t('(drains)')}`}`,
    ...mirrorsAdded.map(({ location, pulls: by }) => `             + ${location}  ${pulls[by]}`),
    ...mirrorsRemoved.map(({ location, pulls: by }) => `             - ${location}  ${pulls[by]}`),
    ...(blocked === undefined ? [] : [`             ${blocked ? t('blocked') : t('blocked no more')}`]),
  ];
}

/** The forecast with the paths that people know the files by. */
export function withPaths(result: Forecast, show: (path: string) => string): Forecast {
  const paths = new Set([
    ...[...result.problems, ...result.sets, ...result.undecided].map(({ path }) => path),
  ]);
  paths.delete('');
  return {
    ...result,
    sets: result.sets.map(({ by, ...set }) => ({
      ...set,
      path: show(set.path),
      ...(by === undefined ? {} : { by: show(by) }),
    })),
    problems: result.problems.map((problem) => ({ ...problem, path: show(problem.path) })),
    undecided: result.undecided.map((one) => ({ ...one, path: show(one.path) })),
    explanation: result.explanation.map((sentence) =>
      [...paths].reduce((text, path) => text.replace(path, () => show(path)), sentence),
    ),
  };
}

const setWords: Readonly<Record<Forecast['sets'][number]['change'], Sentence>> = {
  added: sentence('added'),
  replaced: sentence('replaced'),
  unchanged: sentence('unchanged'),
  refused: sentence('refused'),
  stays: sentence('stays'),
  overwritten: sentence('overwritten'),
};

const registryWords: Readonly<Record<RegistryChange['change'], Sentence>> = {
  added: sentence('added'),
  removed: sentence('removed'),
  changed: sentence('changed'),
};
