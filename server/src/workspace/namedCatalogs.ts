import { memo } from '../base/memo.ts';
import { formatReference, type ImageReference, type parseReference } from '../documents/imageReference.ts';
import { isImageSet } from '../documents/imageSet.ts';
import type { MappingDocument } from '../documents/mapping.ts';
import { catalogImageOf, type Resource } from '../documents/resources.ts';
import { isInRegistry } from '../documents/transport.ts';
import type { FileContent } from '../documents/workspaceFile.ts';
import type { YamlScalar } from '../documents/yamlNode.ts';
import type { Snapshot } from './snapshot.ts';

/** A catalog that a file of the workspace names. */
export interface NamedCatalog {
  /** As it is written: an image in a registry, or `oci://`. */
  readonly name: string;
  /** The file. */
  readonly path: string;
  /** Zero-based. */
  readonly line: number;
}

/**
 * The catalogs that ImageSetConfigurations, CatalogSources, ClusterCatalogs and mappings name, in the order of the files. Of a
 * mapping it is the index image at its source, or after a `file://` hop at its destination.
 */
export function* namedCatalogs({ files }: Snapshot): Generator<NamedCatalog> {
  for (const { path, content } of files.values()) {
    for (const { name, line } of namedIn(content)) yield { name, path, line };
  }
}

/** Worked out once for a text: typing in one file leaves the others as they are. */
const namedIn = memo((content: FileContent): readonly Omit<NamedCatalog, 'path'>[] =>
  content.type === 'yaml'
    ? content.yaml.resources.flatMap(namedByResource)
    : [...namedByMapping(content.mapping)],
);

function namedByResource(resource: Resource): Omit<NamedCatalog, 'path'>[] {
  const scalars: readonly (YamlScalar | undefined)[] = isImageSet(resource)
    ? resource.operators.map(({ catalog }) => catalog)
    : [catalogImageOf(resource)];
  return scalars.flatMap((scalar) =>
    scalar === undefined || scalar.value === '' || scalar.type === 'template'
      ? []
      : { name: scalar.value, line: scalar.range.start.line },
  );
}

function* namedByMapping({ lines }: MappingDocument): Generator<Omit<NamedCatalog, 'path'>> {
  let line = 0;
  for (const { pairs } of lines) {
    for (const { source, destination } of pairs) {
      if (!mayBeIndex(source.text)) continue;
      const image = imageOf(source.parsed) ?? imageOf(destination.parsed);
      if (image !== undefined) yield { name: formatReference(image), line };
    }
    line++;
  }
}

/** Index images are called `redhat-operator-index`, `my-catalog` and the like; a mapping has thousands of other lines. */
function mayBeIndex(image: string): boolean {
  return /(?:^|[/-])(?:index|catalog)(?:[:@][^/]*)?$/.test(image);
}

function imageOf(parsed: ReturnType<typeof parseReference>): ImageReference | undefined {
  return parsed.ok && isInRegistry(parsed.reference) ? parsed.reference : undefined;
}
