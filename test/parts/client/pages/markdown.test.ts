import { describe, expect, it } from 'vitest';
import { markdown, PageLinks } from '../../../../client/src/pages/markdown.ts';
import { memo } from '../../../../server/src/base/memo.ts';
import { growthsOf } from '../../../support/growth.ts';

function made(text: string) {
  const links = new PageLinks();
  return { html: markdown(text, links).text.trim(), links: links.urls };
}

/** What a browser would do something with: tags and attributes that this page makes, and no others. */
const allowed =
  /<\/?(?:p|h[3-6]|ul|ol|li|em|strong|s|code|pre|blockquote|hr|br|table|thead|tbody|tr|th|td|a|span)(?: (?:dir="auto"|tabindex="0"|href="#"|data-action="open-link"|data-argument="\d+"|title="https:[^"<>]*"|start="\d+"))*\s*\/?>/g;

function foreignTags(html: string): string[] {
  return html.replaceAll(allowed, '').match(/<[^>]*>?/g) ?? [];
}

describe('Markdown of strangers', () => {
  it('becomes headings, lists, tables and code below the headings of the page', () => {
    expect(made('# A\ntext\n\n- one\n- two `x`\n\n| a |\n|---|\n| b |').html.replaceAll('\n', '')).toBe(
      '<h3 dir="auto">A</h3><p dir="auto">text</p><ul><li>one</li><li>two <code>x</code></li></ul>' +
        '<table><thead><tr><th dir="auto">a</th></tr></thead><tbody><tr><td dir="auto">b</td></tr></tbody></table>',
    );
  });

  it('has links that the extension opens by their numbers, and only to https:', () => {
    expect(made('[a](https://a.example/x "t") <https://b.example> [a](https://a.example/x)')).toEqual({
      html:
        '<p dir="auto"><a href="#" data-action="open-link" data-argument="0" title="https://a.example/x">a</a> ' +
        '<a href="#" data-action="open-link" data-argument="1" title="https://b.example/">https://b.example</a> ' +
        '<a href="#" data-action="open-link" data-argument="0" title="https://a.example/x">a</a></p>',
      links: ['https://a.example/x', 'https://b.example/'],
    });
  });

  it.each([
    '[a](javascript:alert(1))',
    '[a](JaVaScRiPt:alert%281%29)',
    '[a](&#106;avascript:alert(1))',
    '[a](command:workbench.action.quit)',
    '[a](vscode://x/y)',
    '[a](file:///etc/passwd)',
    '[a](http://a.example)',
    '[a](data:text/html,<script>1</script>)',
    '[a](https://google.com@evil.example)',
    '[a](//evil.example)',
    '![a](javascript:alert(1))',
    '<a href="https://a.example">a</a>',
  ])('opens nothing of %s', (text) => {
    expect(made(text).links).toEqual([]);
    expect(made(text).html).not.toContain('open-link');
  });

  it('shows a picture as a link to it', () => {
    expect(made('![logo](https://a.example/l.png)').html).toContain('>logo</a>');
    expect(made('[![logo](https://a.example/l.png)](https://a.example)').links).toEqual([
      'https://a.example/',
    ]);
  });

  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<div style="position:fixed" onclick="x()">',
    '<!-- --><iframe src="https://a.example">',
    '<svg/onload=alert(1)>',
    '`<b>` ``` <script> ```',
    '```"><script>\n<script>\n```',
    '[x](https://a.example/"onmouseover="alert(1))',
    '[x](<https://a.example/"><script>alert(1)</script>>)',
    '[x]: https://a.example/\'"><script>\n[x]',
    '<https://a.example/"onclick="alert(1)>',
    '&lt;script&gt;alert(1)&lt;/script&gt;',
    '| <script> |\n|:-:|\n| <img onerror=1> |',
    '<style>*{display:none}</style>',
  ])('lets nothing run in %s', (text) => {
    expect(foreignTags(made(text).html)).toEqual([]);
  });

  it('shows marks that turn the direction of a text by their numbers', () => {
    expect(made('safe \u202egpj.exe').html).toContain('safe \\u202egpj.exe');
    expect(made('مشغل').html).toBe('<p dir="auto">مشغل</p>');
  });

  const hurting: readonly (readonly [string, (count: number) => string])[] = [
    ['brackets', (count) => '['.repeat(count)],
    ['emphasis', (count) => '*a_ '.repeat(count / 4)],
    ['quotes', (count) => '>'.repeat(count)],
    [
      'nested lists',
      (count) =>
        Array.from({ length: Math.sqrt(count) }, (_, index) => `${' '.repeat(2 * index)}- x`).join('\n'),
    ],
    [
      'backticks',
      (count) => Array.from({ length: Math.sqrt(2 * count) }, (_, index) => '`'.repeat(index)).join(' '),
    ],
    ['images', (count) => '!['.repeat(count / 2)],
    ['links', (count) => '[a](<b'.repeat(count / 6)],
    ['one word', (count) => 'x'.repeat(count)],
    ['tables', (count) => `|${'a|'.repeat(count / 12)}\n|${'-|'.repeat(count / 12)}\n`.repeat(3)],
  ];
  const growths = memo((texts: typeof hurting) =>
    growthsOf(texts.map(([, given]) => ({ given, work: made, size: 4_000 }))),
  );

  it.each(hurting.map(([what], at) => [what, at] as const))(
    'takes work that grows with a text of %s',
    (_, at) => {
      expect(growths(hurting)[at]).toBeLessThan(2.5);
    },
  );
});
