import { describe, expect, it } from 'vitest';
import { type PartNode, pathOf, type RunNode, runOf, shownRun } from '../../../client/src/runs/shownRun.ts';
import type { MirrorRunRow, RunPart } from '../../../server/src/protocol/runs.ts';

const row: MirrorRunRow = {
  run: '/w/mirror-runs/a-0123abcd',
  label: 'a → r.example.com',
  description: '2 of 60 images failed',
  state: 'incomplete',
  tooltip: '**a**',
  begun: '2026-01-02T03:04:05.000Z',
  process: 7,
  can: ['again', 'retry', 'report'],
};
const runNode = (more: Partial<MirrorRunRow> = {}, isOwn = false): RunNode => ({
  kind: 'run',
  row: { ...row, ...more },
  isOwn,
  isFirst: false,
});
const partNode = (part: Partial<RunPart>, parent: RunNode | PartNode = runNode()): PartNode => ({
  kind: 'part',
  parent,
  part: {
    id: 'failures',
    label: '2 images failed',
    description: '',
    kind: 'failures',
    below: 'open',
    ...part,
  },
});
const t = (message: string, ...places: (string | number | boolean)[]) =>
  message.replace(/\{(\d)\}/g, (_, at: string) => String(places[Number(at)]));

describe('a mirror run in the tree', () => {
  it('says its state in its icon and to who cannot see it', () => {
    const shown = shownRun(runNode(), t);
    expect(shown).toMatchObject({ id: row.run, label: row.label, description: row.description });
    expect(shown.spoken).toBe('Incomplete, a → r.example.com: 2 of 60 images failed');
    const icons = (['running', 'done', 'incomplete', 'stopped'] as const).map(
      (state) => shownRun(runNode({ state }), t).icon.theme,
    );
    expect(new Set(icons).size).toBe(4);
  });

  it('tells menus what can be done about it', () => {
    expect(shownRun(runNode(), t).context).toBe('run-incomplete-again-retry-report');
    const running = { state: 'running', can: [] } as const;
    expect(shownRun(runNode(running), t).context).toBe('run-running');
    expect(shownRun(runNode(running, true), t).context).toBe('run-running-own');
    expect(shownRun(runNode({}, true), t).context).not.toContain('own');
  });
});

describe('a line below a mirror run', () => {
  it('is known by all above it', () => {
    const cause = partNode({ id: '0', kind: 'cause' }, partNode({}));
    expect(pathOf(cause)).toEqual(['failures', '0']);
    expect(runOf(cause).row).toEqual(row);
    expect(shownRun(cause, t).id).toBe(`${row.run}\nfailures\n0`);
  });

  it('can be retried where it failed and the command is known', () => {
    const none = runNode({ can: [] });
    for (const kind of ['failures', 'cause', 'image'] as const) {
      expect(shownRun(partNode({ kind }), t).context).toBe(`part-${kind}-retry`);
      expect(shownRun(partNode({ kind, copy: 'x' }, none), t).context).toBe(`part-${kind}-copy`);
    }
    expect(shownRun(partNode({ kind: 'report' }), t).context).toBe('part-report');
  });

  it('of an image is retried without the others where that can be', () => {
    const image = partNode({ kind: 'image', copy: 'q/a:v1', retry: 'r/a:v1' });
    expect(shownRun(image, t).context).toBe('part-image-copy-retryImage');
  });

  it('is pressed where it leads to something', () => {
    expect(shownRun(partNode({}), t).command).toBeUndefined();
    expect(shownRun(partNode({ kind: 'step', does: { do: 'again' } }), t).command).toBeDefined();
    expect(shownRun(partNode({ kind: 'more', id: 'more-200' }), t).command).toBeDefined();
    expect(shownRun(partNode({ kind: 'more', id: 'lost' }), t).command).toBeUndefined();
  });
});
