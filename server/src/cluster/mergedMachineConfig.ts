import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { dataUrlText, textDataUrl } from '../documents/dataUrl.ts';
import { isPlainObject, type PlainObject } from '../documents/plainObjects.ts';
import { parseRegistriesConf, type RegistryTable } from '../documents/registriesConf.ts';
import { tomlString } from '../documents/registriesConfText.ts';
import type { Manifest } from './manifest.ts';
import { asObject, type Merged, withOwn } from './withOwn.ts';

/**
 * All files of both MachineConfigs. A drop-in that both have gets the tables and mirrors that it lacks; nothing else of its text
 * changes.
 * @throws UserError `notMergeable` for another file that both have with other contents, and a drop-in that cannot be read
 */
export function mergedMachineConfig(current: PlainObject, { object, name }: Manifest): Merged {
  const files = [...filesOf(current)];
  const notes: string[] = [];
  for (const file of filesOf(object)) {
    const at = files.findIndex(({ path }) => path === file.path);
    const there = files[at];
    if (there === undefined) files.push(file);
    else if (sourceOf(there) !== sourceOf(file)) {
      const text = mergedDropIn(textOf(there), textOf(file));
      const path = String(file.path);
      if (text === undefined) throw notMergeable(name, path);
      if (text !== textOf(file)) notes.push(t('What the cluster has in {0} stays in it.', path));
      files[at] = { ...there, contents: { source: textDataUrl(text) } };
    }
  }
  const spec = asObject(current.spec);
  const config = asObject(spec.config);
  const storage = { ...asObject(config.storage), files };
  return {
    object: withOwn(current, { ...spec, config: { ...config, storage } }, object),
    notes,
  };
}

/** Undefined where one of them cannot be read, or says of a source what the other one denies. */
function mergedDropIn(there: string | undefined, wanted: string | undefined): string | undefined {
  if (there === undefined || wanted === undefined) return undefined;
  const [own, added] = [parseRegistriesConf(there), parseRegistriesConf(wanted)];
  if ([...own.problems, ...added.problems].some(({ severity }) => severity === 'error')) return undefined;
  const lines = there.replace(/\n+$/, '').split('\n');
  const missing: string[] = [];
  // From the end on, so that what is inserted moves no line that is still needed.
  const starts = own.registries.map(({ range }) => range.start.line);
  const insertions: { readonly line: number; readonly text: readonly string[] }[] = [];
  for (const table of added.registries) {
    const index = own.registries.findIndex(({ prefix }) => prefix === table.prefix);
    const same = own.registries[index];
    if (same === undefined) {
      missing.push(...tableLines(table));
      continue;
    }
    const has = new Set(same.mirrors.map(({ location }) => location));
    const mirrors = table.mirrors.filter(({ location }) => !has.has(location));
    if (same.mirrorByDigestOnly !== table.mirrorByDigestOnly || same.blocked) return undefined;
    const line =
      starts.filter((start) => start > (starts[index] ?? 0)).sort((a, b) => a - b)[0] ?? lines.length;
    insertions.push({ line, text: mirrors.flatMap(mirrorLines) });
  }
  for (const { line, text } of insertions.toSorted((a, b) => b.line - a.line)) lines.splice(line, 0, ...text);
  return `${[...lines, ...missing].join('\n')}\n`;
}

function tableLines(table: RegistryTable): string[] {
  const { prefix, location, mirrorByDigestOnly, insecure, blocked, mirrors } = table;
  return [
    '',
    '[[registry]]',
    `prefix = ${tomlString(prefix)}`,
    `location = ${tomlString(location)}`,
    ...(insecure ? ['insecure = true'] : []),
    ...(blocked ? ['blocked = true'] : []),
    `mirror-by-digest-only = ${mirrorByDigestOnly}`,
    ...mirrors.flatMap(mirrorLines),
  ];
}

function mirrorLines({ location, insecure, pullFromMirror }: RegistryTable['mirrors'][number]): string[] {
  return [
    '',
    '[[registry.mirror]]',
    `location = ${tomlString(location)}`,
    ...(insecure ? ['insecure = true'] : []),
    ...(pullFromMirror === undefined ? [] : [`pull-from-mirror = ${tomlString(pullFromMirror)}`]),
  ];
}

function filesOf(object: PlainObject): PlainObject[] {
  const { files } = asObject(asObject(asObject(object.spec).config).storage);
  return Array.isArray(files) ? files.filter(isPlainObject) : [];
}

function sourceOf(file: PlainObject): string {
  return String(asObject(file.contents).source ?? '');
}

function textOf(file: PlainObject): string | undefined {
  const { compression } = asObject(file.contents);
  return dataUrlText(sourceOf(file), compression === 'gzip' ? 'gzip' : '');
}

function notMergeable(name: string, path: string): UserError {
  const message = t(
    'MachineConfig {0} has another {1} on the cluster, and the two cannot be joined',
    name,
    path,
  );
  return new UserError('notMergeable', message, {
    nextStep: t('compare both (`oc get machineconfig {0} -o yaml`) and put them together in the file', name),
  });
}
