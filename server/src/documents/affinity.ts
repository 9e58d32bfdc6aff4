import type { FieldSchema } from './schema.ts';

/**
 * Where the scheduler puts a pod: `affinity` of a pod.
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#NodeAffinity
 */
export function affinitySchema(doc: string): FieldSchema {
  return object(doc, {
    nodeAffinity: object('By the labels of nodes.', {
      requiredDuringSchedulingIgnoredDuringExecution: object(
        'Nodes that the pod may run on.',
        { nodeSelectorTerms: list('One of these terms must fit.', nodeSelectorTerm) },
        ['nodeSelectorTerms'],
      ),
      preferredDuringSchedulingIgnoredDuringExecution: list(
        'Nodes that are preferred.',
        object('One preference.', { weight, preference: nodeSelectorTerm }, ['weight', 'preference']),
      ),
    }),
    podAffinity: object('Near other pods.', podTerms),
    podAntiAffinity: object('Away from other pods.', podTerms),
  });
}

const text = (doc: string): FieldSchema => ({ type: 'string', doc });
const texts = (doc: string): FieldSchema => list(doc, text('One of them.'));

function list(doc: string, items: FieldSchema): FieldSchema {
  return { type: 'array', doc, items };
}

function object(
  doc: string,
  fields: Readonly<Record<string, FieldSchema>>,
  required: readonly string[] = [],
): FieldSchema {
  return { type: 'object', doc, fields, required };
}

const weight: FieldSchema = { type: 'integer', doc: 'How much it counts, from 1 to 100.' };

const requirements = (operators: readonly string[]): FieldSchema =>
  list(
    'Requirements, all of which must hold.',
    object(
      'One requirement.',
      {
        key: text('The name of the label.'),
        operator: { ...text('How the label and `values` compare.'), suggestions: operators },
        values: texts('The values that it is compared with.'),
      },
      ['key', 'operator'],
    ),
  );

const nodeOperators = ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'];

const nodeSelectorTerm = object('What nodes must be like.', {
  matchExpressions: requirements(nodeOperators),
  matchFields: requirements(nodeOperators),
});

const labelSelector = (doc: string): FieldSchema =>
  object(doc, {
    matchLabels: {
      type: 'object',
      doc: 'Labels with their values.',
      values: text('The value of the label.'),
    },
    matchExpressions: requirements(['In', 'NotIn', 'Exists', 'DoesNotExist']),
  });

const podAffinityTerm = object(
  'Which pods are meant, and what is near.',
  {
    labelSelector: labelSelector('Pods by their labels.'),
    namespaces: texts('The namespaces of the pods.'),
    namespaceSelector: labelSelector('The namespaces of the pods, by their labels.'),
    topologyKey: text('The label of nodes whose values tell places apart.'),
    matchLabelKeys: texts('Labels whose values must be those of the new pod.'),
    mismatchLabelKeys: texts('Labels whose values must not be those of the new pod.'),
  },
  ['topologyKey'],
);

const podTerms = {
  requiredDuringSchedulingIgnoredDuringExecution: list('Terms that must hold.', podAffinityTerm),
  preferredDuringSchedulingIgnoredDuringExecution: list(
    'Terms that are preferred.',
    object('One preference.', { weight, podAffinityTerm }, ['weight', 'podAffinityTerm']),
  ),
};
