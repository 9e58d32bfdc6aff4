import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { type Oc, runOc } from './oc.ts';

/** Which cluster somebody is about to change. */
export interface ClusterContext {
  /** As the kubeconfig calls it. */
  readonly name: string;
  /** The URL of the API server. */
  readonly server: string;
}

/** Names and places alone, so that no credential is ever asked for. */
const asked = 'jsonpath={.current-context}{"\\n"}{.clusters[0].cluster.server}';

/**
 * The context that `oc` uses now, and how everything from here on reaches the very same one, whatever somebody switches to
 * meanwhile.
 * @throws UserError `noContext`; as `runOc`
 */
export async function openContext(oc: Oc): Promise<{ readonly context: ClusterContext; readonly oc: Oc }> {
  const answer = await runOc(oc, ['config', 'view', '--minify', '-o', asked]).catch((error: unknown) => {
    const isNone = error instanceof UserError && error.message.includes('current-context must exist');
    throw isNone ? noContext(oc) : error;
  });
  const [name = '', server = ''] = answer.split('\n').map((line) => line.trim());
  if (name === '' || server === '') throw noContext(oc);
  return { context: { name, server }, oc: { ...oc, context: name } };
}

function noContext({ command }: Oc): UserError {
  return new UserError('noContext', t('{0} is logged in to no cluster', command), {
    nextStep: t('log in with `oc login`, or choose one with `oc config use-context NAME`'),
  });
}
