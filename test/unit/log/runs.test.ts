import { expect, it } from 'vitest';
import { catalogOf, splitRuns, toolOf } from '../../../server/src/log/runs.ts';

it.each([
  '$ oc adm catalog mirror a b',
  '[root@bastion ~]# oc adm catalog mirror a b',
  '~]# oc adm catalog mirror a b',
  'me@host:~/mirror$ oc adm catalog mirror a b',
  'sh-4.4# oc adm catalog mirror a b',
  '+ oc adm catalog mirror a b',
  '# oc adm catalog mirror a b',
  'PS C:\\mirror> oc adm catalog mirror a b',
  'C:\\mirror>oc adm catalog mirror a b',
  'oc adm catalog mirror a b',
])('%s begins a run', (line) => {
  expect(splitRuns([line, 'output'])).toEqual([{ command: 'oc adm catalog mirror a b', start: 1, end: 2 }]);
});

it.each([
  '# A heading',
  '  a/b',
  '$',
  '[root@bastion ~]#',
  'text about oc adm',
  '\toc adm catalog mirror file://a REGISTRY/REPOSITORY',
])('%j does not', (line) => {
  expect(splitRuns(['output', line]).map(({ command }) => command)).toEqual(['']);
});

it('joins a command that goes on', () => {
  const lines = ['~]# oc adm catalog mirror -a x \\', '> quay.io/a/idx:v1 \\', '    file:///disk', 'output'];
  expect(splitRuns(lines)).toEqual([
    { command: 'oc adm catalog mirror -a x quay.io/a/idx:v1 file:///disk', start: 3, end: 4 },
  ]);
});

it('takes the blocks of notes for themselves, also where one was not closed', () => {
  const lines = [
    'prose',
    '```bash',
    '$ ls',
    'a',
    'prose',
    '```bash',
    '$ tree',
    'b',
    '```',
    'prose',
    '~~~',
    'c',
    '~~~',
  ];
  expect(splitRuns(lines)).toEqual([
    { command: 'ls', start: 3, end: 5 },
    { command: 'tree', start: 7, end: 8 },
    { command: '', start: 11, end: 12 },
  ]);
});

it.each([
  ['oc adm catalog mirror a b', 'oc', 'catalog-mirror'],
  ['sudo /usr/bin/oc image mirror -f m', 'oc', 'image-mirror'],
  ['REGISTRY_AUTH_FILE=a oc mirror --config x docker://y', 'oc-mirror', undefined],
  ['./oc-mirror --v2', 'oc-mirror', undefined],
  ['oc get events', 'oc', undefined],
  ['opm index prune', 'opm', undefined],
  ['tree', 'tree', undefined],
])('%s is run by %s', (command, tool, action) => {
  expect(toolOf(command)).toEqual({ tool, action });
});

it.each([
  ['oc adm catalog mirror -a /root/x.json quay.io/a/idx:v1 file:///d --insecure', 'quay.io/a/idx:v1'],
  ["oc adm catalog mirror --index-filter-by-os='linux/amd64' file://d/idx:v1 reg/x", 'file://d/idx:v1'],
  ['oc image mirror -f mapping.txt', undefined],
])('the catalog of %s is %s', (command, catalog) => {
  expect(catalogOf(command)).toBe(catalog);
});
