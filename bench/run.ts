// `npm run bench`: what the promises about speed rest on. Prints what it measured, whatever that is.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { LspClient } from '../test/support/lspClient.ts';
import { measureHovers } from './hovers.ts';
import { mappingText, policyText } from './inputs.ts';
import { pullKeystrokes, pushKeystrokes, type Typing } from './keystrokes.ts';
import { median, milliseconds, quantile } from './statistics.ts';
import { measureWorkspace } from './workspace.ts';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'operator-mirror-bench-'));
const rows: [string, string, string][] = [];

try {
  benchCheck();
  await benchMappingKeystrokes();
  await benchPolicyKeystrokes();
  await benchWorkspace();
  await benchHovers();
  report();
} finally {
  rmSync(folder, { recursive: true });
}

function benchCheck(): void {
  const path = join(folder, 'mapping.txt');
  writeFileSync(path, mappingText(20_000));
  const cli = join(root, 'dist/cli.js');
  const times = Array.from({ length: 7 }, () => {
    const before = performance.now();
    spawnSync(process.execPath, [cli, 'check', path], { maxBuffer: 1 << 28 });
    return performance.now() - before;
  });
  const start = Array.from({ length: 7 }, () => {
    const before = performance.now();
    execFileSync(process.execPath, ['-e', '0']);
    return performance.now() - before;
  });
  rows.push([
    'check, mapping.txt of 20,000 lines',
    milliseconds(median(times)),
    `node -e 0 takes ${milliseconds(median(start))} of it`,
  ]);
}

async function benchMappingKeystrokes(): Promise<void> {
  const text = mappingText(20_000);
  const typing: Typing = {
    uri: 'file:///bench/mapping.txt',
    language: 'oc-mapping',
    text,
    line: 10_000,
    character: 20,
  };
  const client = await LspClient.start();
  const { times, findings } = await pullKeystrokes(client, typing, 5);
  await client.stop();
  rows.push(['keystroke, mapping.txt of 20,000 lines', spread(times), `${findings} findings each time`]);
}

async function benchPolicyKeystrokes(): Promise<void> {
  const text = policyText(5_000);
  const line = text
    .split('\n')
    .findIndex((content) => content.includes('source:') && content.endsWith('/ose-image-2500'));
  const typing: Typing = {
    uri: 'file:///bench/imageContentSourcePolicy.yaml',
    language: 'yaml',
    text,
    line,
    character: 'source: '.length + 4,
  };
  const ours = await LspClient.start();
  const own = await pullKeystrokes(ours, typing, 5);
  await ours.stop();

  const server = join(root, 'node_modules/yaml-language-server/bin/yaml-language-server');
  const theirs = await LspClient.start({ command: [process.execPath, server, '--stdio'], capabilities: {} });
  await theirs.connection.sendNotification('workspace/didChangeConfiguration', {
    settings: { yaml: { validate: true, schemaStore: { enable: false } } },
  });
  const peer = await pushKeystrokes(theirs, typing, 5);
  await theirs.stop();

  rows.push([
    'keystroke, ICSP of 5,000 local sources',
    spread(own.times),
    `${own.findings} findings each time`,
  ]);
  rows.push([
    'the same in yaml-language-server',
    spread(peer.times),
    `${peer.findings} findings; its pause before it looks is part of it`,
  ]);
  rows.push(['ratio of the medians', `${(median(peer.times) / median(own.times)).toFixed(1)} ×`, '']);
}

async function benchWorkspace(): Promise<void> {
  const { opening, yamlAlone, keystrokes, files, lines } = await measureWorkspace(folder);
  const size = `${files} files, ${lines.toLocaleString('en')} mapping lines`;
  rows.push([`opening a workspace of ${size}`, milliseconds(opening), 'to the right findings of a policy']);
  rows.push(['its YAML, parsed by the library alone', milliseconds(yamlAlone), '']);
  for (const [name, times] of keystrokes) rows.push([`keystroke in its ${name}`, spread(times), '']);
}

async function benchHovers(): Promise<void> {
  const { atOnce, inTurn, remembered } = await measureHovers(folder);
  const note = 'each answer of the registry takes 20 ms';
  rows.push(
    ['200 hovers over different images, all at once', milliseconds(atOnce), note],
    ['200 hovers, one after the other', milliseconds(inTurn), note],
    ['200 hovers in a fresh process, network off', milliseconds(remembered), 'from SQLite'],
  );
}

function spread(times: readonly number[]): string {
  return `${milliseconds(median(times))} (90 %: ${milliseconds(quantile(times, 0.9))})`;
}

function report(): void {
  console.log(`Node ${process.version}, ${availableParallelism()} cores; medians`);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  for (const [name, value, note] of rows)
    console.log(`${name.padEnd(widths[0] ?? 0)}  ${value.padEnd(widths[1] ?? 0)}  ${note}`);
}
