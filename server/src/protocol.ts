/**
 * What the VS Code client and the language server say to each other beyond LSP itself. Types and names only:
 * both bundles import this file, and nothing here runs.
 */

/** What this calls itself, in every language. */
export const productName = 'Operator Mirror';

/** The section of settings that clients send, and the namespace of everything below. */
export const settingsSection = 'operatorMirror';

/** The language of mapping.txt, contributed by the manifest. */
export const mappingLanguage = 'oc-mapping';

/** Commands that the client registers. Titles are in the manifest, which a test compares with this list. */
export const commands = {
  copyMapping: 'operatorMirror.copyMapping',
  logIn: 'operatorMirror.logIn',
  explainClipboard: 'operatorMirror.explainClipboard',
  traceImagePull: 'operatorMirror.traceImagePull',
  forecast: 'operatorMirror.forecast',
  /** From elsewhere with one argument, `{ catalog, package, version? }`. */
  openOperator: 'operatorMirror.openOperator',
  /** From elsewhere with one argument, `{ before, after? }`, or `{ catalog }` for the older one. */
  compareCatalogs: 'operatorMirror.compareCatalogs',
  showLog: 'operatorMirror.showLog',
  restartServer: 'operatorMirror.restartServer',
  addCatalog: 'operatorMirror.addCatalog',
  removeCatalog: 'operatorMirror.removeCatalog',
  refreshCatalogs: 'operatorMirror.refreshCatalogs',
  stopCatalog: 'operatorMirror.stopCatalog',
  searchCatalogs: 'operatorMirror.searchCatalogs',
  filterCatalogs: 'operatorMirror.filterCatalogs',
  clearCatalogFilter: 'operatorMirror.clearCatalogFilter',
  copyCatalogName: 'operatorMirror.copyCatalogName',
  showImage: 'operatorMirror.showImage',
  showOperator: 'operatorMirror.showOperator',
  addNeeded: 'operatorMirror.addNeeded',
  openNamingFile: 'operatorMirror.openNamingFile',
  toggleChoice: 'operatorMirror.toggleChoice',
  clearChoice: 'operatorMirror.clearChoice',
  askSizes: 'operatorMirror.askSizes',
  createImageSet: 'operatorMirror.createImageSet',
  addToImageSet: 'operatorMirror.addToImageSet',
} as const;

/** The views that the manifest contributes. */
export const views = { catalogs: 'operatorMirror.catalogs' } as const;

/** The context key that is true while the view of catalogs shows only some packages. */
export const catalogsFilteredContext = 'operatorMirror.catalogsFiltered';

/**
 * Commands that the server runs itself; clients send them with `workspace/executeCommand` and the document's URI,
 * `fixAllInFolder` with that of a folder or of a file in it, `showBundles` with a position in the document too. Code lenses name
 * them, and the client offers them in its palette.
 */
export const serverCommands = {
  pinAll: 'operatorMirror.pinAll',
  verifyDestinations: 'operatorMirror.verifyDestinations',
  fixAllInFolder: 'operatorMirror.fixAllInFolder',
  showBundles: 'operatorMirror.showBundles',
} as const;

/** What the VS Code client registers itself: it can be run before there is a server. */
export const clientCommands: readonly string[] = [
  ...Object.values(commands),
  serverCommands.fixAllInFolder,
  serverCommands.showBundles,
];

/** The types of the pages that the client shows, under which VS Code opens them again. */
export const pages = {
  trace: 'operatorMirror.trace',
  forecast: 'operatorMirror.forecast',
  operator: 'operatorMirror.operator',
  comparison: 'operatorMirror.comparison',
} as const;

/** The context key that is true once a window has met a document of ours; menus ask for it. */
export const inUseContext = 'operatorMirror.inUse';

/** The task type that runs the command line. */
export const taskType = 'operatorMirror';

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
}

/** A catalog that is meant, as a `CatalogRow` calls it. */
export interface CatalogQuestion {
  readonly catalog: string;
}

/** A catalog of the view. */
export interface CatalogRow {
  /** What opens it: `docker://IMAGE`, `oci://DIR`, `file://…`, a folder or a file. */
  readonly catalog: string;
  /** Its last part, with the tag. */
  readonly label: string;
  /** Where it is: a registry and a namespace, or a folder. */
  readonly where: string;
  /** Files that name it, with the line, zero-based. */
  readonly namedIn: readonly (NamedFile & { readonly line: number })[];
  /** As somebody has added it; left out where only files name it. */
  readonly added?: string;
  readonly state: CatalogContent['state'] | 'closed';
}

/** What is known of the content of a catalog now. */
export type CatalogContent =
  | {
      readonly state: 'opening';
      /** Bytes of the image, as far as they are known. */
      readonly progress?: { readonly read: number; readonly of: number };
      /** Those that are seen so far: of these only the name is known. */
      readonly packages: readonly PackageRow[];
    }
  | { readonly state: 'open'; readonly packages: readonly PackageRow[] }
  | {
      readonly state: 'failed';
      readonly reason: string;
      /** What would help: to trust the workspace, to turn the network on, to log in, or to ask again. */
      readonly help: 'trust' | 'network' | 'login' | 'again';
    };

export interface PackageRow {
  readonly name: string;
  /** For people; empty where it has none. */
  readonly title: string;
  /** Of the head of the default channel. */
  readonly version: string;
  /** A few words each: by tag, deprecated, needs others. */
  readonly badges: readonly string[];
  /** A `data:` address of a picture that was looked at. Show it as a picture and nothing else. */
  readonly icon?: string;
}

export interface ChannelRow {
  readonly name: string;
  readonly isDefault: boolean;
  /** The version of its head; empty where it has none. */
  readonly head: string;
  readonly badges: readonly string[];
  readonly isChosen: boolean;
  /** The newest first. */
  readonly versions: readonly VersionRow[];
}

export interface VersionRow {
  /** Its name. */
  readonly bundle: string;
  /** Empty where the bundle has none, so that it cannot be chosen by itself. */
  readonly version: string;
  readonly isHead: boolean;
  readonly badges: readonly string[];
  readonly isChosen: boolean;
}

export interface ImageRow {
  readonly reference: string;
  /** What the bundle calls it; empty where it has no name. */
  readonly name: string;
  readonly isByTag: boolean;
}

/** A part of a catalog, by names; `image` alone is any image. */
export interface CatalogPlace {
  readonly package?: string;
  readonly channel?: string;
  readonly bundle?: string;
  readonly image?: string;
}

/** A package without its picture, which its row in `CatalogContent` has. */
export interface FoundPackage extends Omit<PackageRow, 'icon'> {
  readonly catalog: string;
}

/** What is chosen of a package, as an ImageSetConfiguration says it. */
export interface ChosenPackage {
  readonly name: string;
  readonly defaultChannel?: string | undefined;
  readonly channels?:
    | readonly {
        readonly name: string;
        readonly minVersion?: string | undefined;
        readonly maxVersion?: string | undefined;
      }[]
    | undefined;
}

/** What is chosen of a catalog. */
export interface ChosenFrom {
  readonly catalog: string;
  /** The image that stands for a catalog in a folder or a file, which an ImageSetConfiguration cannot name. */
  readonly as?: string;
  readonly packages: readonly ChosenPackage[];
}

/** What a choice comes to. */
export interface ChosenSum {
  /** In a few words: bundles, images, bytes. */
  readonly words: string;
  /** Images of which nobody has said how large they are. */
  readonly unknownSizes: number;
  readonly problems: readonly ChosenProblem[];
  /** Catalogs that have no name in an ImageSetConfiguration, and no image that stands for them. */
  readonly nameless: readonly string[];
}

export interface ChosenProblem {
  readonly catalog: string;
  readonly message: string;
  readonly severity: 'error' | 'warning';
  readonly package?: string;
  /** Packages of which one would help. */
  readonly add: readonly string[];
}

/** Changes of a text; zero-based, as LSP counts. */
export interface ImageSetEdits {
  readonly edits: readonly {
    readonly range: {
      readonly start: { readonly line: number; readonly character: number };
      readonly end: { readonly line: number; readonly character: number };
    };
    readonly newText: string;
  }[];
  /** What the file has already, and what keeps it as it is: whole sentences. */
  readonly notes: readonly string[];
}

/** Zero-based, in UTF-16 units. */
export interface DocumentPosition {
  readonly line: number;
  readonly character: number;
}

export interface ExplainLogQuestion {
  readonly text: string;
}

/** A login that the editor keeps in its own secret storage; no file holds it. */
export interface EditorCredential {
  /** `HOST[:PORT]`. */
  readonly registry: string;
  readonly username: string;
  readonly password: string;
}

export interface LoginAnswer {
  /** The registry as it is to be kept: without a scheme, and Docker Hub by its own name. */
  readonly registry: string;
  /** False when the registry lets everybody in, so that nobody has checked the password. */
  readonly asked: boolean;
}

/** A file that an answer's sentences name by `path`, possibly with `:LINE` behind it; `uri` opens it. */
export interface NamedFile {
  readonly path: string;
  readonly uri: string;
}

/**
 * The image at a place of a document by the name under which nodes pull it, else the one that a text names: a reference
 * with its registry, or an event.
 */
export interface ImageQuestion {
  readonly uri?: string;
  readonly position?: DocumentPosition;
  readonly text?: string;
}

/** The image at a place of a document, or the one that a text names: a reference, or an event that somebody pasted. */
export interface TraceQuestion extends ImageQuestion {
  /** True to ask the places whether they have the image, where the network may be used. */
  readonly ask?: boolean;
}

/** An entry of an ImageSetConfiguration, or one of its packages, by a place in it. */
export interface SelectionQuestion {
  readonly uri: string;
  readonly position: DocumentPosition;
  /** True to ask registries how large the images are. */
  readonly ask?: boolean;
}

/** What a page about a trace shows. Null stands for a place or a text without an image of a registry. */
export interface TraceAnswer {
  readonly image: string;
  readonly verdict: 'mirror' | 'source' | 'blocked' | 'unreachable';
  /** The answer in a few words. */
  readonly headline: string;
  /** Why, in whole sentences. */
  readonly sentences: readonly string[];
  /** In the order in which a node asks them. */
  readonly places: readonly TracedPlace[];
  readonly rules: readonly TracedRuleAnswer[];
  /** How many rules are for other images. */
  readonly unrelated: number;
  readonly manifest?: SuggestedManifest;
  /** False where nobody may be asked: in an untrusted workspace, and while the network is off. */
  readonly mayAsk: boolean;
  readonly files: readonly NamedFile[];
}

/** A place that a node asks for an image, with what it answered to us, if it was asked. */
export interface TracedPlace {
  readonly image: string;
  readonly from: 'mirror' | 'source';
  readonly result: 'untested' | 'found' | 'missing' | 'unreachable' | 'unauthorized' | 'blocked';
  /** Why it is not known although the place was asked. */
  readonly reason?: string;
  /** True where nodes may use plain HTTP and check no certificate. */
  readonly insecure?: true;
}

/** A rule that decides, or that could have been meant for the image. */
export interface TracedRuleAnswer {
  /** As in `files`. */
  readonly path: string;
  /** One-based. */
  readonly line?: number;
  readonly kind: string;
  readonly source: string;
  readonly matched: boolean;
  readonly reason: string;
}

/** A file for `oc apply` that would help. */
export interface SuggestedManifest {
  readonly kind: string;
  /** How to call it. */
  readonly fileName: string;
  readonly mirrors: readonly string[];
  readonly text: string;
}

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

/** A package of a catalog. */
export interface OperatorQuestion {
  /** An image, `oci://DIR`, or the absolute path of a folder or a file. */
  readonly catalog: string;
  readonly package: string;
  /** The version, or the name of its bundle; left out for the head of the default channel. */
  readonly version?: string;
  /** Whose upgrade graph; left out for the default channel, or one that has the version. */
  readonly channel?: string;
}

/** What a page about an operator shows. All texts are whatever its catalog says: anybody's words. */
export interface OperatorAnswer {
  readonly catalog: string;
  readonly package: string;
  readonly displayName: string;
  readonly provider: string;
  /** A `data:` address of a picture that was looked at. Show it as a picture and nothing else. */
  readonly icon?: string;
  /** One sentence. */
  readonly summary: string;
  /** Markdown. */
  readonly description: string;
  /** The version that is shown, and the name of its bundle; both empty where there is none. */
  readonly version: string;
  readonly bundle: string;
  /** All of them, the newest first. */
  readonly versions: readonly { readonly version: string; readonly bundle: string }[];
  /** What whoever installs it ought to know first, in whole sentences: deprecations, and what is wrong with the package. */
  readonly warnings: readonly string[];
  /** Which clusters it is for, in whole sentences. */
  readonly requirements: readonly string[];
  /** One to five of the Operator Framework's levels, with its name; left out where the catalog does not say. */
  readonly capability?: { readonly level: number; readonly name: string };
  readonly installModes: readonly string[];
  readonly categories: readonly string[];
  readonly keywords: readonly string[];
  readonly links: readonly { readonly name: string; readonly url: string }[];
  readonly maintainers: readonly { readonly name: string; readonly email: string }[];
  readonly channels: readonly OperatorChannel[];
  /** Of one channel; left out where there is no channel. */
  readonly graph?: UpgradeGraphAnswer;
  readonly dependencies: readonly OperatorDependency[];
  readonly provides: readonly { readonly kind: string; readonly group: string; readonly version: string }[];
  readonly images: readonly OperatorImage[];
}

export interface OperatorChannel {
  readonly name: string;
  readonly isDefault: boolean;
  /** The version of its head, or its name; empty where it has none. */
  readonly head: string;
  readonly versions: number;
  /** Why it is deprecated; left out where it is not. */
  readonly deprecated?: string;
}

export interface OperatorDependency {
  /** What is needed, in words. */
  readonly needs: string;
  /** Who provides it, in a sentence. */
  readonly provided: string;
  /** Packages of the catalog; none where it has none. */
  readonly providers: readonly string[];
}

export interface OperatorImage {
  readonly image: string;
  /** What it is, in a word or two; empty where nothing says. */
  readonly name: string;
  readonly pinned: boolean;
}

/** The upgrade graph of a channel: a version in each row, what upgrades above what it upgrades. Rows are named by number. */
export interface UpgradeGraphAnswer {
  readonly channel: string;
  /** What it looks like, in whole sentences. */
  readonly sentences: readonly string[];
  readonly rows: readonly UpgradeGraphRow[];
}

export interface UpgradeGraphRow {
  /** Of the bundle. */
  readonly name: string;
  readonly label: string;
  /** `missing`: another version replaces or skips it, and the channel does not have it. */
  readonly state: 'head' | 'plain' | 'stranded' | 'missing';
  /** Why it is deprecated; left out where it is not. */
  readonly deprecated?: string;
  /** The row that it replaces; −1 for none. */
  readonly replaces: number;
  /** First and last of the rows that it skips. */
  readonly skips: readonly (readonly [number, number])[];
  readonly skipRange: string;
  /** First and last of the rows in its skipRange. */
  readonly inRange: readonly (readonly [number, number])[];
  /** All of this in words. */
  readonly spoken: string;
}

/** Two versions in a channel, by the names of their bundles, in either order. */
export interface UpgradePathQuestion {
  readonly catalog: string;
  readonly package: string;
  readonly channel: string;
  readonly versions: readonly [string, string];
}

export interface UpgradePathAnswer {
  /** From which bundle to which, and why; none where no path leads there in the channel. */
  readonly steps: readonly {
    readonly from: string;
    readonly to: string;
    readonly by: 'replaces' | 'skips' | 'skipRange';
  }[];
  /** The answer, in a sentence. */
  readonly headline: string;
  /** Each step, or what helps, in a sentence. */
  readonly sentences: readonly string[];
}

/** Two catalogs, as those of `OperatorQuestion`. */
export interface ComparisonQuestion {
  readonly before: string;
  readonly after: string;
}

/** What a page about two catalogs shows. Names are whatever the catalogs say. */
export interface CatalogComparison extends ComparisonQuestion {
  /** The answer, in a sentence. */
  readonly headline: string;
  readonly added: readonly ComparedPackage[];
  readonly removed: readonly ComparedPackage[];
  readonly changed: readonly ChangedPackage[];
  /** How many packages are the same in both. */
  readonly same: number;
}

export interface ComparedPackage {
  readonly name: string;
  readonly displayName: string;
  /** Of the head of the default channel. */
  readonly version: string;
}

export interface ChangedPackage extends ComparedPackage {
  /** The version before, where it was another one. */
  readonly versionBefore?: string;
  /** The default channels before and after, where it moved. */
  readonly defaultChannel?: readonly [string, string];
  /** What is deprecated now and was not. */
  readonly deprecated: readonly string[];
  /** All that is another one, a line for each. */
  readonly lines: readonly string[];
}

/** The logins that an editor keeps, for a process that it starts: JSON in this variable, which the process removes. */
export const credentialsVariable = 'OPERATOR_MIRROR_CREDENTIALS';

/** The mapping.txt that was copied, of which it is worth saying now what is not at its destination. */
export interface ImagesWritten {
  readonly uri: string;
}

export interface ServerStatus {
  /** One of: everything is fine; offline by setting or for lack of trust; something needs the user. */
  readonly state: 'ready' | 'offline' | 'warning';
  /** A few words, such as `12 files`. */
  readonly text: string;
  /** A sentence with the reason and the next step; empty when there is nothing to say. */
  readonly detail: string;
}
