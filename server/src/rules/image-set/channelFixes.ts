import { t } from '../../base/sentences.ts';
import { listed } from '../../base/words.ts';
import type { Lines } from '../../documents/lines.ts';
import type { Fix } from '../rule.ts';
import { cures, withChannels } from './cures.ts';
import type { OpenOperator, SelectionFinding } from './selectionFindings.ts';
import { channelsEdit } from './writing.ts';

/** More channels make no title. */
const mostNamed = 8;

/** Names these channels of the package and no others, where that takes the problem away. */
export function onlyChannels(
  finding: SelectionFinding,
  open: OpenOperator,
  names: readonly string[],
  lines: Lines,
): Fix[] {
  const owner = finding.place.package;
  if (owner === undefined || names.length === 0 || names.length > mostNamed) return [];
  if (!cures(finding, open, withChannels(owner, names)) || channelsEdit(lines, owner, names).length === 0)
    return [];
  const title =
    names.length === 1
      ? t('Select channel {0} alone', names[0] ?? '')
      : t('Select channels {0} alone', listed(names));
  return [{ id: 'only-channels', title, preferred: false, edits: () => channelsEdit(lines, owner, names) }];
}

/** Adds a channel to those that the package names, where that takes the problem away. */
export function oneMoreChannel(
  finding: SelectionFinding,
  open: OpenOperator,
  name: string,
  lines: Lines,
): Fix[] {
  const owner = finding.place.package;
  if (owner === undefined || owner.channels.length === 0) return [];
  const names = [...owner.channels.flatMap((channel) => channel.name?.value ?? []), name];
  if (!cures(finding, open, withChannels(owner, names)) || channelsEdit(lines, owner, names).length === 0)
    return [];
  const edits = () => channelsEdit(lines, owner, names);
  return [{ id: `+${name}`, title: t('Select channel {0} too', name), preferred: false, edits }];
}
