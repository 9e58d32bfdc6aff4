import type {
  SuggestedManifest,
  TraceAnswer,
  TracedPlace,
  TracedRuleAnswer,
} from '../../../server/src/protocol/trace.ts';
import { breakable, type Html, html } from './html.ts';
import { button, placeLink, sentence, type Tone, type Translate, verdict } from './page.ts';

/** The body of the page about a trace: the answer, what would help, the places in their order, and the rules. */
export function tracePage(answer: TraceAnswer, t: Translate): Html {
  const { image, headline, sentences, files, manifest } = answer;
  return html`${verdict(toneOf(answer), html`${capitalised(headline)}`)}
<p class="subject"><code>${breakable(image)}</code></p>
${sentences.map((text) => html`<p>${sentence(text, files)}</p>\n`)}
${manifest && manifestSection(manifest, t)}
${placesSection(answer, t)}
${rulesSection(answer, t)}`;
}

function toneOf({ verdict: said, manifest }: TraceAnswer): Tone {
  if (said === 'mirror') return 'good';
  if (said !== 'source') return 'bad';
  return manifest === undefined ? 'neutral' : 'warning';
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function manifestSection({ kind, mirrors, text }: SuggestedManifest, t: Translate): Html {
  const [mirror = ''] = mirrors;
  const intro =
    mirrors.length === 1
      ? t('This {0} sends the pull to {1}.', kind, mirror)
      : t('This {0} sends the pull to {1} mirrors.', kind, mirrors.length);
  return html`<section aria-labelledby="helps">
<h2 id="helps">${t('What would help')}</h2>
<p>${sentence(intro, [])}</p>
<p class="buttons">${button('save-manifest', t('Save…'), { primary: true })}
${button('copy-manifest', t('Copy'))}
${button('open-manifest', t('Open'))}</p>
<details>
<summary>${t('The whole {0}', kind)}</summary>
<pre tabindex="0"><code>${text}</code></pre>
</details>
</section>`;
}

function placesSection({ places, mayAsk }: TraceAnswer, t: Translate): Html | undefined {
  if (places.length === 0) return undefined;
  const untested = places.some(({ result }) => result === 'untested');
  return html`<section aria-labelledby="places">
<h2 id="places">${t('A node asks in this order')}</h2>
<ol class="places">
${places.map((place) => placeItem(place, t))}</ol>
${untested && mayAsk ? html`<p class="buttons">${button('ask-places', t('Ask These Places'))}</p>` : undefined}
${untested && !mayAsk ? html`<p class="quiet">${t('Nobody is asked while the network is off or the workspace is not trusted.')}</p>` : undefined}
</section>`;
}

function placeItem({ image, from, result, reason, insecure }: TracedPlace, t: Translate): Html {
  const [sign, tone, words] = resultWords(result, t);
  const where = from === 'mirror' ? t('mirror') : t('source');
  const open =
    insecure === true ? html` · ${t('plain HTTP is allowed, and no certificate is checked')}` : undefined;
  return html`<li class="${tone}"><span class="sign" aria-hidden="true">${sign}</span>
<span class="what"><code>${breakable(image)}</code>
<span class="quiet">${where} · ${words}${reason === undefined ? undefined : html` · ${sentence(reason, [])}`}${open}</span></span></li>
`;
}

function resultWords(result: TracedPlace['result'], t: Translate): readonly [string, string, string] {
  switch (result) {
    case 'found':
      return ['✓', 'good', t('has the image')];
    case 'missing':
      return ['✗', 'bad', t('does not have the image')];
    case 'unreachable':
      return ['✗', 'bad', t('cannot be reached')];
    case 'unauthorized':
      return ['✗', 'bad', t('asks for a login')];
    case 'blocked':
      return ['✗', 'bad', t('is blocked, so that no node asks it')];
    case 'untested':
      return ['○', 'neutral', t('not tested')];
  }
}

function rulesSection({ rules, unrelated, files }: TraceAnswer, t: Translate): Html {
  const deciding = rules.filter(({ matched }) => matched);
  const others = rules.filter(({ matched }) => !matched);
  const item = (
    rule: TracedRuleAnswer,
  ) => html`<li class="${rule.matched ? 'good' : 'bad'}"><span class="sign" aria-hidden="true">${rule.matched ? '✓' : '✗'}</span>
<span class="what">${placeLink(files, rule.path, rule.line)} <span class="kind">${rule.kind}</span> <code>${breakable(rule.source)}</code>
<span class="quiet">${sentence(capitalised(rule.reason), files)}</span></span></li>
`;
  const more =
    unrelated === 0
      ? undefined
      : unrelated === 1
        ? t('1 rule is for other images.')
        : t('{0} rules are for other images.', unrelated);
  const heading =
    deciding.length === 0
      ? t('No rule holds for this pull')
      : deciding.length === 1
        ? t('The rule that decides')
        : t('The rules that decide');
  return html`<section aria-labelledby="rules">
<h2 id="rules">${heading}</h2>
${deciding.length > 0 ? html`<ul class="rules">\n${deciding.map(item)}</ul>` : undefined}
${
  others.length > 0
    ? html`<h3>${t('Rules that come near and do not count')}</h3>\n<ul class="rules">\n${others.map(item)}</ul>`
    : undefined
}
${more === undefined ? undefined : html`<p class="quiet">${more}</p>`}
</section>`;
}
