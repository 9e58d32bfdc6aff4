import type { Hover, HoverParams } from 'vscode-languageserver';
import { type HoverResult, hover } from '../../features/hover.ts';
import { imageAt, questionsOf } from '../../features/imageAt.ts';
import { logHover } from '../../features/logHover.ts';
import { versionOfFiles } from '../../workspace/clusterVersion.ts';
import { cancellable } from '../cancellation.ts';
import { LookAhead } from '../lookAhead.ts';
import { placeIn } from '../placeIn.ts';
import type { Handler } from '../session.ts';
import { keyOf } from '../uri.ts';
import { registryPatience } from './patience.ts';

/** What is known of the image under the cursor; what is not is asked for, and so is what stands round it. */
export const hoverHandler: Handler = {
  capabilities: () => ({ hoverProvider: true }),
  register({ connection, workspace, logs, settings, scanned }) {
    const lookAhead = new LookAhead();
    connection.onHover(
      cancellable(async ({ textDocument, position: asked }: HoverParams, signal) => {
        const key = keyOf(textDocument.uri);
        await scanned();
        const log = logs.get(key);
        if (log !== undefined) {
          const version = versionOfFiles(workspace.snapshot, settings.current);
          return toHover(logHover(log, workspace.snapshot, placeIn(log, asked), version));
        }
        const file = workspace.snapshot.files.get(key);
        const position = placeIn(file, asked);
        const image = file && imageAt(file, position);
        const { facts } = settings;
        if (file !== undefined && image !== undefined) {
          const answers = questionsOf(image).map((question) =>
            facts.whenKnown(question, registryPatience, key, signal),
          );
          lookAhead.from(file, position.line, (next) => facts.image(next, key));
          await Promise.all(answers);
          signal.throwIfAborted();
        }
        const result = hover(
          { snapshot: workspace.snapshot, facts, now: Date.now(), settings: settings.current },
          key,
          position,
        );
        return toHover(result);
      }),
    );
  },
};

function toHover(result: HoverResult | undefined): Hover | undefined {
  return result && { range: result.range, contents: { kind: 'markdown', value: result.text } };
}
