import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { DocumentSymbolRequest, FoldingRangeRequest } from 'vscode-languageserver-protocol';
import { temporaryFolder } from '../support/fileStore.ts';
import { LspClient } from '../support/lspClient.ts';
import { editedText, mappingText, type OddEdit, oddEdits, yamlText } from '../unit/documents/texts.ts';

/** As long as an hour of typing where there is time for it, and a few minutes of it everywhere. */
const [seeds, editsPerSeed] = process.env.CI === 'true' ? [5, 10_000] : [1, 300];
/** Edits between two looks at what the server says. */
const stride = 100;
/** In UTF-16 code units: random edits add more than they take away, and the texts must not grow for ever. */
const longestText = 8_000;

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function start(): Promise<LspClient> {
  const home = temporaryFolder();
  const client = await LspClient.start({
    environment: { HOME: home, XDG_CACHE_HOME: home },
    // A registry that is asked answers at a time of its own, and two servers would differ by that alone.
    initializationOptions: { network: 'off' },
  });
  cleanUps.push(() => client.stop());
  return client;
}

const folder = temporaryFolder();
const files = [
  { uri: pathToFileURL(join(folder, 'mapping.txt')).href, language: 'oc-mapping', texts: mappingText() },
  { uri: pathToFileURL(join(folder, 'a.yaml')).href, language: 'yaml', texts: yamlText() },
  { uri: pathToFileURL(join(folder, 'b.yaml')).href, language: 'yaml', texts: yamlText() },
] as const;

/** What a client hears of a file. */
async function answersOf(client: LspClient, uri: string, places: readonly OddEdit[]) {
  const textDocument = { uri };
  const diagnostics = await client.diagnostics(uri);
  const symbols = await client.connection.sendRequest(DocumentSymbolRequest.type, { textDocument });
  const folds = await client.connection.sendRequest(FoldingRangeRequest.type, { textDocument });
  const hovers = [];
  const actions = [];
  for (const { range } of places) {
    hovers.push(await client.hover(uri, range.start.line, range.start.character));
    const titles = (await client.codeActions(uri, range)).map(({ title, edit }) => ({ title, edit }));
    actions.push(titles);
  }
  return { diagnostics, symbols, folds, hovers, actions };
}

it.each(Array.from({ length: seeds }, (_, at) => at + 1))(
  'answers after thousands of edits anywhere as a server that opens the texts anew: seed %d',
  async (seed) => {
    const client = await start();
    const texts = new Map<string, string>();
    for (const { uri, language, texts: any } of files) {
      const [text = ''] = fc.sample(any, { seed, numRuns: 1 });
      texts.set(uri, text);
      await client.open(uri, language, text);
    }
    const rounds = Math.ceil(editsPerSeed / stride);
    // As it arrives: JSON knows no infinity and no number that is none.
    const sampled = fc.sample(oddEdits(stride), { seed, numRuns: rounds * 4 }).flat();
    const all = JSON.parse(JSON.stringify(sampled)) as OddEdit[];
    for (let at = 0; at < editsPerSeed; at++) {
      const { uri } = files[at % files.length] ?? files[0];
      const edit = all[at % all.length] ?? {
        range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
        text: '',
      };
      const before = texts.get(uri) ?? '';
      const whole =
        before.length > longestText ? fc.sample(mappingText(), { seed: at, numRuns: 1 })[0] : undefined;
      texts.set(uri, whole ?? editedText(before, edit));
      await client.change(uri, [whole === undefined ? edit : { text: whole }]);
      if (at % stride === 0) await answersOf(client, uri, [edit]);
    }
    const fresh = await start();
    for (const { uri, language } of files) await fresh.open(uri, language, texts.get(uri) ?? '');
    for (const { uri } of files) {
      const places = fc.sample(oddEdits(10), { seed: -seed, numRuns: 2 }).flat();
      expect(await answersOf(client, uri, places)).toEqual(await answersOf(fresh, uri, places));
    }
  },
);
