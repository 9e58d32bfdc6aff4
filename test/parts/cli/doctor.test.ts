import { mkdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeProgram } from '../../support/writeProgram.ts';
import { CommandLine } from './copyHarness.ts';

let line: CommandLine;
beforeEach(() => {
  line = new CommandLine();
  line.environment = { PATH: line.path('bin') };
  mkdirSync(line.path('bin'));
});
afterEach(() => line.remove());

function program(name: string, script: string): string {
  const path = line.path(`bin/${name}`);
  writeProgram(path, `#!/bin/sh\n${script}\n`);
  return path;
}

describe('doctor', () => {
  it('says of each tool where it is and its version, or what it costs that it is missing', async () => {
    const oc = program('oc', 'echo "Client Version: 4.12.0"; test "$*" = "version --client"');
    program('opm', 'exit 1');
    const { code, stdout } = await line.run('doctor', '--dir', line.folder);
    expect(stdout).toMatch(new RegExp(`ok +oc 4\\.12\\.0 +${oc}\n`));
    // What does not tell its version is there all the same.
    expect(stdout).toMatch(/ {2}opm +\S+\/bin\/opm\n/);
    expect(stdout).toMatch(/– +kubectl +not there, which costs nothing: oc reaches the cluster\n/);
    expect(stdout).toMatch(/– +grpcurl +not there, which costs nothing: operator-mirror catalog list/);
    expect(stdout).toContain('Nothing here keeps a mirror run from its work.');
    expect(code).toBe(0);
  });

  it('says what cannot be done with neither oc nor kubectl', async () => {
    const { code, stdout } = await line.run('doctor', '--format', 'json');
    const { ok, tools } = JSON.parse(stdout);
    const cost = 'not there: the cluster can be reached with oc or kubectl alone; mirroring needs neither';
    expect(tools.slice(0, 2)).toEqual([
      { name: 'oc', path: null, version: null, missing: cost },
      { name: 'kubectl', path: null, version: null, missing: cost },
    ]);
    expect({ ok, code }).toEqual({ ok: true, code: 0 });
  });

  it('starts no program of the folder in which somebody stands', async () => {
    program('oc', 'echo "Client Version: 4.12.0"');
    line.environment = { PATH: '.:bin:' };
    const { stdout } = await line.run('doctor', '--format', 'json');
    expect(JSON.parse(stdout).tools[0]).toMatchObject({ name: 'oc', path: null });
  });

  it('looks at the disks that places are on, also where their folders are not there yet', async () => {
    const layout = `oci://${line.path('new/deep')}`;
    const given = ['doctor', layout, 'file://a', '--dir', line.folder, '--format', 'json'];
    const { disks } = JSON.parse((await line.run(...given)).stdout);
    expect(disks).toEqual([
      {
        place: layout,
        folder: line.path('new/deep'),
        free: expect.any(Number),
        writable: true,
        enough: true,
      },
      { place: 'file://a', folder: line.folder, free: expect.any(Number), writable: true, enough: true },
    ]);
    const small = await line.run(...given, '--needs', '8000T');
    expect(small.code).toBe(1);
    expect(JSON.parse(small.stdout).disks[0]).toMatchObject({ writable: true, enough: false });
  });

  it('marks a folder that may not be written to', async () => {
    const { code, stdout } = await line.run('doctor', 'oci:///proc/version/x');
    expect(stdout).toMatch(/!! +oci:\/\/\/proc\/version\/x +\/proc\/version\/x may not be written to\n/);
    expect(stdout).toContain('What is marked has to be mended first.\n');
    expect(code).toBe(1);
  });

  it('contacts nothing with --offline, and refuses what is no place', async () => {
    const offline = await line.run('doctor', 'registry.example.com:8443', '--offline', '--format', 'json');
    expect(JSON.parse(offline.stdout)).toMatchObject({ ok: true, registries: [] });
    const wrong = await line.run('doctor', 'nothing');
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toContain(
      'nothing is no registry: HOST.DOMAIN, HOST:PORT or localhost; name a registry',
    );
  });
});
