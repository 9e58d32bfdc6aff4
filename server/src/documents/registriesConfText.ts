import { printableJson } from '../base/words.ts';
import type { RegistryTable } from './registriesConf.ts';

/** What a registries.conf says besides its tables. */
export interface RegistriesConfFrame {
  readonly unqualifiedSearchRegistries: readonly string[];
  /**
   * True for the older form: `mirror-by-digest-only` of a registry in place of `pull-from-mirror` of its mirrors.
   * It cannot say that a mirror is for tags alone.
   */
  readonly byDigestOnly?: boolean;
}

/**
 * Prints a registries.conf of version 2 as the machine-config-operator prints it, keys and blanks alike, so that it
 * can be compared with `/etc/containers/registries.conf` of a node.
 * https://github.com/containers/image/blob/main/docs/containers-registries.conf.5.md
 */
export function registriesConfText(tables: Iterable<RegistryTable>, frame: RegistriesConfFrame): string {
  const search = frame.unqualifiedSearchRegistries.map(tomlString).join(', ');
  const lines = [`unqualified-search-registries = [${search}]`, 'short-name-mode = ""'];
  for (const table of tables) lines.push('', ...tableLines(table, frame.byDigestOnly === true));
  return `${lines.join('\n')}\n`;
}

function tableLines(table: RegistryTable, byDigestOnly: boolean): string[] {
  const { prefix, location, insecure, blocked, mirrors } = table;
  const lines = ['[[registry]]', `  prefix = ${tomlString(prefix === location ? '' : prefix)}`];
  if (location !== '') lines.push(`  location = ${tomlString(location)}`);
  if (insecure) lines.push('  insecure = true');
  if (blocked) lines.push('  blocked = true');
  if (byDigestOnly || table.mirrorByDigestOnly) lines.push('  mirror-by-digest-only = true');
  for (const mirror of mirrors) {
    lines.push('', '  [[registry.mirror]]', `    location = ${tomlString(mirror.location)}`);
    if (mirror.insecure) lines.push('    insecure = true');
    if (!byDigestOnly && mirror.pullFromMirror !== undefined)
      lines.push(`    pull-from-mirror = ${tomlString(mirror.pullFromMirror)}`);
  }
  return lines;
}

/** A TOML basic string. It takes the escapes of JSON, and all that TOML wants escaped is among what we escape. */
export function tomlString(text: string): string {
  return printableJson(text);
}
