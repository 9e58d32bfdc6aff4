import { expect, it } from 'vitest';
import { parseMapping } from '../../../server/src/documents/mapping.ts';
import { WorkspaceFindings } from '../../../server/src/lsp/workspaceFindings.ts';
import { noFacts } from '../../../server/src/workspace/facts.ts';
import { defaultSettings } from '../../../server/src/workspace/settings.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';

it('keep no report of files that are gone', () => {
  let snapshot = new Snapshot();
  const findings = new WorkspaceFindings(() => ({ snapshot, settings: defaultSettings, facts: noFacts }));
  const content = {
    type: 'mapping',
    mapping: parseMapping(['quay.io/a/b:v1=reg.example.com/a/b:v1']),
  } as const;
  snapshot = snapshot.with('/w/stays/mapping.txt', content);
  const id = findings.of('/w/stays/mapping.txt')?.id;
  for (let count = 0; count < 50; count++) {
    const path = `/w/${count}/mapping.txt`;
    snapshot = snapshot.with(path, content);
    expect(findings.of(path)).toBeDefined();
    snapshot = snapshot.without(path);
  }
  expect(findings.size).toBeLessThan(4);
  expect(findings.of('/w/stays/mapping.txt')?.id).toBe(id);
});
