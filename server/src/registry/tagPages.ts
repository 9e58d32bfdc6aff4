import * as z from 'zod';
import { jsonIn } from '../base/json.ts';

const page = z.object({ tags: z.array(z.unknown()).nullish() });

/** The tags of one page; undefined when the body is no such page. What is no text is passed over. */
export function tagsOf(body: Uint8Array): string[] | undefined {
  const parsed = page.safeParse(jsonIn(body));
  if (!parsed.success) return undefined;
  return (parsed.data.tags ?? []).filter((tag) => typeof tag === 'string');
}

/**
 * Path and query of the next page that a `Link` header names, relative to `base`; undefined on the last page.
 * Its host is passed over, and its path where that is another repository's: registries behind a proxy often name
 * inner ones, and ours are right.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags
 */
export function nextPage(link: string | undefined, base: URL): string | undefined {
  if (link === undefined) return undefined;
  for (let from = 0; ; ) {
    const open = link.indexOf('<', from);
    const close = link.indexOf('>', open);
    if (open === -1 || close === -1) return undefined;
    const following = link.indexOf('<', close);
    const parameters = link.slice(close + 1, following === -1 ? undefined : following);
    if (/;\s*rel\s*=\s*"?next"?/i.test(parameters)) {
      const target = link.slice(open + 1, close);
      if (!URL.canParse(target, base.href)) return undefined;
      const url = new URL(target, base);
      const path = url.pathname.endsWith('/tags/list') ? base.pathname : url.pathname;
      return path + url.search;
    }
    if (following === -1) return undefined;
    from = following;
  }
}
