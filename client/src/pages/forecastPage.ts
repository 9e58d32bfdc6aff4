import type { ForecastChange, ForecastMirror, ForecastPage } from '../../../server/src/protocol/forecast.ts';
import { breakable, type Html, html } from './html.ts';
import { button, placeLink, sentence, type Tone, type Translate, verdict } from './page.ts';

const tones: Readonly<Record<ForecastPage['effect'], Tone>> = {
  none: 'neutral',
  reload: 'good',
  drain: 'warning',
  reboot: 'warning',
  stopped: 'bad',
};

/**
 * The body of the page about a forecast: what happens to the nodes, to the sets, and to registries.conf.
 * @param about which folder is applied, and to what
 */
export function forecastPage(answer: ForecastPage, about: string, t: Translate): Html {
  const { effect, sentences, files, registriesConf } = answer;
  const [said = '', ...more] = sentences;
  const conf =
    effect === 'stopped'
      ? t('The registries.conf that nodes would have')
      : t('The registries.conf that nodes have then');
  return html`${verdict(tones[effect], sentence(said, files))}
<p class="subject">${about}</p>
${more.map((text) => html`<p>${sentence(text, files)}</p>\n`)}
<p class="buttons">${button('compare', t('Compare With Another Cluster…'))}</p>
${setsSection(answer, t)}
${changesSection(answer.changes, t)}
<section class="conf">
<details>
<summary><h2>${conf}</h2></summary>
<p class="buttons">${button('copy-conf', t('Copy'))}</p>
<pre tabindex="0"><code>${registriesConf}</code></pre>
</details>
</section>`;
}

function setsSection({ sets, files }: ForecastPage, t: Translate): Html | undefined {
  if (sets.length === 0) return undefined;
  return html`<section aria-labelledby="sets">
<h2 id="sets">${t('Mirror sets')}</h2>
<table>
<thead><tr><th scope="col">${t('Change')}</th><th scope="col">${t('Set and file')}</th></tr></thead>
<tbody>
${sets.map(
  ({ change, kind, name, file }) => html`<tr><td class="change ${change}">${setWords(change, t)}</td>
<td>${breakable(name)} <span class="kind">${kind}</span>
<p>${placeLink(files, file, undefined)}</p></td></tr>
`,
)}</tbody>
</table>
</section>`;
}

function setWords(change: string, t: Translate): string {
  switch (change) {
    case 'added':
      return t('Added');
    case 'replaced':
      return t('Replaced');
    case 'unchanged':
      return t('Unchanged');
    case 'refused':
      return t('Refused by the API server');
    case 'overwritten':
      return t('Overwritten by another file');
    case 'stays':
      return t('Stays on the cluster');
    default:
      return change;
  }
}

function changesSection(changes: readonly ForecastChange[], t: Translate): Html | undefined {
  if (changes.length === 0) return undefined;
  return html`<section aria-labelledby="changes">
<h2 id="changes">${t('Registries of the nodes')}</h2>
<table>
<thead><tr><th scope="col">${t('Change')}</th><th scope="col">${t('Registry and mirrors')}</th><th scope="col">${t('Drains nodes')}</th></tr></thead>
<tbody>
${changes.map((change) => changeRow(change, t))}</tbody>
</table>
</section>`;
}

function changeRow(
  { change, source, mirrorsAdded, mirrorsRemoved, blocked, reason }: ForecastChange,
  t: Translate,
): Html {
  const words = { added: t('Added'), removed: t('Removed'), changed: t('Changed') }[change];
  const block = blocked === undefined ? undefined : blocked ? t('Blocked now') : t('Blocked no more');
  return html`<tr><td class="change ${change}">${words}</td><td><code>${breakable(source)}</code>
${block === undefined ? undefined : html`<p>${block}</p>`}
${mirrorList(mirrorsAdded, t('added'), '+', t)}${mirrorList(mirrorsRemoved, t('removed'), '−', t)}</td>
<td>${reason === undefined ? t('No') : html`${t('Yes')}<span class="quiet">${sentence(reason, [])}</span>`}</td></tr>
`;
}

function mirrorList(
  mirrors: readonly ForecastMirror[],
  spoken: string,
  sign: string,
  t: Translate,
): Html | undefined {
  if (mirrors.length === 0) return undefined;
  const pulls = { digest: t('pulls by digest'), tag: t('pulls by tag'), all: t('all pulls') };
  return html`<ul class="mirrors">
${mirrors.map(
  (mirror) => html`<li><span aria-hidden="true">${sign}</span><span class="spoken">${spoken}</span>
<span class="what"><code>${breakable(mirror.location)}</code> <span class="quiet">${pulls[mirror.pulls]}</span></span></li>
`,
)}</ul>`;
}
