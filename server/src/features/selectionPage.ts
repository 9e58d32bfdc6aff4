import { bold, bytes, code, prose } from '../base/markdown.ts';
import { t } from '../base/sentences.ts';
import { inRow, listed } from '../base/words.ts';
import { headOf } from '../catalog/graph.ts';
import { type CatalogBundle, type CatalogPackage, deprecationOf } from '../catalog/model.ts';
import type { SelectionProblem } from '../catalog/selectionProblem.ts';
import { newestFirst } from '../catalog/version.ts';
import type { Facts } from '../workspace/facts.ts';
import type { ImageSetPart, SelectedPart } from './imageSetParts.ts';
import { imagesOf, knownFacts, sizesOf, sizeWords } from './imageSizes.ts';

/** More rows than anybody reads; how many more there are is said. */
const mostBundles = 2_000;
const mostImages = 5_000;

/**
 * Markdown: which bundles and images an entry of an ImageSetConfiguration, or one of its packages, takes from the catalog, what gets
 * lost on the way, and how many bytes that is as far as somebody has asked. Asks nobody.
 */
export function selectionPage(
  part: ImageSetPart,
  selected: SelectedPart,
  facts: Facts,
  path: string,
): string {
  const { selection, bundles, sizes } = selected;
  const name = part.package?.name?.value;
  const packages = selection.catalog.packages.filter((owner) => name === undefined || owner.name === name);
  const problems = selection.problems.filter((problem) => name === undefined || problem.package === name);
  return [
    `# ${name === undefined ? prose(part.catalog.value) : prose(name)}`,
    name === undefined ? '' : t('From {0}.', code(part.catalog.value)),
    summary(bundles, sizes, packages.length, name === undefined),
    selection.refused ? bold(t('oc-mirror v2 refuses this selection and mirrors nothing.')) : '',
    ...problemList(problems),
    ...packageTables(packages, { isAlone: name !== undefined, facts, path }),
    ...imageTable(bundles, facts, path),
  ]
    .filter((block) => block !== '')
    .join('\n\n')
    .concat('\n');
}

function summary(
  bundles: readonly CatalogBundle[],
  sizes: SelectedPart['sizes'],
  packages: number,
  isEntry: boolean,
): string {
  const counted = bundles.length === 1 ? t('1 bundle') : t('{0} bundles', bundles.length);
  const owners = packages === 1 ? t('1 package') : t('{0} packages', packages);
  const parts = [...(isEntry ? [owners] : []), counted, sizeWords(sizes)];
  const unknown = sizes.images - sizes.known;
  const line = t('{0}.', inRow(parts));
  if (sizes.known === 0 || unknown === 0) return line;
  return `${line} ${unknown === 1 ? t('The size of 1 image is not known.') : t('The sizes of {0} images are not known.', unknown)}`;
}

function problemList(problems: readonly SelectionProblem[]): string[] {
  if (problems.length === 0) return [];
  return [
    `## ${t('What is wrong')}`,
    problems
      .slice(0, mostBundles)
      .map(({ message }) => `- ${prose(message)}`)
      .join('\n'),
  ];
}

/** A package that is alone has its name above the page. */
function packageTables(
  packages: readonly CatalogPackage[],
  { isAlone, facts, path }: { readonly isAlone: boolean; readonly facts: Facts; readonly path: string },
): string[] {
  let left = mostBundles;
  const blocks: string[] = [];
  for (const owner of packages) {
    if (left <= 0) break;
    const bundles = [...owner.bundles].sort((a, b) => newestFirst(a.version, b.version)).slice(0, left);
    left -= bundles.length;
    const rows = bundles.map((bundle) => bundleRow(owner, bundle, facts, path));
    const head = [t('Version'), t('Bundle'), t('Channels'), t('Images')];
    blocks.push(`## ${isAlone ? t('Bundles') : prose(owner.name)}`);
    if (owner.defaultChannel !== '') blocks.push(t('Default channel: {0}.', code(owner.defaultChannel)));
    if (rows.length > 0) blocks.push(tableOf(head, rows));
  }
  const all = packages.reduce((count, { bundles }) => count + bundles.length, 0);
  return all <= mostBundles
    ? blocks
    : [...blocks, t('{0} more bundles are not listed here.', all - mostBundles)];
}

function bundleRow(owner: CatalogPackage, bundle: CatalogBundle, facts: Facts, path: string): string[] {
  const channels = owner.channels
    .filter(({ name }) => bundle.channels.includes(name))
    .map((channel) =>
      headOf(channel) === bundle.name ? t('{0} (head)', code(channel.name)) : code(channel.name),
    );
  const isDeprecated = deprecationOf(owner, 'olm.bundle', bundle.name) !== undefined;
  const version = bundle.version === '' ? '' : code(bundle.version);
  return [
    isDeprecated ? t('{0} (deprecated)', version) : version,
    code(bundle.name),
    inRow(channels),
    sizeWords(sizesOf(bundle, () => [bundle], facts, path)),
  ];
}

function imageTable(bundles: readonly CatalogBundle[], facts: Facts, path: string): string[] {
  const images = [...imagesOf(bundles)].sort();
  if (images.length === 0) return [];
  const byTag = images.filter((image) => !image.includes('@')).length;
  const rows = images.slice(0, mostImages).map((image) => {
    const known = knownFacts(image, facts, path);
    return [code(image), known === undefined ? '' : bytes(known.size)];
  });
  const more = images.length - rows.length;
  return [
    `## ${t('Images')}`,
    byTag === 0
      ? ''
      : byTag === 1
        ? t('1 of them is by tag: nodes pull it through an ImageTagMirrorSet only.')
        : t('{0} of them are by tag: nodes pull them through an ImageTagMirrorSet only.', byTag),
    tableOf([t('Image'), t('Size')], rows),
    more === 0 ? '' : t('{0} more images are not listed here.', more),
  ];
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The same in a few lines of plain text, for editors that show a message and no page. */
export function selectionLines(part: ImageSetPart, { bundles, sizes, selection }: SelectedPart): string {
  const name = part.name.value;
  const names = bundles.slice(0, mostInMessage).map((bundle) => bundle.name);
  const count = bundles.length === 1 ? t('1 bundle') : t('{0} bundles', bundles.length);
  const head = t('{0}: {1}, {2}.', name, count, sizeWords(sizes));
  const refused = selection.refused ? [t('oc-mirror v2 refuses this selection and mirrors nothing.')] : [];
  if (names.length === 0) return [head, ...refused].join('\n');
  const more = bundles.length - names.length;
  const all = more === 0 ? listed(names) : t('{0} and {1} more', inRow(names), more);
  return [head, ...refused, all].join('\n');
}

const mostInMessage = 30;
