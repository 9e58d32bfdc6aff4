import { join } from 'node:path';
import { t } from '../../base/sentences.ts';
import { paragraph, printable, printableJson } from '../../base/words.ts';
import type { Manifests } from '../../mirror/manifests/manifestFiles.ts';
import { applyCommand } from '../../mirror/manifests/reportText.ts';
import type { WrittenFile } from '../manifestFolder.ts';

/** What became of each file, what applying them does, and how that is done. */
export function manifestsLines(folder: string, written: readonly WrittenFile[], found: Manifests): string {
  const lines = written.map((file) => fileLine(join(folder, file.name), file.result));
  return `${lines.map((line) => `${printable(line)}\n`).join('')}${applyLines(folder, found)}`;
}

/** What applying the files in a folder does, and how that is done; empty where there is nothing to apply. */
export function applyLines(folder: string, { forecast, sets, offers }: Manifests): string {
  const lines: string[] = [];
  if (forecast !== undefined) {
    const [answer = '', ...more] = forecast.explanation;
    lines.push('', answer, ...more.map((sentence) => `  ${sentence}`));
  }
  const steps = [sets, offers].filter((names) => names.length > 0);
  if (steps.length > 0) lines.push('', t('Next, in this order:'));
  for (const names of steps) lines.push(`  ${applyCommand(names.map((name) => join(folder, name)))}`);
  return lines.map((line) => `${printable(line)}\n`).join('');
}

function fileLine(path: string, result: WrittenFile['result']): string {
  switch (result) {
    case 'written':
      return t('written    {0}', path);
    case 'unchanged':
      return t('unchanged  {0}', path);
    case 'removed':
      return t('removed    {0}', path);
    case 'left':
      return t('left alone {0}: it is not as a run has written it; move it away to get it anew', path);
  }
}

/** The same as `manifests --format json` gives it: users' scripts depend on every name here. */
export function manifestsJson(
  folder: string,
  written: readonly WrittenFile[],
  { forecast, sets, offers, lost }: Manifests,
): string {
  const found = {
    manifests: folder,
    files: written.map(({ name, result }) => ({ path: join(folder, name), result })),
    apply: [...sets, ...offers].map((name) => join(folder, name)),
    notRedirected: lost.map(({ image, destination, problem }) => ({ image, destination, reason: problem })),
    forecast:
      forecast === undefined
        ? null
        : { effect: forecast.effect, explanation: paragraph(forecast.explanation) },
  };
  return `${printableJson(found, 2)}\n`;
}
