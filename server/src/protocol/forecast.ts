import type { NamedFile } from './files.ts';

/** The mirror sets of a file’s folder and below it, on top of what is on the cluster. */
export interface ForecastQuestion {
  readonly uri: string;
  /** A saved `oc get … -o yaml`, or a node’s registries.conf; left out for a cluster of which nothing is known. */
  readonly current?: { readonly path: string; readonly text: string };
}

/** What a page about a forecast shows, and what `forecast --format json` prints. Null stands for a folder without sets. */
export interface ForecastAnswer {
  readonly effect: 'none' | 'reload' | 'drain' | 'reboot' | 'stopped';
  /** What happens to the nodes, in whole sentences, the answer first. */
  readonly sentences: readonly string[];
  readonly sets: readonly {
    readonly kind: string;
    readonly name: string;
    readonly file: string;
    readonly change: string;
  }[];
  readonly changes: readonly ForecastChange[];
  readonly registriesConf: string;
}

/** What happens to one table of the nodes' registries.conf. */
export interface ForecastChange {
  readonly source: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly mirrorsAdded: readonly ForecastMirror[];
  readonly mirrorsRemoved: readonly ForecastMirror[];
  readonly blocked?: boolean;
  /** Why nodes drain for it; left out where they do not. */
  readonly reason?: string;
}

export interface ForecastMirror {
  readonly location: string;
  readonly pulls: 'digest' | 'tag' | 'all';
}

/** A forecast as the server answers it: with the files that its sentences name. */
export interface ForecastPage extends ForecastAnswer {
  readonly files: readonly NamedFile[];
}
