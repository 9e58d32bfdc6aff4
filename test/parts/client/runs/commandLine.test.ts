import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  lineNumbers,
  runArguments,
  runFolder,
  runOf,
  taskName,
  toolArguments,
  typedLine,
} from '../../../../client/src/runs/commandLine.ts';
import { parseLineNumbers } from '../../../../server/src/cli/lineNumbers.ts';
import { shellLine } from '../../../../server/src/runs/commandLine.ts';

describe('what tasks.json says', () => {
  const type = 'operatorMirror';
  const destination = 'mirror.example.com:8443/olm';
  it.each([
    { command: 'copy', mapping: 'a/mapping.txt' },
    { command: 'plan', imageSet: 'imageset.yaml', destination },
    { command: 'mirror', imageSet: '/w/imageset.yaml', destination: 'oci://mirror' },
    { command: 'run', arguments: ['verify', 'manifests-a-1'], folder: '/w' },
    { command: 'run', arguments: ['pack', 'mirror'] },
  ])('is a run: %j', (run) => expect(runOf({ type, ...run, later: true })).toEqual(run));
  it.each([
    {},
    { command: 'copy' },
    { command: 'run' },
    { command: 'run', arguments: [] },
    { command: 'run', arguments: ['pack', 7] },
    { command: 'run', arguments: 'pack mirror' },
    { command: 'copy', imageSet: 'imageset.yaml', destination },
    { command: 'mirror', mapping: 'mapping.txt', destination },
    { command: 'mirror', imageSet: 'imageset.yaml' },
    { command: 'plan', imageSet: '', destination },
    { command: 'plan', imageSet: 'imageset.yaml', destination: 7 },
    { command: 'verify', imageSet: 'imageset.yaml', destination },
  ])('is none: %j', (written) => expect(runOf({ type, ...written })).toBeUndefined());
});

const copy = { command: 'copy', mapping: 'mapping.txt' } as const;
const none = { authFile: '', configFile: '', caFile: '', insecure: [], folder: '' };

describe('the arguments of a run', () => {
  it('says no more than the settings do', () =>
    expect(runArguments(copy, '/w/mapping.txt', none, '/w')).toEqual([
      'copy',
      '-f',
      '/w/mapping.txt',
      '--progress',
      'auto',
    ]));

  it('turns settings into options and resolves their paths', () =>
    expect(
      runArguments(
        copy,
        '/w/mapping.txt',
        {
          authFile: '~/auth.json',
          configFile: 'conf/registries.conf',
          caFile: '/etc/ca.pem',
          insecure: ['a:5000', 'b'],
          folder: 'hop',
        },
        '/w',
        '/s/run.jsonl',
      ).slice(5),
    ).toEqual([
      ...['--progress-file', '/s/run.jsonl'],
      ...['--dir', '/w/hop'],
      ...['--authfile', join(homedir(), 'auth.json')],
      ...['--registries-conf', '/w/conf/registries.conf'],
      ...['--ca-file', '/etc/ca.pem'],
      ...['--insecure', 'a:5000', '--insecure', 'b'],
    ]));

  it.each(['plan', 'mirror'] as const)('%s names the file and the place', (command) =>
    expect(
      runArguments({ command, imageSet: 'a.yaml', destination: 'oci://mirror' }, '/w/a.yaml', none, '/w'),
    ).toEqual([command, '-c', '/w/a.yaml', 'oci://mirror', '--progress', 'auto']),
  );
});

describe('the folder of a run', () => {
  const cases = [
    ['beside v2/', '/w/mapping.txt', ['/w'], '/w'],
    ['below v2/, where oc wrote both', '/w/manifests-a/mapping.txt', ['/w'], '/w'],
    ['an index with a namespace', '/w/manifests-my-operator/index-1637/mapping.txt', ['/w'], '/w'],
    ['the nearest of two', '/w/x/manifests-a/mapping.txt', ['/w', '/w/x'], '/w/x'],
    ['nothing mirrored yet', '/w/x/mapping.txt', [], '/w/x'],
    ['nothing yet, below manifests-*', '/w/x/manifests-a/b/mapping.txt', [], '/w/x'],
    ['a store above the workspace', '/w/x/mapping.txt', ['/'], '/w/x'],
  ] as const;
  it.each(cases)('%s', (_name, mapping, stores: readonly string[], folder) =>
    expect(runFolder('copy', mapping, (candidate) => stores.includes(candidate), '/w')).toBe(folder),
  );
  it('ends at the root', () => expect(runFolder('copy', '/w/mapping.txt', () => false)).toBe('/w'));
  it('is that of an ImageSetConfiguration itself', () =>
    expect(runFolder('mirror', '/w/x/imageset.yaml', (candidate) => candidate === '/w', '/w')).toBe('/w/x'));
});

describe('selected lines', () => {
  it.each([
    [[{ first: 3, last: 3 }], '3'],
    [
      [
        { first: 7, last: 9 },
        { first: 3, last: 3 },
      ],
      '3,7-9',
    ],
    [
      [
        { first: 1, last: 2 },
        { first: 3, last: 4 },
      ],
      '1-4',
    ],
    [
      [
        { first: 1, last: 5 },
        { first: 2, last: 3 },
        { first: 5, last: 6 },
      ],
      '1-6',
    ],
  ])('of selections %j', (selected, expected) => {
    expect(lineNumbers(selected)).toBe(expected);
    expect(parseLineNumbers(expected)).toBeDefined();
  });

  it('are an option of a copy', () => {
    const run = runOf({ command: 'copy', mapping: 'mapping.txt', lines: '3,7-9' });
    if (run === undefined || run.command === 'run') throw new Error('it is a copy');
    const given = runArguments(run, '/w/mapping.txt', none, '/w');
    expect(given.slice(0, 5)).toEqual(['copy', '-f', '/w/mapping.txt', '--lines', '3,7-9']);
  });
});

it('quotes a command line in the editor as on the command line', () => {
  const words = [
    'operator-mirror',
    'verify',
    "it's",
    'a b',
    '--packages',
    'x,y',
    'docker://h:1/a@sha256:0',
    '',
  ];
  expect(typedLine(words)).toBe(shellLine(words));
});

it('hands to tools of others only what they have options for', () => {
  const settings = {
    authFile: 'a.json',
    configFile: 'r.conf',
    caFile: 'ca.pem',
    insecure: ['h:1'],
    folder: 'x',
  };
  expect(toolArguments(settings, '/w')).toEqual(['--authfile', '/w/a.json', '--insecure', 'h:1']);
});

it('calls a task by its command line, as far as a terminal has room for it', () => {
  expect(taskName(['mirror', '-c', 'imageset.yaml', 'oci://mirror'])).toBe(
    'mirror -c imageset.yaml oci://mirror',
  );
  const long = taskName([
    'mirror',
    '-c',
    'imageset.yaml',
    'docker://mirror.example.com:8443/olm/of/the/second/floor',
  ]);
  expect(long).toBe('mirror -c imageset.yaml docker://mirror…');
});
