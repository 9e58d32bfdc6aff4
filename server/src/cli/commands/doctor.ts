import { constants } from 'node:fs';
import { access as mayDo } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { registryState } from '../../access/registryState.ts';
import { UserError } from '../../base/errors.ts';
import { sentence, t } from '../../base/sentences.ts';
import { freeSpace } from '../../disk/freeSpace.ts';
import { formatPlace, type MirrorPlace, parsePlace } from '../../documents/mirrorPlace.ts';
import { installedPrograms } from '../../tools/installed.ts';
import { command, exitCodes, type Terminal } from '../command.ts';
import { any } from '../operands.ts';
import { size, text, type Values } from '../options.ts';
import { accessOf } from '../registries.ts';
import { formatOption, registryOptions } from '../sharedOptions.ts';
import { type CheckedDisk, type CheckedRegistry, doctorJson, doctorText, isFine } from './doctorReport.ts';

const options = {
  needs: size({
    help: sentence('bytes that the disk has to have room for, such as 40G; a plan says how many'),
  }),
  dir: text({
    value: 'FOLDER',
    default: '.',
    help: sentence('what holds the v2/ of file:// images, or will hold it (the current folder)'),
  }),
  ...formatOption,
  ...registryOptions,
};

type DoctorValues = Values<typeof options>;

export const doctor = command({
  name: 'doctor',
  summary:
    'Say whether registries answer and take the logins, what room the disk has, and which tools are there',
  details: sentence(
    'PLACE is a registry, HOST[:PORT] with or without a namespace, or where images are to be written: oci://DIR, file://PATH. Without one the disk of the current folder is looked at. Of each tool that is missing stands what that costs, which is nothing for most: what they do is done without them. The exit code is 1 where a registry does not answer or does not take the login, or the disk has no room.',
  ),
  operands: any('[PLACE...]'),
  options,
  usage: ['needs', 'format'],
  async run(given, values, terminal) {
    const places = given.map(placeOf);
    const [registries, disks, programs] = await Promise.all([
      values.offline ? [] : askRegistries(places, values, terminal),
      lookAtDisks(places, values.dir),
      installedPrograms(terminal.environment, terminal.signal),
    ]);
    const found = { registries, disks, programs, needs: values.needs };
    terminal.stdout.write(values.format === 'json' ? doctorJson(found) : doctorText(found));
    return isFine(found) ? exitCodes.done : exitCodes.incomplete;
  },
});

/** @throws UserError `usage` for what is no place */
function placeOf(text: string): MirrorPlace {
  const parsed = parsePlace(text);
  if (parsed.ok) return parsed.place;
  throw new UserError('usage', t('{0}: {1}', text, parsed.problem), {
    nextStep: t('name a registry, oci://DIR or file://PATH'),
  });
}

async function askRegistries(
  places: readonly MirrorPlace[],
  values: DoctorValues,
  terminal: Terminal,
): Promise<CheckedRegistry[]> {
  const access = await accessOf({ ...values, retryTimes: 0 }, terminal);
  const wanted = new Map(
    places.flatMap((place) => (place.kind === 'registry' ? [[formatPlace(place), place] as const] : [])),
  );
  return Promise.all(
    [...wanted.values()].map(async ({ host, path }) => {
      const place = path === '' ? host : `${host}/${path}`;
      return { place, host, ...(await registryState(access, host, path, terminal.signal)) };
    }),
  );
}

/** The disks of the places that are on one, and of the current folder where none is. */
async function lookAtDisks(places: readonly MirrorPlace[], dir: string): Promise<CheckedDisk[]> {
  const onDisk = places.flatMap((place) => {
    if (place.kind === 'registry') return [];
    return [{ place: formatPlace(place), folder: resolve(place.kind === 'layout' ? place.folder : dir) }];
  });
  const looked = onDisk.length > 0 ? onDisk : [{ place: dir, folder: resolve(dir) }];
  return Promise.all(
    looked.map(async ({ place, folder }) => ({
      place,
      folder,
      free: await freeSpace(folder),
      isWritable: await mayWrite(folder),
    })),
  );
}

/** Whether the folder, or the first one above it that is there, may be written to. */
async function mayWrite(folder: string): Promise<boolean> {
  for (let path = folder; ; path = dirname(path)) {
    try {
      await mayDo(path, constants.W_OK);
      return true;
    } catch (error) {
      const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (!isAbsent || path === dirname(path)) return false;
    }
  }
}
