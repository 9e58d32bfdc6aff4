import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { temporaryFolder } from '../support/fileStore.ts';
import { LspClient } from '../support/lspClient.ts';
import { editedText, mappingText, type OddEdit, oddEdits, yamlText } from '../support/texts.ts';

/**
 * A few minutes of typing where tests are to be quick, and a day of it with CI=true, where the five seeds together stay below
 * two minutes. FUZZ_RUNS sets another number of edits.
 */
const [seeds, usualEdits] = process.env.CI === 'true' ? [5, 10_000] : [1, 300];
const editsPerSeed = Number(process.env.FUZZ_RUNS ?? usualEdits);
/** Edits between two looks at what the server says. */
const stride = 20;
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

const template = `apiVersion: operator.openshift.io/v1alpha1
kind: ImageContentSourcePolicy
metadata:
  name: {{ .Values.name }}
spec:
  repositoryDigestMirrors:
{{- range .Values.sources }}
  - source: {{ . }}
    mirrors:
    - reg.example.com/{{ . }}
{{- end }}
  - source: quay.io/ns/app
    mirrors:
    - reg.example.com/ns/app
`;

const folder = temporaryFolder();
const files = [
  { uri: pathToFileURL(join(folder, 'mapping.txt')).href, language: 'oc-mapping', texts: mappingText() },
  { uri: pathToFileURL(join(folder, 'a.yaml')).href, language: 'yaml', texts: yamlText() },
  { uri: pathToFileURL(join(folder, 'b.yaml')).href, language: 'yaml', texts: yamlText() },
  { uri: pathToFileURL(join(folder, 'c.yaml')).href, language: 'yaml', texts: fc.constant(template) },
] as const;

/** What needs nothing but a file. */
const requestsOfFile = ['documentSymbol', 'foldingRange', 'codeLens', 'documentLink'];
/** What is asked for a cursor. */
const requestsAt = ['hover', 'completion', 'definition', 'references', 'prepareRename'];

/** What a client hears of a file. A refusal, as of a name that cannot be another, is an answer too. */
async function answersOf(client: LspClient, uri: string, places: readonly OddEdit[]) {
  const ask = (name: string, params: object) =>
    client.connection
      .sendRequest(`textDocument/${name}`, { textDocument: { uri }, ...params })
      .catch(({ code, message }) => ({ code, message }));
  const answers: Record<string, unknown> = { diagnostics: await client.diagnostics(uri) };
  for (const name of requestsOfFile) answers[name] = await ask(name, {});
  for (const [at, { range }] of places.entries()) {
    const context = { includeDeclaration: true, triggerKind: 1 };
    for (const name of requestsAt)
      answers[`${name} ${at}`] = await ask(name, { position: range.start, context });
    answers[`inlayHint ${at}`] = await ask('inlayHint', { range });
    const actions = await client.codeActions(uri, range);
    answers[`codeAction ${at}`] = actions.map(({ title, edit }) => ({ title, edit }));
  }
  return answers;
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
    const all = asSent(fc.sample(oddEdits(10), { seed, numRuns: editsPerSeed }).flat());
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
      const places = asSent(fc.sample(oddEdits(10), { seed: -seed, numRuns: 2 }).flat());
      expect(await answersOf(client, uri, places)).toEqual(await answersOf(fresh, uri, places));
    }
  },
);

/** As it arrives: JSON knows no infinity and no number that is none. */
function asSent(edits: readonly OddEdit[]): OddEdit[] {
  return JSON.parse(JSON.stringify(edits));
}
