import type { Position } from '../base/range.ts';
import type { Lines } from '../documents/lines.ts';
import type { YamlPath } from '../documents/yamlPath.ts';
import type { ResourceAt } from './schemaAt.ts';

/** What is known of the place that a completion is for. */
export interface YamlContext {
  readonly path: string;
  readonly lines: Lines;
  readonly position: Position;
  readonly place: YamlPath;
  readonly resource: ResourceAt;
  /** True where an item of a list begins that has no dash yet, whatever else stands in its column. */
  readonly isNewItem: boolean;
}
