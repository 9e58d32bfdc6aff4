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
  showLog: 'operatorMirror.showLog',
  restartServer: 'operatorMirror.restartServer',
} as const;

/**
 * Commands that the server runs itself; clients send them with `workspace/executeCommand` and the document's URI,
 * `fixAllInFolder` with that of a folder or of a file in it. Code lenses name them, and the client offers them in its
 * palette.
 */
export const serverCommands = {
  pinAll: 'operatorMirror.pinAll',
  verifyDestinations: 'operatorMirror.verifyDestinations',
  fixAllInFolder: 'operatorMirror.fixAllInFolder',
} as const;

/** What the VS Code client registers itself: it can be run before there is a server. */
export const clientCommands: readonly string[] = [...Object.values(commands), serverCommands.fixAllInFolder];

/** The types of the pages that the client shows, under which VS Code opens them again. */
export const pages = { trace: 'operatorMirror.trace', forecast: 'operatorMirror.forecast' } as const;

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
  /** What does applying these mirror sets do? Null where there are none. */
  readonly 'operatorMirror/forecast': {
    readonly params: ForecastQuestion;
    readonly result: ForecastPage | null;
  };
  /** Does this registry accept this login? */
  readonly 'operatorMirror/checkLogin': {
    readonly params: EditorCredential;
    readonly result: LoginAnswer;
  };
  /** LSP's own: one of `serverCommands`, with the URI of a document or a folder. */
  readonly 'workspace/executeCommand': {
    readonly params: {
      readonly command: (typeof serverCommands)[keyof typeof serverCommands];
      readonly arguments: readonly [uri: string];
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
  readonly position?: { readonly line: number; readonly character: number };
  readonly text?: string;
}

/** The image at a place of a document, or the one that a text names: a reference, or an event that somebody pasted. */
export interface TraceQuestion extends ImageQuestion {
  /** True to ask the places whether they have the image, where the network may be used. */
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
