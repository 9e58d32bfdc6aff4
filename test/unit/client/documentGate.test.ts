import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TextDocument } from 'vscode';
import { DocumentGate } from '../../../client/src/documentGate.ts';

const ours = 'kind: CatalogSource\n';
const images = 'kind: Pod\nspec:\n  containers:\n  - image: a\n';
const others = 'kind: ConfigMap\n';

/** As much of a document as the gate looks at. */
class FakeDocument {
  text: string;
  readonly languageId: string;
  readonly uri: { scheme: string; path: string; toString(): string };
  isClosed = false;

  constructor(name: string, languageId: string, text: string, scheme = 'file') {
    this.text = text;
    this.languageId = languageId;
    this.uri = { scheme, path: `/w/${name}`, toString: () => `${scheme}:///w/${name}` };
  }

  getText(): string {
    return this.text;
  }
}

/** A gate, and a server's client that does with it what vscode-languageclient does. */
function setUp() {
  const said: string[] = [];
  const tell = (what: string) => async (document: TextDocument) => {
    said.push(`${what} ${document.uri.path}`);
  };
  const gate = new DocumentGate({
    met: () => said.push('met'),
    metImages: () => said.push('met-images'),
    sorted: () => said.push('sorted'),
    open: async (document) => gate.middleware.didOpen?.(document, tell('open')),
    close: async (document) => gate.middleware.didClose?.(document, tell('close')),
  });
  const open = async (document: FakeDocument) => {
    gate.opened(document as unknown as TextDocument);
    await gate.middleware.didOpen?.(document as unknown as TextDocument, tell('open'));
  };
  const change = async (document: FakeDocument, text: string) => {
    document.text = text;
    gate.changed(document as unknown as TextDocument);
    await gate.middleware.didChange?.(
      { document: document as unknown as TextDocument, contentChanges: [], reason: undefined },
      async (event) => tell('change')(event.document),
    );
  };
  const ask = (method: string, uri: string) =>
    gate.middleware.sendRequest?.(
      method,
      { textDocument: { uri } },
      undefined,
      async () => 'answer' as never,
    );
  return { gate, said, open, change, ask };
}

describe('DocumentGate', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('asks for a server only when a document of ours is met', async () => {
    const { said, open } = setUp();
    await open(new FakeDocument('a.yaml', 'yaml', others));
    await open(new FakeDocument('b.yaml', 'yaml', images));
    expect(said).not.toContain('met');
    expect(said).toContain('met-images');
    await open(new FakeDocument('mapping.txt', 'oc-mapping', ''));
    expect(said).toContain('met');
  });

  it('tells the server of ours and of images, and of nothing else', async () => {
    const { said, open, change } = setUp();
    const other = new FakeDocument('other.yaml', 'yaml', others);
    await open(new FakeDocument('ours.yaml', 'yaml', ours));
    await open(new FakeDocument('images.yaml', 'yaml', images));
    await open(other);
    await open(new FakeDocument('a-mapping.txt', 'plaintext', ''));
    await open(new FakeDocument('x.yaml', 'yaml', ours, 'git'));
    await open(new FakeDocument('ours.json', 'json', '{"kind": "CatalogSource"}'));
    await open(new FakeDocument('devcontainer.json', 'jsonc', '{\n  "image": "quay.io/a/b:1"\n}'));
    await change(other, `${others}# more`);
    expect(said.filter((line) => line.includes(' '))).toEqual([
      'open /w/ours.yaml',
      'open /w/images.yaml',
      'open /w/a-mapping.txt',
      'open /w/ours.json',
    ]);
  });

  it('lets every request about ours pass, hovers about images, and answers the rest with nothing', async () => {
    const { open, ask } = setUp();
    await open(new FakeDocument('ours.yaml', 'yaml', ours));
    await open(new FakeDocument('images.yaml', 'yaml', images));
    await open(new FakeDocument('other.yaml', 'yaml', others));
    expect(await ask('textDocument/diagnostic', 'file:///w/ours.yaml')).toBe('answer');
    expect(await ask('textDocument/hover', 'file:///w/images.yaml')).toBe('answer');
    expect(await ask('textDocument/codeAction', 'file:///w/images.yaml')).toBe('answer');
    expect(await ask('textDocument/diagnostic', 'file:///w/images.yaml')).toBeNull();
    expect(await ask('textDocument/completion', 'file:///w/images.yaml')).toBeNull();
    expect(await ask('textDocument/hover', 'file:///w/other.yaml')).toBeNull();
  });

  it('lets YAML that is blank be completed, and opens it anew as what it becomes', async () => {
    const { said, open, change, ask } = setUp();
    const document = new FakeDocument('new.yaml', 'yaml', '# new\n');
    await open(document);
    expect(said).toEqual(['open /w/new.yaml']);
    expect(await ask('textDocument/completion', 'file:///w/new.yaml')).toBe('answer');
    expect(await ask('textDocument/foldingRange', 'file:///w/new.yaml')).toBeNull();
    await change(document, ours);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(said.slice(-4)).toEqual(['sorted', 'met', 'close /w/new.yaml', 'open /w/new.yaml']);
    expect(await ask('textDocument/foldingRange', 'file:///w/new.yaml')).toBe('answer');
  });

  it('opens YAML that becomes ours and closes it when it stops being so, once it rests', async () => {
    const { said, open, change } = setUp();
    const document = new FakeDocument('a.yaml', 'yaml', others);
    await open(document);
    await change(document, 'kind: Cat');
    await change(document, ours);
    expect(said).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(said).toEqual(['sorted', 'met', 'open /w/a.yaml']);
    await change(document, `${ours}spec: {}\n`);
    await change(document, others);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(said.slice(3)).toEqual(['change /w/a.yaml', 'change /w/a.yaml', 'sorted', 'close /w/a.yaml']);
    await change(document, `${others}data: {}\n`);
    expect(said).toHaveLength(7);
  });

  it('closes and opens YAML that was ours and only names images now, so that its findings go', async () => {
    const { said, open, change } = setUp();
    const document = new FakeDocument('a.yaml', 'yaml', ours);
    await open(document);
    await change(document, images);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(said.slice(-3)).toEqual(['sorted', 'close /w/a.yaml', 'open /w/a.yaml']);
  });

  it('never looks again at a document that was closed meanwhile', async () => {
    const { gate, said, open, change } = setUp();
    const document = new FakeDocument('a.yaml', 'yaml', others);
    await open(document);
    await change(document, ours);
    gate.closed(document as unknown as TextDocument);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(said).toEqual([]);
  });

  it('forgets what an ended server knew', async () => {
    const { gate, open, ask } = setUp();
    const document = new FakeDocument('ours.yaml', 'yaml', ours);
    await open(document);
    gate.serverStarts();
    expect(await ask('textDocument/hover', 'file:///w/ours.yaml')).toBeNull();
    await open(document);
    expect(await ask('textDocument/hover', 'file:///w/ours.yaml')).toBe('answer');
  });

  it('tells the server of logs, by what is in them, and of one that is only being written', async () => {
    const { said, open, change } = setUp();
    const line = 'wrote mirroring manifests to manifests-a-1\n';
    await open(new FakeDocument('oc.log', 'log', line));
    await open(new FakeDocument('notes.txt', 'plaintext', 'milk\n'));
    await open(new FakeDocument('code.ts', 'typescript', line));
    expect(said).toEqual(['met', 'open /w/oc.log']);
    const growing = new FakeDocument('run.txt', 'plaintext', '');
    await open(growing);
    await change(growing, line);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(said.slice(2)).toEqual(['sorted', 'met', 'open /w/run.txt']);
  });
});
