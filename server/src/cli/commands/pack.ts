import { basename, join, resolve } from 'node:path';
import { messageOf, UserError } from '../../base/errors.ts';
import { sentence, t } from '../../base/sentences.ts';
import { printableJson } from '../../base/words.ts';
import { readInput } from '../../files/textFile.ts';
import { archiveOf } from '../../mirror/pack/archive.ts';
import { contentsPath, type PackedVolume, writeArchive } from '../../mirror/pack/pack.ts';
import type { Packable } from '../../mirror/pack/packable.ts';
import { packablePlace } from '../../mirror/pack/packablePlace.ts';
import { type PackContents, readContents } from '../../mirror/pack/packContents.ts';
import { plannedVolumeSize } from '../../mirror/pack/runsIn.ts';
import { volumesOf } from '../../mirror/pack/volumes.ts';
import { byteProgressOption, openByteProgress } from '../byteProgress.ts';
import { command, exitCodes, type Terminal, tell } from '../command.ts';
import { one } from '../operands.ts';
import { size, text } from '../options.ts';
import { formatOption } from '../sharedOptions.ts';
import { readableBytes } from '../words.ts';

export const pack = command({
  name: 'pack',
  summary: 'Pack what was mirrored to disk into volumes with checksums, all of it or what is new',
  details: sentence(
    'DIR is an OCI layout, as mirror writes to oci://DIR, or a folder with the v2/ of oc. Volumes are one tar archive, cut: beside them are a list of their checksums, which sha256sum --check reads, and a list of contents, which --since takes. Run the same command again after an interruption: it goes on with the volume that is not whole. The exit code is 1 where images are left out because they are not whole.',
  ),
  operands: one('DIR', sentence('name the folder that holds the mirror')),
  options: {
    since: text({
      value: 'LAST',
      help: sentence(
        'carry only what the other side lacks: the list of contents (.json) of the last archive',
      ),
    }),
    volumeSize: size({
      help: sentence(
        'bytes of a volume, such as 4000M or 25G (archiveSize of the ImageSetConfiguration, else 4000M, which fits any file system)',
      ),
    }),
    output: text({
      short: 'o',
      value: 'FOLDER',
      default: '.',
      help: sentence('where to write the archive (the current folder)'),
    }),
    ...formatOption,
    ...byteProgressOption,
  },
  usage: ['since', 'volumeSize', 'output', 'format'],
  async run(place, { since, volumeSize, output, format, progress }, terminal) {
    const folder = resolve(place.replace(/^oci:\/\//, ''));
    const last = since === undefined ? undefined : await readLast(since, terminal.signal);
    const packable = await packablePlace(folder, last, terminal.signal);
    tellIncomplete(packable, terminal);
    if (packable.images === 0) {
      throw new UserError('empty', t('{0} holds no image that is whole', place), {
        nextStep: t('mirror into it, then pack'),
      });
    }
    const archive = await archiveOf(packable.contents);
    const base = join(output, `${basename(folder)}-${archive.id}`);
    const shown = openByteProgress({ progress }, terminal, (done, of) => t('{0} of {1} packed', done, of));
    const mostOfVolume = volumeSize ?? (await plannedVolumeSize(folder)) ?? anyFileSystem;
    let volumes: PackedVolume[];
    try {
      volumes = await writeArchive({
        archive,
        folder,
        states: packable.states,
        volumes: volumesOf(base, archive.size, mostOfVolume),
        base,
        signal: terminal.signal,
        onBytes: (done) => shown.follow(done, archive.size),
      });
    } finally {
      shown.end();
    }
    const report = { packable, volumes, contents: contentsPath(base) };
    terminal.stdout.write(format === 'json' ? `${printableJson(packJson(report), 2)}\n` : packLines(report));
    return packable.incomplete.length > 0 ? exitCodes.incomplete : exitCodes.done;
  },
});

/** Below the longest file of FAT32, with which most disks are sold. */
const anyFileSystem = 4000 * 1024 * 1024;

/** @throws UserError `notContents`, and as `readInput` */
async function readLast(path: string, signal: AbortSignal): Promise<PackContents> {
  const read = readContents((await readInput(path, signal)).toString('utf8'));
  if (read.ok) return read.contents;
  throw new UserError('notContents', t('{0} is no list of contents: {1}', path, read.problem), {
    nextStep: t('name the .json file that pack wrote beside the last archive'),
  });
}

/** Images that are not whole, each with its reason: the archive is made without them. */
function tellIncomplete({ incomplete }: Packable, terminal: Terminal): void {
  for (const { name, error } of incomplete.slice(0, mostTold)) {
    tell(terminal, 'pack', t('{0} is left out: {1}', name, messageOf(error)));
  }
  if (incomplete.length > mostTold) {
    tell(terminal, 'pack', t('{0} more images are left out', incomplete.length - mostTold));
  }
}

const mostTold = 20;

interface PackReport {
  readonly packable: Packable;
  readonly volumes: readonly PackedVolume[];
  readonly contents: string;
}

function packJson({ packable, volumes, contents }: PackReport): object {
  return {
    contents,
    images: packable.images,
    files: packable.contents.entries.length,
    bytes: volumes.reduce((sum, volume) => sum + volume.size, 0),
    volumes: volumes.map(({ path, size: bytes, sha256 }) => ({ file: path, bytes, sha256 })),
    incomplete: packable.incomplete.map(({ name, error }) => ({ image: name, error: messageOf(error) })),
  };
}

function packLines({ packable, volumes, contents }: PackReport): string {
  const bytes = readableBytes(volumes.reduce((sum, volume) => sum + volume.size, 0));
  const first = volumes[0]?.path ?? '';
  const kept = volumes.filter(({ isNew }) => !isNew).length;
  return [
    volumes.length === 1
      ? t('Packed {0} images, {1}: {2}', packable.images, bytes, first)
      : t(
          'Packed {0} images, {1}, in {2} volumes: {3} and so on',
          packable.images,
          bytes,
          volumes.length,
          first,
        ),
    ...(kept === 0
      ? []
      : kept === 1
        ? [t('1 volume was there already and was kept')]
        : [t('{0} volumes were there already and were kept', kept)]),
    t('Keep {0}: the next archive, with --since, carries what is new', contents),
    t(
      'Next: carry the volumes and the .sha256 file over, then run: operator-mirror unpack {0}',
      basename(first),
    ),
    '',
  ].join('\n');
}
