import { sentence } from '../base/sentences.ts';
import type { FieldSchema } from './schema.ts';

/**
 * Where the scheduler puts a pod: `affinity` of a pod.
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#NodeAffinity
 */
export function affinitySchema(doc: string): FieldSchema {
  return object(doc, {
    nodeAffinity: object(sentence('By the labels of nodes.'), {
      requiredDuringSchedulingIgnoredDuringExecution: object(
        sentence('Nodes that the pod may run on.'),
        { nodeSelectorTerms: list(sentence('One of these terms must fit.'), nodeSelectorTerm) },
        ['nodeSelectorTerms'],
      ),
      preferredDuringSchedulingIgnoredDuringExecution: list(
        sentence('Nodes that are preferred.'),
        object(sentence('One preference.'), { weight, preference: nodeSelectorTerm }, [
          'weight',
          'preference',
        ]),
      ),
    }),
    podAffinity: object(sentence('Near other pods.'), podTerms),
    podAntiAffinity: object(sentence('Away from other pods.'), podTerms),
  });
}

const text = (doc: string): FieldSchema => ({ type: 'string', doc });
const texts = (doc: string): FieldSchema => list(doc, text(sentence('One of them.')));

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
    sentence('Requirements, all of which must hold.'),
    object(
      sentence('One requirement.'),
      {
        key: text(sentence('The name of the label.')),
        operator: { ...text(sentence('How the label and `values` compare.')), suggestions: operators },
        values: texts(sentence('The values that it is compared with.')),
      },
      ['key', 'operator'],
    ),
  );

const nodeOperators = ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'];

const nodeSelectorTerm = object(sentence('What nodes must be like.'), {
  matchExpressions: requirements(nodeOperators),
  matchFields: requirements(nodeOperators),
});

const labelSelector = (doc: string): FieldSchema =>
  object(doc, {
    matchLabels: {
      type: 'object',
      doc: sentence('Labels with their values.'),
      values: text(sentence('The value of the label.')),
    },
    matchExpressions: requirements(['In', 'NotIn', 'Exists', 'DoesNotExist']),
  });

const podAffinityTerm = object(
  sentence('Which pods are meant, and what is near.'),
  {
    labelSelector: labelSelector(sentence('Pods by their labels.')),
    namespaces: texts(sentence('The namespaces of the pods.')),
    namespaceSelector: labelSelector(sentence('The namespaces of the pods, by their labels.')),
    topologyKey: text(sentence('The label of nodes whose values tell places apart.')),
    matchLabelKeys: texts(sentence('Labels whose values must be those of the new pod.')),
    mismatchLabelKeys: texts(sentence('Labels whose values must not be those of the new pod.')),
  },
  ['topologyKey'],
);

const podTerms = {
  requiredDuringSchedulingIgnoredDuringExecution: list(sentence('Terms that must hold.'), podAffinityTerm),
  preferredDuringSchedulingIgnoredDuringExecution: list(
    sentence('Terms that are preferred.'),
    object(sentence('One preference.'), { weight, podAffinityTerm }, ['weight', 'podAffinityTerm']),
  ),
};
