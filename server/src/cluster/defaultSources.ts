import { UserError } from '../base/errors.ts';
import { parsedJson } from '../base/json.ts';
import { t } from '../base/sentences.ts';
import { type Oc, runOc } from './oc.ts';

const operatorHub = ['operatorhubs.config.openshift.io', 'cluster'];

/** What OperatorHub says of the catalogs that OpenShift brings with it, which come from the internet. */
export interface DefaultSources {
  readonly areDisabled: boolean;
  /** Those that stay on all the same, because `spec.sources` says so by their names. */
  readonly keptOn: readonly string[];
}

/** @throws UserError as `runOc` */
export async function readDefaultSources(oc: Oc): Promise<DefaultSources> {
  const answer = await runOc(oc, ['get', ...operatorHub, '-o', 'json']);
  const { spec } = (parsedJson(answer) ?? {}) as { readonly spec?: Readonly<Record<string, unknown>> };
  const sources: readonly unknown[] = Array.isArray(spec?.sources) ? spec.sources : [];
  return {
    areDisabled: spec?.disableAllDefaultSources === true,
    keptOn: sources.flatMap((source) => {
      const { name, disabled } = (source ?? {}) as { readonly name?: unknown; readonly disabled?: unknown };
      return typeof name === 'string' && disabled === false ? [name] : [];
    }),
  };
}

/**
 * Switches the default catalogs off by a merge, which leaves everything else of the object as it is.
 * https://docs.redhat.com/en/documentation/openshift_container_platform/4.18/html/disconnected_environments/olm-restricted-networks
 * @throws UserError `refused` where the object is not so afterwards; as `runOc`
 */
export async function disableDefaultSources(oc: Oc): Promise<DefaultSources> {
  const patch = JSON.stringify({ spec: { disableAllDefaultSources: true } });
  await runOc(oc, ['patch', ...operatorHub, '--type', 'merge', '-p', patch]);
  const after = await readDefaultSources(oc);
  if (after.areDisabled) return after;
  throw new UserError('refused', t('OperatorHub cluster still has its default catalogs'), {
    nextStep: t('see with `oc get operatorhub cluster -o yaml` what sets it back'),
  });
}
