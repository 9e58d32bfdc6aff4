import { describe, expect, it } from 'vitest';
import { type ClusterLine, clusterLines } from '../../../../client/src/cluster/clusterLines.ts';
import { t } from '../../../../server/src/base/sentences.ts';
import type { ClusterAnswer } from '../../../../server/src/protocol/cluster.ts';

const quiet: ClusterAnswer = {
  cluster: { context: 'lab/anna', server: 'https://api.lab.example:6443', version: '4.18.3' },
  nodes: [{ name: 'worker-1', ready: true, schedulable: true, problem: '' }],
  pools: [{ name: 'worker', machines: 1, updatedMachines: 1, updated: true, paused: false, problem: '' }],
  mirrorSets: [{ kind: 'ImageTagMirrorSet', name: 'tags', sources: 2 }],
  catalogs: [],
  objects: [],
  problems: [],
  unread: [],
  well: true,
};

function textOf(lines: readonly ClusterLine[], indent = ''): string[] {
  return lines.flatMap(({ label, description, below, isOpen }) => [
    `${indent}${[label, description].filter((part) => part !== '').join('  ')}${isOpen === true ? ' *' : ''}`,
    ...textOf(below, `${indent}  `),
  ]);
}

describe('the lines of the view of the cluster', () => {
  it('are few where all is well', () => {
    expect(textOf(clusterLines(quiet, t))).toEqual([
      'api.lab.example:6443  OpenShift 4.18.3',
      'Nodes  1 of 1 Ready',
      '  worker  1 of 1 done',
      'Catalogs  none',
      'Mirror Sets  1',
      '  tags  ImageTagMirrorSet · 2 sources',
    ]);
  });

  it('begin with what waits, and open what is not as it should be', () => {
    const catalog = {
      kind: 'CatalogSource',
      name: 'cs-a',
      namespace: 'openshift-marketplace',
      image: 'm.local/a:v1',
      state: 'READY',
      ready: true,
      message: '',
      pods: [{ name: 'cs-a-x', phase: 'Running' }],
      packages: ['one'],
      missing: ['two'],
    };
    const problem = {
      objects: ['Pod demo/a', 'Pod demo/b'],
      says: 'Failed to pull image',
      code: 'pull/not-redirected',
      cause: 'No mirror was asked.',
      fix: 'Add *it*.',
      image: 'q.io/a:v1',
      rule: null,
      trace: null,
    };
    const lines = clusterLines(
      {
        ...quiet,
        nodes: [{ name: 'worker-1', ready: false, schedulable: false, problem: 'gone' }],
        catalogs: [catalog],
        problems: [problem],
        objects: [{ kind: 'CatalogSource', name: 'cs-a', file: 'a.yaml', state: 'missing' }],
        unread: ['Not everything can be seen: events.'],
        well: false,
      },
      t,
    );
    expect(textOf(lines)).toEqual([
      'api.lab.example:6443  OpenShift 4.18.3',
      'What waits  1 *',
      '  Pod demo/a and 1 more  q.io/a:v1',
      '    q.io/a:v1',
      '    No mirror was asked.',
      '    No rule on the cluster redirects it.',
      '    Add *it*.',
      'Nodes  0 of 1 Ready *',
      '  worker  1 of 1 done',
      '  worker-1  NotReady,SchedulingDisabled',
      'Catalogs  1 *',
      '  cs-a  READY · 1 package',
      '    m.local/a:v1',
      '    cs-a-x  Running',
      '    two is not offered',
      'Of the Mirror Run  0 of 1 are there *',
      '  cs-a  CatalogSource · missing',
      'Mirror Sets  1',
      '  tags  ImageTagMirrorSet · 2 sources',
      'Not everything can be seen: events.',
    ]);
    // What a cluster says is no Markdown.
    expect(lines[1]?.below[0]?.tooltip).toContain('Add \\*it\\*\\.');
  });
});
