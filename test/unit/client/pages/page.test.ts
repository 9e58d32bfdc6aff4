import { describe, expect, it } from 'vitest';
import { html } from '../../../../client/src/pages/html.ts';
import { button, pageDocument, placeLink, sentence, shortened } from '../../../../client/src/pages/page.ts';
import { textOf } from '../../../support/pages.ts';

const files = [
  { path: 'mapping.txt', uri: 'file:///w/mapping.txt' },
  { path: 'a/mapping.txt', uri: 'file:///w/a/mapping.txt' },
];

describe('a sentence on a page', () => {
  it.each([
    ['mapping.txt:3 copies it.', [['mapping.txt:3', '0:3']]],
    [
      'a/mapping.txt:12 and mapping.txt:1 copy it.',
      [
        ['a/mapping.txt:12', '1:12'],
        ['mapping.txt:1', '0:1'],
      ],
    ],
    ['It stands in mapping.txt.', [['mapping.txt', '0:0']]],
    ['my-mapping.txt:3 and b/a/mapping.txt are others.', []],
    ['Nodes pull this image by tag.', []],
  ])('links the places of %s', (text, expected) => {
    const made = sentence(text, files).text;
    const links = [
      ...made.matchAll(/<a href="#"[^>]*data-action="open-file" data-argument="([^"]*)">(.*?)<\/a>/g),
    ];
    expect(links.map(([, argument, label = '']) => [textOf(label), argument])).toEqual(expected);
    expect(textOf(made)).toBe(text);
  });

  it('keeps text from outside as text', () => {
    expect(sentence('<img src=x onerror=alert(1)> says mapping.txt:1', files).text).not.toContain('<img');
  });

  it('names a place without a link where there is no file to open', () => {
    expect(placeLink([], 'oc get idms', 3).text).toBe('<span class="path">oc get idms:3</span>');
  });
});

describe('a page', () => {
  const made = pageDocument(
    {
      cspSource: 'https://webview.example',
      styles: ['https://webview.example/page.css', 'https://webview.example/operator.css'],
      scripts: ['https://webview.example/page.js', 'https://webview.example/operator.js'],
      nonce: 'bm9uY2U=',
      language: 'en',
      state: { image: '"><script>alert(1)</script>' },
      focus: 'places',
    },
    'Trace of <x>',
    html`<h1>x</h1>${button('compare', 'Compare "it"', { argument: '1"' })}`,
  );

  it('may load nothing but its own styles, and run nothing but its own scripts', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(made)?.[1]?.replaceAll('&#39;', "'");
    expect(policy?.split('; ').sort()).toEqual([
      "base-uri 'none'",
      "default-src 'none'",
      "form-action 'none'",
      'img-src data:',
      "script-src 'nonce-bm9uY2U='",
      'style-src https://webview.example',
    ]);
    expect(made.match(/<script nonce="bm9uY2U=" src="https:[^"]*"><\/script>/g)).toHaveLength(2);
    expect(made.match(/<script\b/g)).toHaveLength(2);
    expect(made).not.toMatch(/\son\w+=|style="|javascript:/);
  });

  it('keeps what it is about for the time after a reload', () => {
    const state = /data-state="([^"]*)"/.exec(made)?.[1] ?? '';
    expect(JSON.parse(textOf(state))).toEqual({ image: '"><script>alert(1)</script>' });
  });

  it('escapes its title and what its buttons say', () => {
    expect(made).toContain('<title>Trace of &lt;x&gt;</title>');
    expect(made).toContain('data-argument="1&quot;">Compare &quot;it&quot;</button>');
  });
});

it('shortens the paths of an answer in its words, and leaves alone what is opened or copied', () => {
  const answer = {
    image: '/w/a/mapping.txt',
    sentences: ['/w/a/mapping.txt:1 is meant, not /w/a/mapping.txt.old.'],
    rules: [{ path: '/w/a/mapping.txt', source: '/w/a/mapping.txt' }],
    registriesConf: '/w/a/mapping.txt',
    files: [{ path: '/w/a/mapping.txt', uri: 'file:///w/a/mapping.txt' }],
  };
  expect(shortened(answer, () => 'a/mapping.txt')).toEqual({
    image: '/w/a/mapping.txt',
    sentences: ['a/mapping.txt:1 is meant, not a/mapping.txt.old.'],
    rules: [{ path: 'a/mapping.txt', source: '/w/a/mapping.txt' }],
    registriesConf: '/w/a/mapping.txt',
    files: [{ path: 'a/mapping.txt', uri: 'file:///w/a/mapping.txt' }],
  });
});
