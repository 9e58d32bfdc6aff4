import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import * as z from 'zod';
import { parseArguments } from '../../../server/src/cli/arguments.ts';
import { mirror } from '../../../server/src/cli/commands/mirror.ts';
import { mirrorOptions } from '../../../server/src/cli/commands/mirrorOptions.ts';
import { readOptions } from '../../../server/src/cli/options.ts';
import { writeProgram } from '../../support/writeProgram.ts';
import { CommandLine } from './copyHarness.ts';

const named = z.object({ name: z.string() });
const mounted = named.extend({ mountPath: z.string() });
const job = z.object({
  kind: z.literal('Job'),
  spec: z.object({
    completionMode: z.literal('Indexed'),
    completions: z.int(),
    parallelism: z.int(),
    backoffLimitPerIndex: z.int(),
    template: z.object({
      spec: z.object({
        // What backoffLimitPerIndex asks for.
        restartPolicy: z.literal('Never'),
        securityContext: z.object({ runAsNonRoot: z.literal(true) }),
        containers: z.tuple([
          z.object({
            command: z.tuple([z.literal('/bin/sh'), z.literal('-c'), z.string()]),
            volumeMounts: z.array(mounted),
          }),
        ]),
        volumes: z.array(named),
      }),
    }),
  }),
});

const text = readFileSync(join(import.meta.dirname, '../../../docs/mirror-job.yaml'), 'utf8');
const documents = parseAllDocuments(text).map((document) => document.toJS());
const { spec } = job.parse(documents.find(({ kind }) => kind === 'Job'));
const { containers, volumes } = spec.template.spec;
const [{ command, volumeMounts }] = containers;

let line: CommandLine;
beforeEach(() => {
  line = new CommandLine();
  writeProgram(line.path('operator-mirror'), '#!/bin/sh\nprintf "%s\\0" "$@"\n');
});
afterEach(() => line.remove());

/** The arguments that the shell gives to the command in the pod with an index. */
function argumentsIn(index: number): string[] {
  const [shell, ...args] = command;
  const env = { PATH: `${line.folder}:${process.env.PATH}`, JOB_COMPLETION_INDEX: String(index) };
  return execFileSync(shell, args, { env, encoding: 'utf8' }).split('\0').slice(0, -1);
}

it('has command lines that operator-mirror reads, for each shard once', () => {
  const indices = Array.from({ length: spec.completions }, (_, index) => index);
  const read = indices.map((index) => {
    const [name, ...args] = argumentsIn(index);
    expect(name).toBe('mirror');
    const given = parseArguments(mirror, args);
    if (given === 'help') throw new Error('it asks for help');
    expect(given.operands).toEqual([]);
    return readOptions(mirrorOptions, given.options);
  });
  expect(read.map(({ shard }) => shard)).toEqual(
    indices.map((index) => ({ index: index + 1, count: spec.completions })),
  );
  expect(spec.parallelism).toBe(spec.completions);
  // What it names lies in volumes that the pod has.
  const folders = volumeMounts.map(({ mountPath }) => mountPath);
  for (const { plan, authfile, dir } of read) {
    for (const path of [plan, authfile, `${dir}/`]) {
      expect(folders.some((folder) => path?.startsWith(`${folder}/`))).toBe(true);
    }
  }
  expect(volumeMounts.map(({ name }) => name).sort()).toEqual(volumes.map(({ name }) => name).sort());
});
