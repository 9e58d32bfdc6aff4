import { type Catalogs, openCatalogs } from '../../access/catalogs.ts';
import { UserError } from '../../base/errors.ts';
import { sentence, t } from '../../base/sentences.ts';
import { nearestOf, printableJson } from '../../base/words.ts';
import { catalogDifference } from '../../catalog/difference.ts';
import { type Catalog, packageOf } from '../../catalog/model.ts';
import { saidProblem } from '../../catalog/readProblem.ts';
import type { Selection } from '../../catalog/selection.ts';
import { shownCatalog } from '../../catalog/shown.ts';
import { byteProgressOption, openCatalogProgress } from '../byteProgress.ts';
import { command, exitCodes, type Terminal, tell } from '../command.ts';
import type { Operands } from '../operands.ts';
import { text, type Values } from '../options.ts';
import { accessOf } from '../registries.ts';
import { formatOption, registryOptions, retryOption } from '../sharedOptions.ts';
import { differenceText, listedCatalog, listText, showText } from './catalogReport.ts';
import { readSelection, selectionProblemJson, tellSelection } from './catalogSelection.ts';

/** What is asked of which catalogs. */
type Question =
  | { readonly what: 'list'; readonly catalog: string }
  /** Without a package all of them. */
  | { readonly what: 'show'; readonly catalog: string; readonly package: string | undefined }
  | { readonly what: 'diff'; readonly before: string; readonly after: string };

const operands: Operands<Question> = {
  usage: 'list CATALOG | show CATALOG [PACKAGE] | diff CATALOG CATALOG',
  read([what, first, second, ...more]) {
    if (more.length === 0 && first !== undefined) {
      if (what === 'list' && second === undefined) return { what, catalog: first };
      if (what === 'show') return { what, catalog: first, package: second };
      if (what === 'diff' && second !== undefined) return { what, before: first, after: second };
    }
    throw new UserError('usage', problemOf(what, first), {
      nextStep: t('see operator-mirror {0} --help', 'catalog'),
    });
  },
};

function problemOf(what: string | undefined, catalog: string | undefined): string {
  if (what === undefined) return t('nothing is asked: list, show or diff');
  if (!['list', 'show', 'diff'].includes(what)) return t('{0} is none of list, show and diff', what);
  if (catalog === undefined) return t('no CATALOG is given');
  return what === 'diff' ? t('diff compares two CATALOGs') : t('there is more than {0} takes', what);
}

const options = {
  dir: text({
    value: 'FOLDER',
    default: '.',
    help: sentence('what holds the v2/ of a file:// image (the current folder)'),
  }),
  select: text({
    value: 'IMAGESET',
    help: sentence('an ImageSetConfiguration: show what it leaves of the catalog, as oc-mirror v2 selects'),
  }),
  as: text({
    value: 'IMAGE',
    help: sentence(
      'the catalog in the ImageSetConfiguration that is meant (the name of CATALOG; of a folder or a file the only one)',
    ),
  }),
  ...formatOption,
  ...byteProgressOption,
  ...retryOption,
  ...registryOptions,
};

export const catalog = command({
  name: 'catalog',
  summary: 'Look into a catalog of operators, or compare two',
  details: sentence(
    'CATALOG is an image in a registry, oci://DIR, file://DIR, a folder of a file-based catalog, an index.db, or a packages.out. A catalog that was read once is kept, so that the next time takes no time. With --select the exit code is 1 where oc-mirror v2 refuses the selection.',
  ),
  operands,
  options,
  usage: ['select', 'dir', 'format'],
  async run(question, values, terminal) {
    if (values.select !== undefined && question.what !== 'show') {
      throw new UserError('usage', t('--select is for show'), {
        nextStep: t('see operator-mirror {0} --help', 'catalog'),
      });
    }
    const catalogs = await openCatalogs(await accessOf(values, terminal), values.offline);
    try {
      const answer = await answered(question, catalogs, values, terminal);
      const printed = values.format === 'json' ? `${printableJson(answer.json(), 2)}\n` : answer.text();
      terminal.stdout.write(printed);
      return answer.refused ? exitCodes.incomplete : exitCodes.done;
    } finally {
      await catalogs.close({ isAllDone: true });
    }
  },
});

interface Answer {
  /** True where oc-mirror v2 refuses the selection that was asked for. */
  readonly refused?: boolean;
  json(): unknown;
  text(): string;
}

async function answered(
  question: Question,
  catalogs: Catalogs,
  values: Values<typeof options>,
  terminal: Terminal,
): Promise<Answer> {
  const open = async (name: string) => {
    const progress = openCatalogProgress(values, terminal);
    try {
      return await catalogs.open({
        text: name,
        storeFolder: values.dir,
        signal: terminal.signal,
        progress: progress.follow,
      });
    } finally {
      progress.end();
    }
  };
  if (question.what === 'diff') {
    const before = await open(question.before);
    const after = await open(question.after);
    const difference = catalogDifference(before.catalog, after.catalog);
    return { json: () => difference, text: () => differenceText(difference) };
  }
  const { catalog: found, image } = await open(question.catalog);
  tellProblems(found, terminal);
  if (question.what === 'list') return { json: () => listedCatalog(found), text: () => listText(found) };
  const { select, as = image } = values;
  const selection =
    select === undefined ? undefined : await readSelection(select, found, as, terminal.signal);
  if (selection !== undefined) tellSelection(selection, terminal);
  return shownAnswer(selection?.catalog ?? found, question.package, selection);
}

function shownAnswer(found: Catalog, name: string | undefined, selection: Selection | undefined): Answer {
  const shown = name === undefined ? found : onlyPackage(found, name);
  const problems = selection?.problems.map(selectionProblemJson);
  return {
    refused: selection?.refused === true,
    json: () => ({ ...shownCatalog(shown), ...(problems === undefined ? {} : { selection: { problems } }) }),
    text: () => showText(shown.packages),
  };
}

/** @throws UserError `unknownPackage` */
function onlyPackage(found: Catalog, name: string): Catalog {
  const owner = packageOf(found, name);
  if (owner !== undefined) return { ...found, packages: [owner] };
  const meant = nearestOf(
    name,
    found.packages.map((one) => one.name),
  );
  throw new UserError('unknownPackage', t('the catalog has no package {0}', name), {
    nextStep: meant === undefined ? t('see operator-mirror catalog list') : t('did you mean {0}?', meant),
  });
}

/** The first one stands for all: who wants them all looks at the catalog where it is made. */
function tellProblems({ problems }: Catalog, terminal: Terminal): void {
  const [first] = problems;
  if (first === undefined) return;
  const { message } = saidProblem(first);
  tell(
    terminal,
    'catalog',
    problems.length === 1
      ? t('something is wrong in the catalog: {0}', message)
      : t('{0} things are wrong in the catalog, the first: {1}', problems.length, message),
  );
}
