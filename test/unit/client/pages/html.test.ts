import { describe, expect, it } from 'vitest';
import { breakable, html } from '../../../../client/src/pages/html.ts';

describe('html', () => {
  it('escapes every value and no HTML that was made the same way', () => {
    const inner = html`<b>${'<&"\'>'}</b>`;
    expect(html`<p title="${'"x" onclick="y'}">${inner}${[1, inner]}${undefined}</p>`.text).toBe(
      '<p title="&quot;x&quot; onclick=&quot;y"><b>&lt;&amp;&quot;&#39;&gt;</b>1<b>&lt;&amp;&quot;&#39;&gt;</b></p>',
    );
  });

  it('shows characters that nobody sees or that turn the order of others', () => {
    expect(html`${'a\u202eb\u200bc\u0007d\ne'}`.text).toBe('a\\u202eb\\u200bc\\u0007d\ne');
  });
});

it('lets references be broken behind their parts', () => {
  expect(breakable('quay.io:443/a/<b>@sha256:0').text).toBe(
    'quay.io:443/<wbr>a/<wbr>&lt;b&gt;@<wbr>sha256:0',
  );
});
