import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CodeServer } from '../support/codeServer.ts';

describe('an untrusted folder in real VS Code', () => {
  let folder: string;
  let vscode: CodeServer;
  let host: string;
  let registry: Server;
  const requests: string[] = [];

  beforeAll(async () => {
    registry = createServer((request, response) => {
      requests.push(request.url ?? '');
      response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
    const address = registry.address();
    host = `localhost:${typeof address === 'object' && address !== null ? address.port : 0}`;
    folder = await mkdtemp(join(tmpdir(), 'om-untrusted-'));
    await writeFile(join(folder, 'mapping.txt'), `${host}/a/source:1.0=${host}/b/destination:1.0\n`);
    vscode = await CodeServer.start({ folder, trust: 'restricted' });
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await vscode.explainFailure(task.name);
  });

  afterAll(async () => {
    await vscode?.stop();
    registry?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('is checked, and no registry hears of it', async () => {
    const { workbench } = vscode;
    await workbench.openFile('mapping.txt');
    await expect.poll(() => workbench.statusBar(), { timeout: 60_000 }).toContain('Restricted Mode');
    await workbench.waitForProblem(/mapping\/tag-only/);
    await workbench.hoverText('b/destination:1.0', /destination/);
    await vscode.screenshot('restricted-mode');
    expect(await workbench.offersCommand('Operator Mirror: Copy This mapping.txt')).toBe(false);
    expect(requests).toEqual([]);
  });
});
