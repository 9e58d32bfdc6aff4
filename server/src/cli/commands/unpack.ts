import { basename } from 'node:path';
import { sentence, t } from '../../base/sentences.ts';
import { printableJson } from '../../base/words.ts';
import { openArchive } from '../../mirror/pack/openArchive.ts';
import { indexPath } from '../../mirror/pack/packPath.ts';
import { unpackArchive } from '../../mirror/pack/unpack.ts';
import { byteProgressOption, openByteProgress } from '../byteProgress.ts';
import { command, exitCodes } from '../command.ts';
import { some } from '../operands.ts';
import { text } from '../options.ts';
import { formatOption } from '../sharedOptions.ts';
import { readableBytes } from '../words.ts';

export const unpack = command({
  name: 'unpack',
  summary: 'Unpack what pack wrote, after all that it builds on was found',
  details: sentence(
    'FILE is a volume of an archive; the others are looked for in its folder. Nothing is written before it is sure that all volumes are there, that what earlier archives brought is in the folder, and that there is room. All content is held to its digest. Run the same command again after an interruption.',
  ),
  operands: some('FILE', sentence('name a volume, such as mirror-1a2b3c4d.tar.001')),
  options: {
    dir: text({
      value: 'FOLDER',
      default: '.',
      help: sentence('where the mirror is, or will be (the current folder)'),
    }),
    ...formatOption,
    ...byteProgressOption,
  },
  usage: ['dir', 'format'],
  async run(files, { dir, format, progress }, terminal) {
    const { signal, stdout } = terminal;
    const opened = await openArchive(files, signal);
    const { archive, volumes } = opened;
    const shown = openByteProgress({ progress }, terminal, (done, of) => t('{0} of {1} unpacked', done, of));
    const { written, there, bytes } = await unpackArchive({
      ...opened,
      folder: dir,
      signal,
      onBytes: (done) => shown.follow(done, archive.size),
    }).finally(() => shown.end());
    if (format === 'json') {
      stdout.write(`${printableJson({ written, there, bytes, folder: dir }, 2)}\n`);
      return exitCodes.done;
    }
    const name = basename(volumes[0]?.path ?? '');
    stdout.write(
      `${t('Unpacked {0} into {1}: {2} files written, {3}, {4} were there', name, dir, written, readableBytes(bytes), there)}\n`,
    );
    const isLayout = archive.contents.entries.some(({ path }) => path === indexPath);
    // Of a v2/ nobody says below which path its images are.
    if (isLayout)
      stdout.write(`${t('Next: operator-mirror mirror --from oci://{0} docker://HOST/NAMESPACE', dir)}\n`);
    return exitCodes.done;
  },
});
