import { describe, expect, it } from 'vitest';
import { formatReference, parseReference } from '../../../server/src/documents/imageReference.ts';
import { parseText } from '../../../server/src/files/load.ts';
import { copiesOf } from '../../../server/src/workspace/copies.ts';
import { Snapshot } from '../../../server/src/workspace/snapshot.ts';

const digest = `sha256:${'0'.repeat(64)}`;

describe('where mapping.txt files bring an image', () => {
  it.each([
    ['by one line', 'quay.io/a/x:1', ['quay.io/a/x:1=reg.example.com/m/x:1'], ['reg.example.com/m/x:1']],
    [
      'by the name that Docker Hub has it by',
      'nginx',
      ['docker.io/library/nginx:latest=reg.example.com/m/nginx:latest'],
      ['reg.example.com/m/nginx:latest'],
    ],
    [
      'over a file store under the tag that it has there',
      'quay.io/a/x:1',
      [
        'quay.io/a/x:1=file://s/x:one',
        'file://s/x:1=reg.example.com/m/x:other file://s/x:one=reg.example.com/m/x:1',
      ],
      ['reg.example.com/m/x:1', 'reg.example.com/m/x:other (another)'],
    ],
    [
      'over a file store by its digest',
      `quay.io/a/x@${digest}`,
      [`quay.io/a/x@${digest}=file://s/x:t`, `file://s/x@${digest}=reg.example.com/m/x:t`],
      ['reg.example.com/m/x:t'],
    ],
    [
      'as its path tells where the first hop is not at hand',
      `quay.io/a/x@${digest}`,
      [`file://s/idx:1=reg.example.com/m/idx:1\nfile://s/idx/a/x@${digest}=reg.example.com/m/x:t`],
      ['reg.example.com/m/x:t (likely)'],
    ],
    [
      'for sure before what its path tells',
      `quay.io/a/x@${digest}`,
      [
        `file://s/idx:1=reg.example.com/m/idx:1\nfile://s/idx/a/x@${digest}=reg.example.com/m/x:t`,
        `quay.io/a/x@${digest}=reg.example.com/sure/x:t`,
      ],
      ['reg.example.com/sure/x:t', 'reg.example.com/m/x:t (likely)'],
    ],
    [
      'and what else there is of its repository',
      'quay.io/a/x:1',
      ['quay.io/a/x:2=reg.example.com/m/x:2'],
      ['reg.example.com/m/x:2 (another)'],
    ],
    ['not at all', 'quay.io/a/x:1', ['quay.io/a/y:1=reg.example.com/m/y:1'], []],
    ['in a circle', 'quay.io/a/x:1', ['quay.io/a/x:1=file://s/x:1\nfile://s/x:1=file://s/x:1'], []],
  ])('%s', (_how, image, mappings, expected) => {
    const snapshot = mappings.reduce(
      (before, text, index) => before.with(`${index}/mapping.txt`, parseText(`${text}\n`, 'mapping')),
      new Snapshot(),
    );
    const parsed = parseReference(image);
    if (!parsed.ok) throw new Error(parsed.problem);
    const copies = copiesOf(snapshot, parsed.reference).map(
      ({ destination, exact, certain }) =>
        `${formatReference(destination)}${exact ? '' : ' (another)'}${certain ? '' : ' (likely)'}`,
    );
    expect(copies).toEqual(expected);
  });
});
