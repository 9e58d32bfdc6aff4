import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainObjects } from '../../../server/src/documents/plainObjects.ts';
import { anyText, fuzz, yamlText } from '../../support/texts.ts';

describe('plainObjects', () => {
  it('has the objects of all documents, and the items of lists', () => {
    const read = plainObjects(
      'kind: A\n---\nkind: List\nitems: [{kind: B}, 7, {kind: C}]\n---\n# nothing\n---\n- x\n',
    );
    expect(read).toEqual({ ok: true, objects: [{ kind: 'A' }, { kind: 'B' }, { kind: 'C' }] });
  });

  it.each([
    ['a: b\nname: {{ .Values.name }}\n', 2, /template/],
    ['a: [\n', 2, /./],
    [`a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(30)}]\nc: &c [${'*b,'.repeat(30)}]\n`, 1, /aliases/],
  ])('says where %j is nothing that can be sent', (text, line, words) => {
    const read = plainObjects(text);
    expect(read).toMatchObject({ ok: false, line });
    expect(read.ok ? '' : read.problem).toMatch(words);
  });

  it('throws on no text', () => {
    fc.assert(
      fc.property(fc.oneof(anyText(200), yamlText()), (text) => {
        plainObjects(text);
      }),
      fuzz(300),
    );
  });
});
