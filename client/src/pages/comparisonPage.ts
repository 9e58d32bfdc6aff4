import type {
  CatalogComparison,
  ChangedPackage,
  ComparedPackage,
} from '../../../server/src/protocol/comparison.ts';
import { breakable, type Html, html } from './html.ts';
import { button, type Translate, verdict } from './page.ts';

/** In which of the two catalogs a package is looked at. */
type Side = 'before' | 'after';

/** The body of the page about two catalogs: what came, what went, what to look at first, and all that changed. */
export function comparisonPage(answer: CatalogComparison, t: Translate): Html {
  const { before, after, headline, added, removed, changed, same } = answer;
  const moved = changed.filter(({ defaultChannel }) => defaultChannel !== undefined);
  const deprecated = changed.filter((one) => one.deprecated.length > 0);
  const sections = [
    section('came', t('Came'), added, (one) => packageRow(one, 'after', t)),
    section('went', t('Went'), removed, (one) => packageRow(one, 'before', t)),
    section('moved', t('Default channel moved'), moved, ({ name, defaultChannel: [from, to] = ['', ''] }) =>
      row(name, 'after', html`<span class="quiet">${from || t('none')} → ${to || t('none')}</span>`, t),
    ),
    section('deprecated', t('Deprecated now'), deprecated, ({ name, deprecated: names }) =>
      row(name, 'after', html`<span class="quiet">${names.join(', ')}</span>`, t),
    ),
    section('changed', t('Changed'), changed, (one) => changedRow(one, t)),
  ];
  const unchanged =
    same === 0
      ? undefined
      : same === 1
        ? t('1 package is the same in both.')
        : t('{0} packages are the same in both.', same);
  return html`${verdict('neutral', html`${headline}`)}
<p class="subject"><code>${breakable(shortCatalog(before))}</code> <span aria-hidden="true">→</span><span class="spoken">${t('compared with')}</span> <code>${breakable(shortCatalog(after))}</code></p>
<p class="buttons">${button('swap-catalogs', t('Swap'))}
${button('compare', t('Compare Other Catalogs…'))}</p>
${
  added.length + removed.length + changed.length === 0
    ? undefined
    : html`<p class="filter"><input type="search" aria-label="${t('Filter packages')}" placeholder="${t('Filter packages')}" aria-controls="sections" data-none="${t('No package has these words.')}"> <span class="quiet" id="found" role="status"></span></p>
<div id="sections">
${sections}</div>`
}
${unchanged === undefined ? undefined : html`<p class="quiet">${unchanged}</p>`}`;
}

/** An image as people write it. */
function shortCatalog(catalog: string): string {
  return catalog.replace(/^docker:\/\//, '');
}

function section<T>(
  id: string,
  title: string,
  items: readonly T[],
  make: (item: T) => Html,
): Html | undefined {
  if (items.length === 0) return undefined;
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">${title} <span class="count">${items.length}</span></h2>
<ul class="compared">
${items.map(make)}</ul>
</section>
`;
}

function packageRow({ name, displayName, version }: ComparedPackage, side: Side, t: Translate): Html {
  return row(name, side, html`<span class="quiet">${displayName} ${version}</span>`, t);
}

function row(name: string, side: Side, words: Html, t: Translate): Html {
  return html`<li data-item><a href="#" data-action="open-operator" data-argument="${side}:${name}" title="${t('Open Operator')}">${name}</a> ${words}</li>
`;
}

function changedRow(one: ChangedPackage, t: Translate): Html {
  const { name, displayName, version, versionBefore, defaultChannel, deprecated, lines } = one;
  const versions = versionBefore === undefined ? version : `${versionBefore} → ${version}`;
  return html`<li data-item><details>
<summary><span class="name">${name}</span> <span class="quiet">${displayName} ${versions}</span>${defaultChannel === undefined ? undefined : html` <span class="badge">${t('default channel')}</span>`}${deprecated.length === 0 ? undefined : html` <span class="badge deprecated">${t('deprecated')}</span>`}</summary>
<ul class="lines">
${lines.map((line) => html`<li>${line}</li>\n`)}</ul>
<p class="buttons">${button('open-operator', t('Open Operator'), { argument: `after:${name}` })}</p>
</details></li>
`;
}
