import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { addToStore } from '../test/support/fileStore.ts';
import { configsImage } from '../test/support/indexImages.ts';
import { LspClient } from '../test/support/lspClient.ts';
import {
  catalogImageNames,
  catalogRepository,
  mappingText,
  policyText,
  taggedMappingText,
} from './inputs.ts';
import { pullTypist, pushTypist, type Typing, type Typist } from './keystrokes.ts';

const root = join(import.meta.dirname, '..');
const rounds = 6;
/** VS Code shows no more findings of a file. */
const mostFindings = 1_000;

export interface TypingTimes {
  readonly name: string;
  /** Milliseconds from a keystroke to the findings of the file. */
  readonly ours: readonly number[];
  /** The same for a server that takes the edit and answers with the same findings, at most a thousand. */
  readonly floor: readonly number[];
  /** The same for yaml-language-server, in YAML. */
  readonly peer: readonly number[] | undefined;
  readonly findings: number;
}

/** Typing in the middle of large files, round by round in turn with a server that does nothing and with the peer. */
export async function measureTyping(folder: string): Promise<TypingTimes[]> {
  const times: TypingTimes[] = [];
  for (const { name, ...typing } of [...longFiles(), ...filesBesideEachOther()])
    times.push(await measure(name, typing, folder));
  const [, , policy] = longFiles();
  if (policy === undefined) throw new Error('there is no policy');
  times.push(await measureBesideCatalog(policy, folder));
  return times;
}

/** The same policy beside a store that holds its catalog, once the catalog has told where all its images come from. */
async function measureBesideCatalog(
  { name, ...typing }: Typing & { readonly name: string },
  folder: string,
): Promise<TypingTimes> {
  const images = catalogImageNames(5_000);
  const bundle = { schema: 'olm.bundle', name: 'bench.v1.0.0', package: 'bench', image: images[0] };
  const text = JSON.stringify({ ...bundle, relatedImages: images.map((image) => ({ name: '', image })) });
  const place = join(folder, 'beside-catalog');
  mkdirSync(place);
  addToStore(
    place,
    catalogRepository,
    'v4.8',
    configsImage({ layers: [{ 'configs/a/catalog.json': text }] }),
  );
  const uri = pathToFileURL(join(place, 'imageContentSourcePolicy.yaml')).href;
  return measure(`${name}, beside its catalog`, { ...typing, uri }, folder, (message) =>
    message.includes('as the catalog'),
  );
}

/** The three large files, and where somebody types in each. */
export function longFiles(): readonly (Typing & { readonly name: string })[] {
  const mapping = { uri: 'file:///bench/mapping.txt', language: 'oc-mapping', line: 10_000, character: 20 };
  const policy = policyText(5_000);
  const line = policy
    .split('\n')
    .findIndex((text) => text.includes('source:') && text.endsWith('/ose-image-2500'));
  return [
    { name: 'mapping.txt of 20,000 lines', ...mapping, text: mappingText(20_000) },
    { name: 'the same, a finding on each line', ...mapping, text: taggedMappingText(20_000) },
    {
      name: 'ICSP of 5,000 local sources',
      uri: 'file:///bench/imageContentSourcePolicy.yaml',
      language: 'yaml',
      text: policy,
      line,
      character: 'source: '.length + 4,
    },
  ];
}

/**
 * A mapping.txt and the mirror set beside it, with the findings of both after each keystroke in one of them: in a path of which
 * tags prove where its images come from, and in a source that lines of the other file are about.
 */
function filesBesideEachOther(): readonly (Typing & { readonly name: string })[] {
  const mapping = {
    uri: 'file:///bench/beside/mapping.txt',
    language: 'oc-mapping',
    text: mappingText(20_000),
  };
  const policy = {
    uri: 'file:///bench/beside/imageContentSourcePolicy.yaml',
    language: 'yaml',
    text: policyText(2_000),
  };
  const place = ({ text }: { readonly text: string }, wanted: string) => {
    const lines = text.split('\n');
    const line = lines.findIndex((one) => one.includes(wanted));
    return { line, character: (lines[line]?.indexOf(wanted) ?? 0) + wanted.length };
  };
  return [
    {
      name: 'in a path proven by tags, beside an ICSP of 2,000 entries',
      ...mapping,
      ...place(mapping, '/ose-image-1001'),
      beside: [policy],
    },
    {
      name: 'in that ICSP, beside the mapping.txt of 20,000 lines',
      ...policy,
      ...place(policy, 'source: efk-mirror/my-operator/my-operator-index/openshift4/ose-image-1001'),
      beside: [mapping],
    },
  ];
}

/** @param isReady what a finding says once the server knows all */
async function measure(
  name: string,
  typing: Typing,
  folder: string,
  isReady?: (message: string) => boolean,
): Promise<TypingTimes> {
  const own = await LspClient.start({ environment: { XDG_CACHE_HOME: folder } });
  if (isReady !== undefined) {
    await own.open(typing.uri, typing.language, typing.text);
    while (!(await own.diagnostics(typing.uri)).some(({ message }) => isReady(String(message))))
      await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const ours = await pullTypist(own, typing, isReady !== undefined);
  const given = join(folder, 'findings.json');
  const shown = Object.entries(ours.all).map(([uri, list]) => [uri, list.slice(0, mostFindings)]);
  writeFileSync(given, JSON.stringify(Object.fromEntries(shown)));
  const nothing = await LspClient.start({
    command: [process.execPath, join(root, 'bench/nullServer.mjs'), given],
  });
  const floor = await pullTypist(nothing, typing);
  const isAlone = typing.beside === undefined && isReady === undefined;
  const other = typing.language === 'yaml' && isAlone ? await startPeer() : undefined;
  const peer = other && (await pushTypist(other, typing));

  const times: { typist: Typist; times: number[] }[] = [ours, floor, ...(peer ? [peer] : [])].map(
    (typist) => ({ typist, times: [] }),
  );
  for (const one of times) await one.typist.round();
  for (let round = 0; round < rounds; round++)
    for (const one of times) one.times.push(...(await one.typist.round()));
  for (const client of [own, nothing, other]) await client?.stop();
  const [first, second, third] = times.map((one) => one.times);
  return { name, ours: first ?? [], floor: second ?? [], peer: third, findings: ours.findings.length };
}

async function startPeer(): Promise<LspClient> {
  const server = join(root, 'node_modules/yaml-language-server/bin/yaml-language-server');
  const peer = await LspClient.start({ command: [process.execPath, server, '--stdio'], capabilities: {} });
  await peer.connection.sendNotification('workspace/didChangeConfiguration', {
    settings: { yaml: { validate: true, schemaStore: { enable: false } } },
  });
  return peer;
}
