import { t } from '../base/sentences.ts';

/** What is to be done about a failure of `oc`, and a word for programs. */
interface FailureKind {
  /** `cluster` for everything that no API server has said. */
  readonly code: 'forbidden' | 'refused' | 'conflict' | 'notFound' | 'cluster';
  readonly nextStep: string;
}

/** The line in which `oc` says what is wrong; undefined where it says nothing. */
export function saidIn(stderr: string): string | undefined {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  // Warnings of the server, and what the client library logs of each try, come before the answer.
  return lines.find((line) => !/^(?:Warning: |[EWIF]\d{4} )/.test(line)) ?? lines[0];
}

/**
 * What an answer means. https://github.com/kubernetes/apimachinery/blob/master/pkg/apis/meta/v1/types.go has the reasons
 * that stand in brackets.
 */
export function kindOf(answer: string): FailureKind {
  const reason = /^Error from server(?: \((\w+)\))?: /.exec(answer);
  if (reason === null) {
    return {
      code: 'cluster',
      nextStep: t('see whether `oc whoami` answers, and log in with `oc login` if not'),
    };
  }
  // A webhook chooses its reason itself, and most choose the one for missing permissions.
  if (answer.includes('admission webhook '))
    return { code: 'refused', nextStep: t('ask whoever runs this webhook what it wants') };
  switch (reason[1]) {
    case 'Forbidden':
      return {
        code: 'forbidden',
        nextStep: t('ask for the permission, or log in as cluster-admin with `oc login`'),
      };
    case 'Conflict':
    case 'AlreadyExists':
      return { code: 'conflict', nextStep: t('run the same again: it is read anew') };
    case 'NotFound':
      return {
        code: 'notFound',
        nextStep: t('see with `oc whoami --show-server` which cluster oc is logged in to'),
      };
    default:
      return { code: 'refused', nextStep: t('correct what it names, and run the same again') };
  }
}
