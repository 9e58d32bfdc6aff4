import { t } from '../base/sentences.ts';
import { isPlainObject, type PlainObject } from '../documents/plainObjects.ts';
import { namespaceOf } from './catalogStates.ts';
import { conditionOf, nameOf, text } from './nodeStates.ts';
import { listOf } from './objects.ts';
import type { Oc } from './oc.ts';
import { asObject } from './withOwn.ts';

/** Something on a cluster that does not go on, in the words of the cluster. */
export interface ClusterProblem {
  /** The kind, and `NAMESPACE/NAME`. */
  readonly object: string;
  /** What the cluster says, as it would stand in a log. */
  readonly says: string;
  /** The image that it is about; empty where nobody says. */
  readonly image: string;
}

/** Why a container waits whose image cannot be had. https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/images/types.go */
const pullReasons = new Set([
  'ImagePullBackOff',
  'ErrImagePull',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);

/** Pods that wait for an image, each with the event that says why, where there is one. @throws UserError as `runOc` */
export async function readPullProblems(oc: Oc): Promise<readonly ClusterProblem[]> {
  const [pods, events] = await Promise.all([
    listOf(oc, '/api/v1/pods?fieldSelector=status.phase%3DPending'),
    listOf(oc, '/api/v1/events?fieldSelector=reason%3DFailed,type%3DWarning'),
  ]);
  return pods.flatMap((pod) => {
    const { containerStatuses, initContainerStatuses } = asObject(pod.status);
    return [initContainerStatuses, containerStatuses].flatMap(objectsIn).flatMap((container) => {
      const waiting = asObject(asObject(container.state).waiting);
      if (!pullReasons.has(text(waiting.reason))) return [];
      const image = imageOf(pod, container);
      const said = events
        .filter((event) => isAbout(event, pod))
        .map(({ message }) => text(message))
        .findLast((message) => message.startsWith('Failed to pull image') && message.includes(image));
      const says = said ?? `Back-off pulling image "${image}": ${text(waiting.message)}`;
      return [{ object: named('Pod', pod), says, image }];
    });
  });
}

/** The name as the pod has it: its status may have another one. */
function imageOf(pod: PlainObject, container: PlainObject): string {
  const { containers, initContainers } = asObject(pod.spec);
  const own = [containers, initContainers].flatMap(objectsIn).find(({ name }) => name === container.name);
  return text(own?.image) || text(container.image);
}

function isAbout(event: PlainObject, pod: PlainObject): boolean {
  const { name, namespace } = asObject(event.involvedObject);
  return name === nameOf(pod) && namespace === namespaceOf(pod);
}

/** Milliseconds that an installation takes at most when nothing is wrong: OLM gives up unpacking a bundle then. */
const longestInstallation = 10 * 60_000;

/**
 * InstallPlans that do not go on, and Subscriptions of which OLM says why.
 * @param now milliseconds since 1970
 * @throws UserError as `runOc`
 */
export async function readInstallProblems(oc: Oc, now: number): Promise<readonly ClusterProblem[]> {
  const base = '/apis/operators.coreos.com/v1alpha1';
  const [plans, subscriptions] = await Promise.all([
    listOf(oc, `${base}/installplans`),
    listOf(oc, `${base}/subscriptions`),
  ]);
  const ofPlans = plans.flatMap((plan) => planProblems(plan, now));
  const told = new Set(ofPlans.map(({ says }) => says));
  const ofSubscriptions = subscriptions.flatMap((subscription) =>
    ['BundleUnpackFailed', 'ResolutionFailed'].flatMap((type): ClusterProblem[] => {
      const condition = conditionOf(subscription, type);
      const says = text(condition?.message);
      if (condition?.status !== 'True' || told.has(says)) return [];
      return [{ object: named('Subscription', subscription), says, image: '' }];
    }),
  );
  return [...ofPlans, ...ofSubscriptions];
}

function planProblems(plan: PlainObject, now: number): ClusterProblem[] {
  const { phase, bundleLookups, startTime } = asObject(plan.status);
  if (phase === 'Complete') return [];
  const object = named('InstallPlan', plan);
  if (phase === 'RequiresApproval') {
    const [namespace, name] = [namespaceOf(plan), nameOf(plan)];
    const says = t(
      'waits for approval: oc patch installplan {0} -n {1} --type merge -p {2}',
      name,
      namespace,
      `'{"spec":{"approved":true}}'`,
    );
    return [{ object, says, image: '' }];
  }
  const lookups = objectsIn(bundleLookups).flatMap((lookup) => {
    const image = text(lookup.path);
    const failed = conditionOf({ status: lookup }, 'BundleLookupFailed');
    const pending = conditionOf({ status: lookup }, 'BundleLookupPending');
    if (failed?.status === 'True') return [{ object, says: unpackWords(failed), image }];
    return pending?.status === 'True' ? [{ object, says: text(pending.message), image }] : [];
  });
  if (lookups.length > 0) return lookups;
  const installed = conditionOf(plan, 'Installed');
  if (phase === 'Failed') return [{ object, says: text(installed?.message), image: '' }];
  const begun = Date.parse(text(startTime) || text(asObject(plan.metadata).creationTimestamp));
  if (Number.isNaN(begun) || now - begun < longestInstallation) return [];
  const minutes = Math.floor((now - begun) / 60_000);
  return [
    {
      object,
      says: t(
        'is in the phase {0} for {1} minutes: see its status.plan for what is not there',
        text(phase),
        minutes,
      ),
      image: '',
    },
  ];
}

/** As OLM writes it into Subscriptions. https://github.com/operator-framework/operator-lifecycle-manager/blob/master/pkg/controller/operators/catalog/operator.go */
function unpackWords({ reason, message }: PlainObject): string {
  return `bundle unpacking failed. Reason: ${text(reason)}, and Message: ${text(message)}`;
}

function objectsIn(list: unknown): PlainObject[] {
  return Array.isArray(list) ? list.filter(isPlainObject) : [];
}

function named(kind: string, object: PlainObject): string {
  return `${kind} ${namespaceOf(object)}/${nameOf(object)}`;
}
