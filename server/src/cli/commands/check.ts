import type { Access } from '../../access/access.ts';
import { messageOf } from '../../base/errors.ts';
import { sentence, t } from '../../base/sentences.ts';
import { oneLine, printable } from '../../base/words.ts';
import { isReadAsTemplate } from '../../documents/workspaceFile.ts';
import type { Lookup } from '../../lookup/lookup.ts';
import type { Unanswered } from '../../lookup/unanswered.ts';
import { analyze, certainFixesOf, fixesOf } from '../../rules/analysis.ts';
import { command, exitCodes, type Terminal, tell } from '../command.ts';
import { askingAll, askingFolders, withFacts, withLocalFacts } from '../facts.ts';
import { type NamedCatalogs, openNamedCatalogs } from '../namedCatalogs.ts';
import { some } from '../operands.ts';
import { flag, oneOf } from '../options.ts';
import { type RegistryValues, registryOptions, retryOption } from '../sharedOptions.ts';
import { CheckedWorkspace, type FixedFile } from './checkedWorkspace.ts';
import {
  type CheckedFile,
  type CheckReport,
  countSeverities,
  renderJson,
  renderSarif,
  renderText,
} from './checkReport.ts';

export const check = command({
  name: 'check',
  summary: 'Find what is wrong in mapping.txt, mirror sets and CatalogSources, and repair what is certain',
  operands: some('PATH', sentence('name files or folders to check')),
  options: {
    fix: flag({ help: sentence('apply every fix that is certain') }),
    online: flag({ help: sentence('ask registries too') }),
    format: oneOf(['text', 'json', 'sarif'], { help: sentence('how the findings are printed ({default})') }),
    ...retryOption,
    ...registryOptions,
  },
  usage: ['fix', 'online', 'format'],
  async run(paths, options, terminal) {
    const { format } = options;
    const say = (line: string) => tell(terminal, 'check', line);
    const workspace = await CheckedWorkspace.load(paths, say);
    const catalogs = await openNamedCatalogs(workspace.snapshot, {
      paths: workspace.files.map(({ key }) => key),
      access: () => accessFor(options, terminal),
      // With --offline the network is refused later, in its own words.
      online: options.online && !options.offline,
      signal: terminal.signal,
    });
    workspace.useCatalogs(catalogs.snapshot.catalogs);
    const fixed: FixedFile[] = [];
    if (options.fix) {
      await workspace.fixAll(
        (file) => {
          fixed.push(file);
          terminal.stderr.write(`${fixedLine(file)}\n`);
        },
        (error) => say(messageOf(error)),
      );
    }
    // JSON alone names what somebody has to choose among: the text counts what is certain.
    const fixes = format === 'json' ? fixesOf : certainFixesOf;
    const { report, unknown } = options.online
      ? await onlineReport(workspace, catalogs, options, terminal, fixes)
      : await offlineReport(workspace, terminal, fixes);
    for (const line of unansweredLines(unknown)) say(line);
    // Where nothing was ours, what was wrong with the input has been said.
    const nothing = workspace.incomplete && report.files.length === 0;
    if (format === 'json') terminal.stdout.write(renderJson(report));
    else if (format === 'sarif') terminal.stdout.write(renderSarif(report));
    else if (!nothing) terminal.stdout.write(renderText(report, fixed.length));
    if (workspace.incomplete) return exitCodes.unusable;
    const { error, warning } = report.summary;
    return error + warning + unknown.length > 0 ? exitCodes.incomplete : exitCodes.done;
  },
});

function fixedLine({ path, changes }: FixedFile): string {
  const shown = printable(path);
  return changes === 1 ? t('fixed {0}: 1 change', shown) : t('fixed {0}: {1} changes', shown, changes);
}

/** What came of a check, and what registries could not say. */
interface Checked {
  readonly report: CheckReport;
  readonly unknown: readonly Unanswered[];
}

/** So many registries without an answer are named one by one, although they fail in the same way. */
const mostAlike = 3;

/** Why images are not known: a line for each registry, or for all of many that fail in the same way. */
function unansweredLines(unknown: readonly Unanswered[]): string[] {
  const alike = new Map<string, Unanswered[]>();
  for (const one of unknown) {
    const key = one.reason.replaceAll(one.place, '');
    alike.set(key, [...(alike.get(key) ?? []), one]);
  }
  return [...alike.values()].flatMap((group) => {
    const places = group.toSorted((a, b) => b.images - a.images || (a.place < b.place ? -1 : 1));
    const [first, second] = places;
    if (places.length <= mostAlike || first === undefined || second === undefined) {
      return places.map(({ place, images, reason }) => {
        return images === 1
          ? t('1 image of {0} could not be checked: {1}', place, oneLine(reason))
          : t('{0} images of {1} could not be checked: {2}', images, place, oneLine(reason));
      });
    }
    const images = places.reduce((sum, place) => sum + place.images, 0);
    return [
      t(
        '{0} images of {1}, {2} and {3} more registries could not be checked: {4}',
        images,
        first.place,
        second.place,
        places.length - 2,
        oneLine(first.reason),
      ),
    ];
  });
}

function onlineReport(
  workspace: CheckedWorkspace,
  catalogs: NamedCatalogs,
  options: RegistryValues,
  terminal: Terminal,
  fixes: FixesOf,
): Promise<Checked> {
  return withFacts(options, terminal, async (lookup) => {
    lookup.catalog = catalogs.catalog;
    workspace.facts = askingAll(lookup);
    const report = await answeredReport(workspace, lookup, terminal.signal, fixes);
    const unanswered = lookup.unanswered();
    const silent = new Set(unanswered.map(({ place }) => place));
    return {
      report,
      unknown: [...unanswered, ...catalogs.unknown.filter(({ place }) => !silent.has(place))],
    };
  });
}

/** How registries are reached; loaded where there is something to ask them. */
async function accessFor(options: RegistryValues, terminal: Terminal): Promise<Access> {
  const { accessOf } = await import('../registries.ts');
  return accessOf(options, terminal);
}

/** Without the network `v2/` folders can still be asked. */
export function offlineReport(
  workspace: CheckedWorkspace,
  terminal: Pick<Terminal, 'signal'>,
  fixes: FixesOf,
): Promise<Checked> {
  return withLocalFacts(async (lookup) => {
    workspace.facts = askingFolders(lookup);
    return { report: await answeredReport(workspace, lookup, terminal.signal, fixes), unknown: [] };
  });
}

/** An answer may raise the next question, but not for ever. */
const mostRounds = 10;

/**
 * The report once everything is answered that a rule or a fix asks for.
 *
 * @throws the signal's reason once that fires
 */
async function answeredReport(
  workspace: CheckedWorkspace,
  lookup: Lookup,
  signal: AbortSignal,
  fixes: FixesOf,
): Promise<CheckReport> {
  // Offers tell also what nobody knows, and why.
  const news = () => (fixes === fixesOf ? lookup.news : lookup.version);
  let report = reportOf(workspace, fixes);
  for (let round = 0; round < mostRounds; round++) {
    const before = news();
    await lookup.idle(signal);
    signal.throwIfAborted();
    if (news() === before) break;
    report = reportOf(workspace, fixes);
  }
  return report;
}

/** Which fixes of a finding a report is about: `fixesOf`, or `certainFixesOf`. */
type FixesOf = typeof fixesOf;

function reportOf(workspace: CheckedWorkspace, fixesOfFinding: FixesOf): CheckReport {
  const files = workspace.files.map(({ key, path }): CheckedFile => {
    const file = workspace.file(key);
    const context = workspace.contextOf(key);
    const findings = analyze(file, context).map((finding) => {
      const { code, kind, severity, message, range } = finding;
      const fixes = fixesOfFinding(finding, file, context).map(({ title, preferred }) => ({
        title,
        preferred,
      }));
      return { code, kind, severity, message, range, fixes };
    });
    return isReadAsTemplate(file) ? { path, findings, template: true } : { path, findings };
  });
  return { files, summary: countSeverities(files) };
}
