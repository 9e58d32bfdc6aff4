import type {
  CatalogContent,
  CatalogPlace,
  CatalogQuestion,
  CatalogRow,
  ChannelRow,
  FoundPackage,
  ImageRow,
} from './catalogs.ts';
import type { ChosenFrom, ChosenPackage, ChosenSum, ImageSetEdits, SelectionQuestion } from './choice.ts';
import type { CatalogComparison, ComparisonQuestion } from './comparison.ts';
import type {
  DocumentPosition,
  ExplainLogQuestion,
  FilesQuestion,
  ImageQuestion,
  ImagesWritten,
} from './files.ts';
import type { ForecastPage, ForecastQuestion } from './forecast.ts';
import type { EditorCredential, LoginAnswer } from './logins.ts';
import type { serverCommands } from './names.ts';
import type { OperatorAnswer, OperatorQuestion, UpgradePathAnswer, UpgradePathQuestion } from './operator.ts';
import type { RegistryAnswer, RegistryRow } from './registries.ts';
import type { CommandLine, MirrorRunRow, RunNews, RunPart, RunQuestion } from './runs.ts';
import type { ServerStatus } from './status.ts';
import type { TraceAnswer, TraceQuestion } from './trace.ts';

/**
 * `initializationOptions`: the settings themselves (the shape of section `operatorMirror`) and what only an
 * editor knows. A client without a notion of trust leaves `workspaceTrusted` out and is trusted.
 */
export interface InitializationOptions {
  readonly workspaceTrusted?: boolean;
  /** Where facts may be kept between sessions; without it `operator-mirror/` under the user's cache folder. */
  readonly storagePath?: string;
  /**
   * What of `commands` and `serverCommands` the client registers itself: of its own, code lenses may name them; those of
   * the server's are not announced to it, because it sends them on.
   */
  readonly clientCommands?: readonly string[];
  readonly [setting: string]: unknown;
}

/**
 * What a client asks, each with its parameters and its result. `lsp/peer.ts` answers them and `Server.request` of the client
 * asks them, both typed from here. What comes in may be anything all the same: other clients speak this protocol too.
 */
export interface Requests {
  /** What does this text mean? Markdown, or null for no log. */
  readonly 'operatorMirror/explainLog': {
    readonly params: ExplainLogQuestion;
    readonly result: string | null;
  };
  /** Which image is meant? Its reference, or null for none. */
  readonly 'operatorMirror/namedImage': {
    readonly params: ImageQuestion;
    readonly result: string | null;
  };
  /** Where do nodes pull this image from? Null where there is none. */
  readonly 'operatorMirror/trace': {
    readonly params: TraceQuestion;
    readonly result: TraceAnswer | null;
  };
  /** What does an ImageSetConfiguration select at a place? Markdown, or null where nothing selects from a catalog. */
  readonly 'operatorMirror/selectedBundles': {
    readonly params: SelectionQuestion;
    readonly result: string | null;
  };
  /** Which files of the workspace can be used for this? Their URIs, sorted by their paths. */
  readonly 'operatorMirror/filesFor': {
    readonly params: FilesQuestion;
    readonly result: readonly string[];
  };
  /** Which registries do files of the workspace mirror to? Places as the command line takes them, the most named first. */
  readonly 'operatorMirror/mirrorPlaces': {
    readonly params: Readonly<Record<string, never>>;
    readonly result: readonly string[];
  };
  /** What is wrong with this text as the place that a mirror run fills? Null for nothing. */
  readonly 'operatorMirror/placeProblem': {
    readonly params: { readonly text: string };
    readonly result: string | null;
  };
  /** What does applying these mirror sets do? Null where there are none. */
  readonly 'operatorMirror/forecast': {
    readonly params: ForecastQuestion;
    readonly result: ForecastPage | null;
  };
  /** What does a catalog say of an operator? */
  readonly 'operatorMirror/operator': {
    readonly params: OperatorQuestion;
    readonly result: OperatorAnswer;
  };
  /** How does one version of an operator become another? */
  readonly 'operatorMirror/upgradePath': {
    readonly params: UpgradePathQuestion;
    readonly result: UpgradePathAnswer;
  };
  /** What differs between two catalogs? */
  readonly 'operatorMirror/compareCatalogs': {
    readonly params: ComparisonQuestion;
    readonly result: CatalogComparison;
  };
  /** Does this registry accept this login? */
  readonly 'operatorMirror/checkLogin': {
    readonly params: EditorCredential;
    readonly result: LoginAnswer;
  };
  /** Which registries do files of the workspace name? Those that images are brought to first. */
  readonly 'operatorMirror/registries': {
    readonly params: Readonly<Record<string, never>>;
    readonly result: readonly RegistryRow[];
  };
  /** Does this registry answer, and does it take the login that is kept for it? */
  readonly 'operatorMirror/askRegistry': {
    readonly params: { readonly host: string };
    readonly result: RegistryAnswer;
  };
  /** Which catalogs are there: those that files name, and those that somebody has added. */
  readonly 'operatorMirror/catalogs': {
    readonly params: { readonly added: readonly string[] };
    readonly result: readonly CatalogRow[];
  };
  /** What is in a catalog? The first question opens it; `again` asks for what may have moved, `stop` ends an opening. */
  readonly 'operatorMirror/catalogContent': {
    readonly params: CatalogQuestion & { readonly do?: 'again' | 'stop' };
    readonly result: CatalogContent;
  };
  /** The channels of a package with their versions; null for one that the catalog does not have. */
  readonly 'operatorMirror/catalogChannels': {
    readonly params: CatalogQuestion & { readonly package: string; readonly chosen?: ChosenPackage };
    readonly result: readonly ChannelRow[] | null;
  };
  /** The images of a bundle. */
  readonly 'operatorMirror/catalogImages': {
    readonly params: CatalogQuestion & { readonly package: string; readonly bundle: string };
    readonly result: readonly ImageRow[];
  };
  /** Markdown about a package, a channel, a bundle or an image; null where there is nothing to say. */
  readonly 'operatorMirror/catalogTooltip': {
    readonly params: CatalogQuestion & CatalogPlace;
    readonly result: string | null;
  };
  /** The packages of open catalogs in which all words stand, the best first. */
  readonly 'operatorMirror/searchCatalogs': {
    readonly params: { readonly query: string; readonly catalogs: readonly string[] };
    readonly result: readonly FoundPackage[];
  };
  /** What is chosen of a package after somebody has ticked a box, or taken a tick away; null for nothing any more. */
  readonly 'operatorMirror/choose': {
    readonly params: CatalogQuestion & {
      readonly package: string;
      readonly channel?: string;
      readonly bundle?: string;
      readonly on: boolean;
      readonly before?: ChosenPackage;
    };
    readonly result: ChosenPackage | null;
  };
  /** What all that is chosen comes to, and what is wrong with it. `ask` asks registries for sizes that are not known. */
  readonly 'operatorMirror/chosen': {
    readonly params: { readonly chosen: readonly ChosenFrom[]; readonly ask?: boolean };
    readonly result: ChosenSum;
  };
  /** The text of an ImageSetConfiguration for what is chosen. */
  readonly 'operatorMirror/imageSetText': {
    readonly params: { readonly chosen: readonly ChosenFrom[] };
    readonly result: string;
  };
  /** How a file that is open gets what is chosen; null where it is no ImageSetConfiguration that can be added to. */
  readonly 'operatorMirror/imageSetEdits': {
    readonly params: { readonly uri: string; readonly chosen: readonly ChosenFrom[] };
    readonly result: ImageSetEdits | null;
  };
  /**
   * The mirror runs of the workspace, the newest first. `others` are places outside of it that its runs went to; `search` looks
   * anew for places in it.
   */
  readonly 'operatorMirror/runs': {
    readonly params: { readonly others: readonly string[]; readonly search?: boolean };
    readonly result: readonly MirrorRunRow[];
  };
  /** What is below a run, or below a line of it: the lines behind the first `from` ones. */
  readonly 'operatorMirror/runParts': {
    readonly params: RunQuestion & { readonly path: readonly string[]; readonly from: number };
    readonly result: readonly RunPart[];
  };
  /**
   * The command line that a run was started with, as it can be run again; null where nobody knows. With `only` it is held to some of the
   * images that failed.
   */
  readonly 'operatorMirror/runCommand': {
    readonly params: RunQuestion & { readonly only?: readonly string[] };
    readonly result: CommandLine | null;
  };
  /** What holds the files that a run is to be verified by, as the command line that does it; null where they are not here. */
  readonly 'operatorMirror/verifyCommand': {
    readonly params: RunQuestion;
    readonly result: CommandLine | null;
  };
  /** Which folders may hold what this command keeps? */
  readonly 'operatorMirror/runBases': {
    readonly params: CommandLine;
    readonly result: readonly string[];
  };
  /** LSP's own: one of `serverCommands`, with the URI of a document or a folder. */
  readonly 'workspace/executeCommand': {
    readonly params: {
      readonly command: (typeof serverCommands)[keyof typeof serverCommands];
      readonly arguments: readonly [uri: string, position?: DocumentPosition];
    };
    readonly result: unknown;
  };
}

/** What a client tells the server, with its parameters. */
export interface ClientNotifications {
  /** The user trusts the workspace now; network and credentials may be used. */
  readonly 'operatorMirror/trustGranted': undefined;
  /** All logins that the editor keeps, whenever they change. Sent only by trusted windows. */
  readonly 'operatorMirror/credentials': readonly EditorCredential[];
  /** Whether somebody sees the mirror runs: then they are looked at again and again. */
  readonly 'operatorMirror/runsShown': { readonly shown: boolean };
  /** A copy has ended, so places that lacked images may have them now. */
  readonly 'operatorMirror/imagesWritten': ImagesWritten;
}

/** What the server tells a client, with its parameters. */
export interface ServerNotifications {
  /** What the language status item shows. */
  readonly 'operatorMirror/status': ServerStatus;
  /** Files name other catalogs than before, or are read with other settings. */
  readonly 'operatorMirror/catalogsChanged': undefined;
  /** More is known of a catalog that somebody asked for. */
  readonly 'operatorMirror/catalogNews': CatalogQuestion;
  /** Mirror runs are not what they were; once somebody has asked for them. */
  readonly 'operatorMirror/runNews': RunNews;
}
