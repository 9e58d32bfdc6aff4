import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatReference, parseReference } from '../../../server/src/documents/imageReference.ts';
import {
  foreignTransportOf,
  holderOf,
  isAtHop,
  isInRegistry,
  isOnDisk,
  keepsReferences,
  leastOf,
  prefixOf,
  type Transport,
  transportOf,
  unaskable,
} from '../../../server/src/documents/transport.ts';

const texts: [string, Transport, number][] = [
  ['quay.io/a/b:v1', 'registry', 0],
  ['file://a/b', 'file', 7],
  ['file:///a/b', 'file', 8],
  ['s3://host/region/bucket/a', 's3', 5],
  ['s3:///host', 's3', 5],
  // What oc does not read is a name in a registry for it, and refused as one.
  ['oci://a/b', 'registry', 0],
  ['docker://quay.io/a', 'registry', 0],
  ['a/file://b', 'registry', 0],
  ['', 'registry', 0],
];

describe('a transport', () => {
  it.each(texts)('of %s is what oc reads', (text, transport, start) => {
    expect(transportOf(text)).toEqual({ transport, start });
  });

  it('of other tools is told from those of oc', () => {
    expect(foreignTransportOf('docker://quay.io/a')).toEqual({ transport: 'registry', prefix: 'docker://' });
    expect(foreignTransportOf('oci://a')).toEqual({ transport: 'oci', prefix: 'oci://' });
    expect(foreignTransportOf('file://a')).toBeUndefined();
    expect(foreignTransportOf('quay.io/a')).toBeUndefined();
  });

  it('has an answer to everything that is asked of it', () => {
    const rows = (['registry', 'file', 's3', 'oci'] as const).map((transport) => {
      const at = { transport };
      const answers = {
        pulled: isInRegistry(at),
        disk: isOnDisk(at),
        hop: isAtHop(at),
        keeps: keepsReferences(at),
        askable: !unaskable(at),
      };
      const yes = Object.entries(answers).filter(([, answer]) => answer);
      return [prefixOf(at), yes.map(([name]) => name).join(' '), holderOf(at), leastOf(at)?.components];
    });
    expect(rows).toEqual([
      ['', 'pulled askable', undefined, undefined],
      ['file://', 'disk hop askable', 'v2/', undefined],
      ['s3://', '', undefined, 3],
      ['oci://', 'disk keeps', 'the OCI layout', undefined],
    ]);
  });

  it.each(['quay.io/a/b:v1', 'file://a/b:v1', 's3://h/r/b/a:v1'])('is written as it is read: %s', (text) => {
    const parsed = parseReference(text);
    expect(parsed.ok && formatReference(parsed.reference)).toBe(text);
  });

  it('is compared with nothing but in its table, so that a new one has an answer everywhere', () => {
    const root = join(import.meta.dirname, '../../../server/src');
    const compared = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) =>
        readFileSync(join(root, name), 'utf8')
          .split('\n')
          .filter((line) => /\btransport [=!]== ?'|'\w+' [=!]== \S*\btransport\b/.test(line))
          .map((line) => `${name}: ${line.trim()}`),
      );
    expect(compared).toEqual([]);
  });
});
