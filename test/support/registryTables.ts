import { parseRegistriesConf } from '../../server/src/documents/registriesConf.ts';

/** The tables of a registries.conf in the order of their prefixes, which has no meaning; that of mirrors has. */
export function tablesOf(text: string): readonly unknown[] {
  return parseRegistriesConf(text)
    .registries.map(({ prefix, location, insecure, blocked, mirrorByDigestOnly, mirrors }) => ({
      prefix,
      location,
      insecure,
      blocked,
      mirrorByDigestOnly,
      mirrors: mirrors.map((mirror) => [mirror.location, mirror.insecure, mirror.pullFromMirror]),
    }))
    .sort((a, b) => (a.prefix < b.prefix ? -1 : 1));
}
