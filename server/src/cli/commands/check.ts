import { stat } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { findConfiguration } from '../../files/configuration.ts';
import { contextFolder, type FileType, type FoundFile, findContext, findFiles } from '../../files/find.ts';
import { isRecognised, parseText } from '../../files/load.ts';
import { applyEdits, readText, writeText } from '../../files/textFile.ts';
import type { Lookup } from '../../lookup/lookup.ts';
import { type AnalysisContext, analyze, fixesOf } from '../../rules/analysis.ts';
import { certainEdits } from '../../rules/fixAll.ts';
import { type Facts, noFacts } from '../../workspace/facts.ts';
import { defaultSettings, type Settings } from '../../workspace/settings.ts';
import { Snapshot, type WorkspaceFile } from '../../workspace/snapshot.ts';
import { type Command, exitCodes, type OptionValues, type Terminal } from '../command.ts';
import { askingAll, askingFolders, withFacts, withLocalFacts } from '../facts.ts';
import { choice, flag, registryOptions } from '../options.ts';
import {
  type CheckedFile,
  type CheckReport,
  countSeverities,
  renderJson,
  renderSarif,
  renderText,
} from './checkReport.ts';

export const check: Command = {
  name: 'check',
  usage: 'PATH... [--fix] [--online] [--format text|json|sarif]',
  summary: 'Find what is wrong in mapping.txt, mirror sets and CatalogSources, and repair what is certain',
  options: {
    fix: { type: 'boolean', help: 'apply every fix that is certain' },
    online: { type: 'boolean', help: 'ask registries too' },
    format: { type: 'string', value: 'text|json|sarif', help: 'how the findings are printed (text)' },
    ...registryOptions,
  },
  async run(paths, options, terminal) {
    const format = choice(options, 'format', ['text', 'json', 'sarif'], 'text');
    if (paths.length === 0)
      throw new UserError('usage', 'no PATH is given', { nextStep: 'name files or folders to check' });
    const workspace = await load(paths, terminal);
    if (flag(options, 'fix')) await fixAll(workspace);
    const report = flag(options, 'online')
      ? await onlineReport(workspace, options, terminal)
      : await offlineReport(workspace, terminal);
    const renderers = { text: renderText, json: renderJson, sarif: renderSarif };
    terminal.stdout.write(renderers[format](report));
    return report.summary.error + report.summary.warning > 0 ? exitCodes.incomplete : exitCodes.done;
  },
};

interface LoadedFile {
  /** The path as it was given, or as it was found below a folder that was given. */
  readonly shownPath: string;
  readonly type: FileType;
  text: string;
}

class Workspace {
  snapshot = new Snapshot();
  /** The files to report on, by their key in the snapshot; files that only give context are not among them. */
  readonly reported = new Map<string, LoadedFile>();
  readonly settingsByFolder = new Map<string, Settings>();
  facts: Facts = noFacts;

  contextOf(key: string): AnalysisContext {
    const settings = this.settingsByFolder.get(dirname(key)) ?? defaultSettings;
    return { snapshot: this.snapshot, settings, facts: this.facts };
  }

  file(key: string): WorkspaceFile {
    const file = this.snapshot.files.get(key);
    if (file === undefined) throw new Error(`${key} is not in the snapshot`);
    return file;
  }
}

async function load(paths: readonly string[], terminal: Terminal): Promise<Workspace> {
  const workspace = new Workspace();
  for (const path of paths) {
    for (const found of await findFiles(path)) await add(workspace, found, true);
  }
  for (const folder of await contextFolders(paths)) {
    for (const found of await findContext(folder)) await add(workspace, found, false);
  }
  for (const key of workspace.reported.keys()) {
    const folder = dirname(key);
    if (workspace.settingsByFolder.has(folder)) continue;
    const { settings, problems, path } = await findConfiguration(folder);
    workspace.settingsByFolder.set(folder, { ...defaultSettings, ...settings });
    for (const problem of problems) terminal.stderr.write(`operator-mirror check: ${path}: ${problem}\n`);
  }
  return workspace;
}

/** A file on its own is understood with what lies round it; a folder is given whole. */
async function contextFolders(paths: readonly string[]): Promise<ReadonlySet<string>> {
  const folders = new Set<string>();
  for (const path of paths) {
    const folder = (await stat(path)).isFile() ? await contextFolder(path) : undefined;
    if (folder !== undefined) folders.add(folder);
  }
  return folders;
}

async function add(workspace: Workspace, found: FoundFile, reported: boolean): Promise<void> {
  const key = resolve(found.path).replaceAll(sep, '/');
  if (workspace.snapshot.files.has(key)) return;
  const text = await readText(found.path);
  const content = parseText(text, found.type);
  if (!isRecognised(content)) return;
  workspace.snapshot = workspace.snapshot.with(key, content);
  if (reported) workspace.reported.set(key, { shownPath: found.path, type: found.type, text });
}

/** More rounds than any file needs: each one repairs what the one before had to leave. */
const mostRounds = 10;

async function fixAll(workspace: Workspace): Promise<void> {
  const changed = new Set<string>();
  for (let round = 0; round < mostRounds; round++) {
    let edited = false;
    for (const [key, file] of workspace.reported) {
      const edits = certainEdits(workspace.file(key), workspace.contextOf(key));
      if (edits.length === 0) continue;
      file.text = applyEdits(file.text, edits);
      workspace.snapshot = workspace.snapshot.with(key, parseText(file.text, file.type));
      changed.add(key);
      edited = true;
    }
    if (!edited) break;
  }
  for (const key of changed) await writeText(key, workspace.reported.get(key)?.text ?? '');
}

function onlineReport(workspace: Workspace, options: OptionValues, terminal: Terminal): Promise<CheckReport> {
  return withFacts(options, terminal, (lookup) => {
    workspace.facts = askingAll(lookup);
    return answeredReport(workspace, lookup, terminal.signal);
  });
}

/** Without the network `v2/` folders can still be asked. */
function offlineReport(workspace: Workspace, terminal: Terminal): Promise<CheckReport> {
  return withLocalFacts((lookup) => {
    workspace.facts = askingFolders(lookup);
    return answeredReport(workspace, lookup, terminal.signal);
  });
}

/** The report once everything is answered that a rule or a fix asks for. */
async function answeredReport(
  workspace: Workspace,
  lookup: Lookup,
  signal: AbortSignal,
): Promise<CheckReport> {
  let report = reportOf(workspace);
  // An answer may raise the next question.
  for (let round = 0; round < mostRounds; round++) {
    const { version } = lookup;
    await lookup.idle(signal);
    if (lookup.version === version) break;
    report = reportOf(workspace);
  }
  return report;
}

function reportOf(workspace: Workspace): CheckReport {
  const files = [...workspace.reported].map(([key, { shownPath }]): CheckedFile => {
    const file = workspace.file(key);
    const context = workspace.contextOf(key);
    const findings = analyze(file, context).map((finding) => {
      const { code, kind, severity, message, range } = finding;
      const fixes = fixesOf(finding, file, context).map(({ title, preferred }) => ({ title, preferred }));
      return { code, kind, severity, message, range, fixes };
    });
    return { path: shownPath, findings };
  });
  return { files, summary: countSeverities(files) };
}
