import { resolve } from 'node:path';
import { parsePlace } from '../../documents/mirrorPlace.ts';
import { filesFor } from '../../features/filesFor.ts';
import { mirrorPlaces } from '../../features/mirrorPlaces.ts';
import { againLine, runParts, verifyLine } from '../../features/mirrorRunRows.ts';
import { runBases } from '../../runs/commandLine.ts';
import { onAsked, onTold, tell } from '../peer.ts';
import { RunWatch } from '../runWatch.ts';
import type { Handler } from '../session.ts';

/** Mirror runs: what an editor asks before it starts one, and what it shows of those that there are. */
export const mirrorRunHandler: Handler = {
  capabilities: () => ({}),
  register(session) {
    const { connection, closing, settings, workspace } = session;
    onAsked(connection, 'operatorMirror/filesFor', async ({ use }) => {
      await session.scanned();
      return filesFor(session.context().snapshot, use).map((key) => workspace.uri(key));
    });
    onAsked(connection, 'operatorMirror/mirrorPlaces', async () => {
      await session.scanned();
      return mirrorPlaces(session.context().snapshot);
    });
    onAsked(connection, 'operatorMirror/placeProblem', async ({ text }) => {
      const parsed = parsePlace(text);
      return parsed.ok ? null : parsed.problem;
    });
    const watch = new RunWatch(
      () => ({ folders: settings.folders, isTrusted: settings.isTrusted }),
      (news) => tell(connection, 'operatorMirror/runNews', news),
    );
    session.onDisk((paths) => watch.heard(paths));
    closing.addEventListener('abort', () => watch.close());
    onTold(connection, 'operatorMirror/runsShown', (told: { shown?: unknown } | undefined) =>
      watch.shown(told?.shown === true),
    );
    onAsked(connection, 'operatorMirror/runs', ({ others, search }) => watch.list(others, search === true));
    onAsked(connection, 'operatorMirror/runParts', async ({ run, path, from }) => {
      const seen = watch.get(run);
      return seen === undefined ? [] : runParts(seen, path, from);
    });
    onAsked(connection, 'operatorMirror/runCommand', async ({ run, only }) => {
      const seen = watch.get(run);
      return (seen && againLine(seen, only)) ?? null;
    });
    onAsked(connection, 'operatorMirror/verifyCommand', async ({ run }) => {
      const seen = watch.get(run);
      return (seen && verifyLine(seen)) ?? null;
    });
    onAsked(connection, 'operatorMirror/runBases', async ({ arguments: given, folder }) =>
      runBases(given).map((base) => resolve(folder, base)),
    );
  },
};
