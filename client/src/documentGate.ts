import type { TextDocument } from 'vscode';
import type { Middleware } from 'vscode-languageclient/node';
import { mappingLanguage } from '../../server/src/protocol/names.ts';
import { type DocumentKind, holdsLog, isLogPath, isMappingPath, jsonKind, yamlKind } from './documents.ts';

/** How long a YAML document must rest before it is looked at again: nobody's typing pays for our curiosity. */
const restMilliseconds = 300;

/** The languages of text that `oc apply` reads. */
const manifestLanguages = new Set(['yaml', 'json', 'jsonc']);

/** What the gate needs of the language server's client. */
export interface DocumentPeer {
  /** A document of ours is open: the server is needed now. */
  met(): void;
  /** A document is open of which only the images are of interest: the server is needed if mirrors are here. */
  metImages(): void;
  /** An open document became something else than it was. */
  sorted(): void;
  /** Sends `didOpen`, through the gate's own middleware. */
  open(document: TextDocument): Promise<void>;
  /** Sends `didClose`, through the gate's own middleware. */
  close(document: TextDocument): Promise<void>;
}

/**
 * The one place that decides which documents the server hears about. Mappings, and YAML and JSON of our kinds, are
 * synchronised whole, and so are logs of the tools; other YAML that names images is synchronised for what helps such an
 * image and nothing else, and YAML that is still blank for completion, by which it may become ours; the rest of the user's YAML
 * and text stays between them and their other extensions.
 */
export class DocumentGate {
  readonly #peer: DocumentPeer;
  readonly #kinds = new Map<string, DocumentKind>();
  readonly #synchronised = new Set<string>();
  readonly #resting = new Map<string, NodeJS.Timeout>();

  constructor(peer: DocumentPeer) {
    this.#peer = peer;
  }

  /** Whether the server checks this document. */
  isOurs(document: TextDocument): boolean {
    return (this.#kinds.get(key(document)) ?? kindOf(document)) === 'ours';
  }

  /** To be called for every document that is open or opened. */
  opened(document: TextDocument): void {
    const kind = this.#look(document);
    if (kind === 'ours') this.#peer.met();
    if (kind === 'images') this.#peer.metImages();
  }

  /** To be called after every change: a YAML document or a log may become ours, or stop being so. */
  changed(document: TextDocument): void {
    if (!manifestLanguages.has(document.languageId) && !mayBeLog(document)) return;
    const id = key(document);
    clearTimeout(this.#resting.get(id));
    this.#resting.set(
      id,
      setTimeout(() => {
        this.#resting.delete(id);
        if (!document.isClosed) void this.#lookAgain(document);
      }, restMilliseconds),
    );
  }

  /** To be called when a document is gone. */
  closed(document: TextDocument): void {
    const id = key(document);
    clearTimeout(this.#resting.get(id));
    this.#resting.delete(id);
    this.#kinds.delete(id);
  }

  /** A server that starts knows no document: the client opens them all again, through `middleware.didOpen`. */
  serverStarts(): void {
    this.#synchronised.clear();
  }

  dispose(): void {
    for (const timer of this.#resting.values()) clearTimeout(timer);
    this.#resting.clear();
  }

  /** Every notification and request about a document passes here; the rest of a client's middleware is its own. */
  readonly middleware: Middleware = {
    didOpen: async (document, next) => {
      if (this.#look(document) === 'none') return;
      this.#synchronised.add(key(document));
      await next(document);
    },
    didChange: async (event, next) => {
      if (this.#synchronised.has(key(event.document))) await next(event);
    },
    willSave: async (event, next) => {
      if (this.#synchronised.has(key(event.document))) await next(event);
    },
    didSave: async (document, next) => {
      if (this.#synchronised.has(key(document))) await next(document);
    },
    didClose: async (document, next) => {
      if (this.#synchronised.delete(key(document))) await next(document);
    },
    sendRequest: (type, parameters, token, next) => {
      const method = typeof type === 'string' ? type : type.method;
      return this.#mayAsk(method, parameters)
        ? next(type, parameters, token)
        : Promise.resolve(null as Awaited<ReturnType<typeof next>>);
    },
  };

  /** Every request about a document that the server may not judge is answered here, with nothing. */
  #mayAsk(method: string, parameters: unknown): boolean {
    const id = documentOf(parameters);
    if (id === undefined) return true;
    if (!this.#synchronised.has(id)) return false;
    const kind = this.#kinds.get(id);
    if (kind === 'blank') return method === 'textDocument/completion';
    return kind === 'ours' || aboutImages.has(method);
  }

  #look(document: TextDocument): DocumentKind {
    const kind = kindOf(document);
    this.#kinds.set(key(document), kind);
    return kind;
  }

  async #lookAgain(document: TextDocument): Promise<void> {
    const before = this.#kinds.get(key(document));
    const now = this.#look(document);
    if (now === before) return;
    this.#peer.sorted();
    if (now === 'ours') this.#peer.met();
    // Closing first takes away what the server said about the document as it was.
    if (this.#synchronised.has(key(document))) await this.#peer.close(document);
    if (now !== 'none') await this.#peer.open(document);
  }
}

/** What is asked of an image in a document that is not ours: what it is, and what sends its pull to the mirror. */
const aboutImages = new Set(['textDocument/hover', 'textDocument/codeAction']);

function kindOf(document: TextDocument): DocumentKind {
  if (document.uri.scheme !== 'file' && document.uri.scheme !== 'untitled') return 'none';
  if (document.languageId === mappingLanguage || isMappingPath(document.uri.path)) return 'ours';
  if (document.languageId === 'yaml') return yamlKind(document.getText());
  if (manifestLanguages.has(document.languageId)) return jsonKind(document.getText());
  return mayBeLog(document) && holdsLog(document.getText()) ? 'ours' : 'none';
}

function mayBeLog(document: TextDocument): boolean {
  const { languageId } = document;
  return languageId === 'log' || (languageId === 'plaintext' && isLogPath(document.uri.path));
}

function key(document: TextDocument): string {
  return document.uri.toString();
}

function documentOf(parameters: unknown): string | undefined {
  if (typeof parameters !== 'object' || parameters === null || !('textDocument' in parameters))
    return undefined;
  const { textDocument } = parameters;
  if (typeof textDocument !== 'object' || textDocument === null || !('uri' in textDocument)) return undefined;
  return typeof textDocument.uri === 'string' ? textDocument.uri : undefined;
}
