import type {
  OperatorAnswer,
  OperatorChannel,
  UpgradeGraphAnswer,
} from '../../../server/src/protocol/operator.ts';
import { breakable, type Html, html } from './html.ts';
import { markdown, PageLinks, webLink } from './markdown.ts';
import type { Translate } from './page.ts';
import { graphLegend, graphPicture } from './upgradeGraph.ts';

/** A page and the links that it asks to have opened, by their numbers. */
export interface OperatorPage {
  readonly body: Html;
  readonly links: readonly string[];
}

/** The body of the page about an operator: what it is, and in tabs its description, upgrade graph, needs and images. */
export function operatorPage(answer: OperatorAnswer, t: Translate): OperatorPage {
  const links = new PageLinks();
  const { graph, dependencies, provides, images } = answer;
  const tabs: readonly (Tab | undefined)[] = [
    { id: 'details', title: t('Details'), body: detailsTab(answer, links, t) },
    graph && { id: 'graph', title: t('Upgrade Graph'), body: graphTab(answer, graph, t) },
    {
      id: 'needs',
      title: t('Dependencies'),
      count: dependencies.length,
      body: html`${needsSection(answer, t)}${providesSection(provides, t)}`,
    },
    { id: 'images', title: t('Images'), count: images.length, body: imagesTab(answer, t) },
  ];
  const body = html`${header(answer, t)}
${tabList(
  tabs.filter((tab) => tab !== undefined),
  t,
)}`;
  return { body, links: links.urls };
}

interface Tab {
  readonly id: string;
  readonly title: string;
  readonly count?: number;
  readonly body: Html;
}

function tabList(tabs: readonly Tab[], t: Translate): Html {
  return html`<div class="tabs" role="tablist" aria-label="${t('About this operator')}">
${tabs.map(
  ({ id, title, count }, index) =>
    html`<button type="button" role="tab" id="tab-${id}" aria-controls="panel-${id}" aria-selected="${index === 0 ? 'true' : 'false'}" tabindex="${index === 0 ? 0 : -1}">${title}${count === undefined || count === 0 ? undefined : html` <span class="count">${count}</span>`}</button>\n`,
)}</div>
${tabs.map(
  ({ id, body }, index) =>
    html`<div role="tabpanel" id="panel-${id}" aria-labelledby="tab-${id}"${index === 0 ? undefined : html` hidden`}>
${body}
</div>
`,
)}`;
}

function header(answer: OperatorAnswer, t: Translate): Html {
  const { displayName, package: name, provider, summary, versions, bundle, warnings, icon } = answer;
  const select =
    versions.length === 0
      ? undefined
      : html`<label>${t('Version')} <select data-change="show-version">
${versions.map((one) => html`<option value="${one.bundle}"${one.bundle === bundle ? html` selected` : undefined}>${one.version}</option>\n`)}</select></label>`;
  return html`<header class="operator">
${icon === undefined ? undefined : html`<img class="icon" alt="" src="${icon}">`}
<div>
<h1>${displayName}</h1>
<p class="subject"><code>${breakable(name)}</code>${provider === '' ? undefined : html` <span class="dot" aria-hidden="true">·</span> <span>${provider}</span>`}</p>
${summary === '' ? undefined : html`<p class="summary" dir="auto" title="${summary}">${summary}</p>`}
${select}
</div>
</header>
${warnings.length === 0 ? undefined : html`<ul class="warnings" aria-label="${t('What to know before')}">\n${warnings.map((words) => html`<li class="warning"><span class="sign" aria-hidden="true">!</span><span class="what">${words}</span></li>\n`)}</ul>`}`;
}

function detailsTab(answer: OperatorAnswer, links: PageLinks, t: Translate): Html {
  const { description } = answer;
  return html`<div class="columns">
<section class="description" aria-label="${t('Description')}">
${description.trim() === '' ? html`<p class="quiet">${t('The catalog has no description of it.')}</p>` : markdown(description, links)}
</section>
<aside aria-label="${t('Facts')}">
${factList(answer, links, t)}
</aside>
</div>`;
}

function factList(answer: OperatorAnswer, links: PageLinks, t: Translate): Html {
  const { requirements, capability, installModes, categories, keywords, channels, maintainers } = answer;
  const plain = (items: readonly string[]) => html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;
  const chips = (items: readonly string[]) =>
    html`<ul class="chips">${items.map((item) => html`<li>${item}</li>`)}</ul>`;
  const facts: readonly (readonly [string, Html, boolean])[] = [
    [t('Channels'), channelList(channels, t), channels.length > 0],
    [t('Clusters'), plain(requirements), requirements.length > 0],
    [
      t('Capability level'),
      capability === undefined ? html`` : levels(capability, t),
      capability !== undefined,
    ],
    [t('Install modes'), plain(installModes.map((mode) => installMode(mode, t))), installModes.length > 0],
    [t('Categories'), chips(categories), categories.length > 0],
    [
      t('Links'),
      html`<ul>${answer.links.map(({ name, url }) => html`<li>${webLink(name, url, links)}</li>`)}</ul>`,
      answer.links.length > 0,
    ],
    [
      t('Maintainers'),
      html`<ul>${maintainers.map(({ name, email }) => html`<li>${name}${email === '' || email === name ? undefined : html` <span class="quiet">${email}</span>`}</li>`)}</ul>`,
      maintainers.length > 0,
    ],
    [t('Keywords'), chips(keywords), keywords.length > 0],
    [t('Catalog'), html`<p><code>${breakable(answer.catalog)}</code></p>`, true],
  ];
  return html`${facts.map(([title, body, there]) => (there ? html`<section>\n<h2>${title}</h2>\n${body}\n</section>\n` : undefined))}`;
}

function channelList(channels: readonly OperatorChannel[], t: Translate): Html {
  const item = ({ name, isDefault, head, deprecated }: OperatorChannel) =>
    html`<li><span class="what"><a href="#" data-action="show-channel" data-argument="${name}" title="${t('Show the upgrade graph of {0}', name)}">${name}</a>${isDefault ? html` <span class="badge">${t('default')}</span>` : undefined}${deprecated === undefined ? undefined : html` <span class="badge deprecated" title="${deprecated}">${t('deprecated')}</span>`}
<span class="quiet">${head === '' ? t('no head') : head}</span></span></li>
`;
  const ordered = [
    ...channels.filter(({ isDefault }) => isDefault),
    ...channels.filter(({ isDefault }) => !isDefault),
  ];
  const shown = ordered.slice(0, mostChannels);
  const rest = ordered.slice(mostChannels);
  return html`<ul class="channels">\n${shown.map(item)}</ul>
${rest.length === 0 ? undefined : html`<details><summary>${rest.length === 1 ? t('1 more channel') : t('{0} more channels', rest.length)}</summary>\n<ul class="channels">\n${rest.map(item)}</ul></details>`}`;
}

/** Channels that are shown before somebody asks for more. */
const mostChannels = 6;

function levels({ level, name }: NonNullable<OperatorAnswer['capability']>, t: Translate): Html {
  const steps = Array.from(
    { length: 5 },
    (_, index) => html`<span class="step${index < level ? ' reached' : ''}"></span>`,
  );
  return html`<p>${name}</p>\n<p class="steps" role="img" aria-label="${t('Level {0} of 5', level)}">${steps}</p>`;
}

function installMode(mode: string, t: Translate): string {
  switch (mode) {
    case 'OwnNamespace':
      return t('In its own namespace');
    case 'SingleNamespace':
      return t('For one other namespace');
    case 'MultiNamespace':
      return t('For several namespaces');
    case 'AllNamespaces':
      return t('For all namespaces');
    default:
      return mode;
  }
}

function graphTab(answer: OperatorAnswer, graph: UpgradeGraphAnswer, t: Translate): Html {
  const { channels } = answer;
  const isDefault = channels.some(({ name, isDefault: own }) => own && name === graph.channel);
  const options = channels.map(
    ({ name, isDefault: own }) =>
      html`<option value="${name}"${name === graph.channel ? html` selected` : undefined}>${own ? t('{0} (default)', name) : name}</option>\n`,
  );
  return html`<section aria-label="${t('Upgrade graph')}">
<p class="bar"><label>${t('Channel')} <select data-change="show-channel">\n${options}</select></label></p>
${graph.sentences.map((words) => html`<p>${words}</p>\n`)}
${graphLegend(graph, t)}
<div class="way">
<div role="status" aria-live="polite"><p class="headline">${t('Choose two versions to see the way of upgrades between them.')}</p>
<ol class="steps-of-way"></ol></div>
<p class="buttons" hidden><button type="button" class="secondary" data-way="show"></button>
<button type="button" class="secondary" data-way="clear">${t('Clear')}</button></p>
</div>
${graphPicture(graph, isDefault, t)}
<details class="table">
<summary>${t('The graph as a table')}</summary>
${edgeTable(graph, t)}
</details>
</section>`;
}

/** Runs of versions in one cell of the table. */
const mostRuns = 10;

function edgeTable({ rows }: UpgradeGraphAnswer, t: Translate): Html {
  const label = (row: number) => rows[row]?.label ?? '';
  const runs = (all: UpgradeGraphAnswer['rows'][number]['skips']) =>
    all
      .slice(0, mostRuns)
      .map(([first, last]) => (first === last ? label(first) : t('{0} to {1}', label(last), label(first))))
      .concat(all.length > mostRuns ? ['…'] : [])
      .join(', ');
  return html`<table>
<thead><tr><th scope="col">${t('Version')}</th><th scope="col">${t('Replaces')}</th><th scope="col">${t('Skips')}</th><th scope="col">${t('Upgrades by skipRange')}</th></tr></thead>
<tbody>
${rows.map(
  (
    row,
  ) => html`<tr><th scope="row">${row.label}</th><td>${label(row.replaces)}</td><td>${runs(row.skips)}</td><td>${row.skipRange === '' ? undefined : html`<code>${row.skipRange}</code> <span class="quiet">${runs(row.inRange)}</span>`}</td></tr>
`,
)}</tbody>
</table>`;
}

function needsSection({ dependencies }: OperatorAnswer, t: Translate): Html {
  const body =
    dependencies.length === 0
      ? html`<p>${t('It needs nothing else from the catalog.')}</p>`
      : html`<ul class="needs">
${dependencies.map(
  ({
    needs,
    provided,
    providers,
  }) => html`<li class="${providers.length > 0 || provided === '' ? 'good' : 'neutral'}"><span class="what">${needs}
<span class="quiet">${provided}</span>${providers.length === 0 ? undefined : html`<span class="providers">${providers.map((name) => html`<button type="button" class="secondary" data-action="show-package" data-argument="${name}">${name}</button> `)}</span>`}</span></li>
`,
)}</ul>`;
  return html`<section aria-labelledby="needs">
<h2 id="needs">${t('What it needs')}</h2>
${body}
</section>`;
}

function providesSection(provides: OperatorAnswer['provides'], t: Translate): Html | undefined {
  if (provides.length === 0) return undefined;
  return html`<section aria-labelledby="provides">
<h2 id="provides">${t('Kinds that it provides')}</h2>
<table>
<thead><tr><th scope="col">${t('Kind')}</th><th scope="col">${t('Group')}</th><th scope="col">${t('Version')}</th></tr></thead>
<tbody>
${provides.map(({ kind, group, version }) => html`<tr><td>${kind}</td><td><code>${breakable(group)}</code></td><td>${version}</td></tr>\n`)}</tbody>
</table>
</section>`;
}

function imagesTab({ images, version }: OperatorAnswer, t: Translate): Html {
  const byTag = images.filter(({ pinned }) => !pinned).length;
  const words =
    images.length === 0
      ? t('The catalog names no image of it.')
      : byTag === 0
        ? t(
            'Version {0} names all of its images by digest, so that mirror sets for digests redirect them.',
            version,
          )
        : byTag === 1
          ? t(
              '1 image of version {0} is named by tag: only an ImageTagMirrorSet redirects its pull.',
              version,
            )
          : t(
              '{0} images of version {1} are named by tag: only an ImageTagMirrorSet redirects their pulls.',
              byTag,
              version,
            );
  if (images.length === 0) return html`<p>${words}</p>`;
  return html`<p>${words}</p>
<table class="images">
<thead><tr><th scope="col">${t('Image')}</th><th scope="col">${t('Named by')}</th></tr></thead>
<tbody>
${images.map(
  ({
    image,
    name,
    pinned,
  }) => html`<tr><td>${name === '' ? undefined : html`<span class="quiet">${name}</span>`}<code>${breakable(image)}</code></td><td>${pinned ? t('digest') : html`<span class="badge stranded">${t('tag')}</span>`}</td></tr>
`,
)}</tbody>
</table>`;
}
