import type { Forecast } from './forecastTypes.ts';

/** The sets of a forecast as the command line and the protocol have them. */
export function setsJson({ sets }: Pick<Forecast, 'sets'>) {
  return sets.map(({ kind, name, path, change, by }) => ({
    kind,
    name,
    file: path,
    change,
    ...(by === undefined ? {} : { by }),
  }));
}

/** The registries that change, without whether nodes drain for them, of which `drains` has the reason. */
export function changesJson({ changes }: Pick<Forecast, 'changes'>) {
  return changes.map(({ source, change, mirrorsAdded, mirrorsRemoved, blocked, drains }) => ({
    source,
    change,
    mirrorsAdded,
    mirrorsRemoved,
    ...(blocked === undefined ? {} : { blocked }),
    ...(drains === undefined ? {} : { reason: drains }),
  }));
}
