import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { temporaryFolder } from '../support/fileStore.ts';
import { configsImage, packageText } from '../support/indexImages.ts';
import { LspClient } from '../support/lspClient.ts';
import { writeLayout } from '../support/ociLayout.ts';
import { editedText, mappingText, type OddEdit, oddEdits, yamlText } from '../support/texts.ts';

/**
 * A few minutes of typing where tests are to be quick, and a day of it with CI=true, where the five seeds together stay below
 * two minutes. FUZZ_RUNS sets another number of edits.
 */
const [seeds, usualEdits] = process.env.CI === 'true' ? [5, 10_000] : [1, 300];
const editsPerSeed = Number(process.env.FUZZ_RUNS ?? usualEdits);
/** Edits between two looks at what the server says: not a multiple of the number of files, or one of them alone is looked at. */
const stride = 21;
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

const imageSet = `apiVersion: mirror.openshift.io/v2alpha1
kind: ImageSetConfiguration
mirror:
  operators:
  - catalog: oci://./catalog
    packages:
    - name: some-operator
      channels:
      - name: stable
        minVersion: 1.0.0
    - name: other-operater
  additionalImages:
  - name: quay.io/ns/app:v1
`;

const folder = temporaryFolder();
const catalog = `oci://${join(folder, 'catalog')}`;
const operators = ['some-operator', 'other-operator'].map((name) => packageText(name)).join('\n');
writeLayout(join(folder, 'catalog'), [
  { image: configsImage({ layers: [{ 'configs/a/catalog.json': operators }] }) },
]);
const files = [
  { uri: pathToFileURL(join(folder, 'mapping.txt')).href, language: 'oc-mapping', texts: mappingText() },
  { uri: pathToFileURL(join(folder, 'a.yaml')).href, language: 'yaml', texts: yamlText() },
  { uri: pathToFileURL(join(folder, 'b.yaml')).href, language: 'yaml', texts: yamlText() },
  { uri: pathToFileURL(join(folder, 'c.yaml')).href, language: 'yaml', texts: fc.constant(template) },
  { uri: pathToFileURL(join(folder, 'd.yaml')).href, language: 'yaml', texts: fc.constant(imageSet) },
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
    answers[`selected ${at}`] = await client.connection
      .sendRequest('operatorMirror/selectedBundles', { uri, position: range.start })
      .catch(({ code, message }) => ({ code, message }));
  }
  return answers;
}

/** The catalogs that files name now, each with what became of it; asks again while any is being opened. */
async function openCatalogs(client: LspClient) {
  const rows = () =>
    client.connection.sendRequest<{ catalog: string; state: string }[]>('operatorMirror/catalogs', {
      added: [catalog],
    });
  await client.connection.sendRequest('operatorMirror/catalogContent', { catalog });
  for (const { uri } of files) await client.diagnostics(uri);
  const opening = async () => (await rows()).filter(({ state }) => state === 'opening');
  await expect.poll(opening, { timeout: 20_000 }).toEqual([]);
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
    // What is not open yet is answered by and by.
    for (const server of [client, fresh]) await openCatalogs(server);
    for (const { uri } of files) {
      const places = asSent(fc.sample(oddEdits(10), { seed: -seed, numRuns: 2 }).flat());
      expect(await answersOf(client, uri, places)).toEqual(await answersOf(fresh, uri, places));
    }
  },
);

/** What somebody else's client may send in the place of anything. */
const nonsense: readonly unknown[] = [
  ...[null, 0, -1, 1e308, '', 'x', '\u0000', [], {}, true, [[[]]], { catalog: {} }, 'a'.repeat(20_000)],
  ...[
    '__proto__',
    'constructor',
    '../../etc/passwd',
    'some-operator',
    'stable',
    'quay.io/ns/app:v1',
    catalog,
  ],
];

const chosenFrom = fc.oneof(
  fc.constantFrom(...nonsense),
  fc.constantFrom(...nonsense).map((one) => [one]),
  fc.constantFrom(...nonsense).map((name) => [{ catalog, packages: [{ name: 'some-operator' }, { name }] }]),
);

/** Each request of ours, with parameters that are right in part. */
const ownRequests = (() => {
  const any = fc.constantFrom(...nonsense);
  const asked = fc.oneof(fc.constant(catalog), any);
  const named = fc.oneof(fc.constant('some-operator'), any);
  const uri = fc.oneof(fc.constantFrom(...files.map((file) => file.uri)), any);
  const question = { catalog: asked, package: named };
  const of = (name: string, params: Record<string, fc.Arbitrary<unknown>>) =>
    fc.tuple(
      fc.constant(name),
      fc.oneof({ weight: 6, arbitrary: fc.record(params, { requiredKeys: [] }) }, any),
    );
  return fc.oneof(
    of('catalogs', { added: any }),
    of('catalogContent', { catalog: asked, do: fc.constantFrom('again', 'stop', 5) }),
    of('catalogChannels', { ...question, chosen: any }),
    of('catalogImages', { ...question, bundle: any }),
    of('catalogTooltip', { ...question, channel: any, bundle: any, image: any }),
    of('searchCatalogs', { query: any, catalogs: any }),
    of('choose', { ...question, channel: any, bundle: any, on: any, before: any }),
    of('chosen', { chosen: chosenFrom, ask: any }),
    of('imageSetText', { chosen: chosenFrom }),
    of('imageSetEdits', { uri, chosen: chosenFrom }),
    of('operator', { ...question, uri, position: any }),
    of('upgradePath', { ...question, channel: any, from: any, to: any }),
    of('selectedBundles', { uri, position: any }),
    of('compareCatalogs', { before: asked, after: asked }),
    of('trace', { uri, image: any, position: any }),
    of('forecast', { uri }),
    of('explainLog', { text: any }),
    of('checkLogin', { registry: any, username: any, password: any }),
  );
})();

it('answers whatever anybody asks of catalogs, and goes on', { timeout: 120_000 }, async () => {
  const client = await start();
  for (const { uri, language } of files) await client.open(uri, language, imageSet);
  const questions = fc.sample(ownRequests, { seed: 7, numRuns: process.env.CI === 'true' ? 4_000 : 400 });
  for (const [name, params] of questions) {
    // Whatever it is, it is an answer: a refusal has a code.
    const answer = await client.connection
      .sendRequest(`operatorMirror/${name}`, params)
      .catch((error: { code?: unknown }) => error);
    if (!(answer instanceof Error)) continue;
    expect(answer).toHaveProperty('code', expect.any(Number));
    expect(answer.message).not.toMatch(/Cannot read|is not (?:a function|iterable)|undefined/);
  }
  await openCatalogs(client);
  const uri = files.at(-1)?.uri ?? '';
  const codes = async () => (await client.diagnostics(uri)).map(({ code }) => code);
  await expect.poll(codes, { timeout: 20_000 }).toContain('image-set/unknown-package');
});

/** As it arrives: JSON knows no infinity and no number that is none. */
function asSent(edits: readonly OddEdit[]): OddEdit[] {
  return JSON.parse(JSON.stringify(edits));
}
