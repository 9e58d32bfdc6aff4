import type { LogPattern } from './pattern.ts';

const ended = { severity: 'error', effect: 'ended' } as const;

/** Lines that any command-line tool prints where the machine, and no registry, is in the way. */
export const commonLines: readonly LogPattern[] = [
  {
    ...ended,
    code: 'tool/cluster-login',
    holds: 'You must be logged in to the server',
    cause: 'oc is not logged in to the cluster, or its login has expired. No registry is concerned.',
    fix: 'Log in with oc login, or set KUBECONFIG. Then run the same command again.',
  },
  {
    ...ended,
    code: 'tool/cluster-unreachable',
    holds: 'Unable to connect to the server: ',
    captures: /(?<reason>.{1,300})/y,
    cause: 'oc does not reach the API of the cluster: {reason}. No registry is concerned.',
    fix: 'Check KUBECONFIG, DNS and the network to the API server. Then run the same command again.',
  },
  {
    ...ended,
    code: 'tool/no-plugin',
    holds: 'unknown command "mirror" for "oc"',
    cause: 'oc does not find oc-mirror: it is a program of its own, called as a plugin.',
    fix: 'Put oc-mirror (executable, with exactly this name) into a folder of PATH. oc plugin list shows what oc finds.',
  },
  {
    ...ended,
    code: 'tool/unknown-option',
    holds: 'unknown flag: ',
    captures: /(?<option>\S+)/y,
    cause: 'This version of the tool does not know the option {option}.',
    fix: 'Check its spelling, and the version with --help: the option may be of a newer or older version.',
  },
  {
    ...ended,
    code: 'tool/crash',
    holds: 'panic: runtime error',
    strong: true,
    cause: 'The tool crashed: this is a fault in the tool, not in your files or registries.',
    fix: 'Use the newest version of the tool. If it crashes too, report it to its makers, with the lines below this one.',
  },
  {
    ...ended,
    code: 'tool/crash',
    holds: 'panic: ',
    also: 'nil pointer dereference',
    cause: 'The tool crashed: this is a fault in the tool, not in your files or registries.',
    fix: 'Use the newest version of the tool. If it crashes too, report it to its makers, with the lines below this one.',
  },
  {
    ...ended,
    code: 'tool/libraries',
    holds: 'version `GLIBC_',
    cause: 'The program is built for a newer system than this one: it needs a newer C library.',
    fix: 'Take the build for this system, such as the one with rhel8 in its name.',
  },
  {
    ...ended,
    code: 'tool/libraries',
    holds: 'error while loading shared libraries: ',
    captures: /(?<library>[^\s:]+)/y,
    cause: 'The program needs the library {library}, and this machine does not have it.',
    fix: 'Install the package with this library, or take a build of the tool that is linked statically.',
  },
  {
    ...ended,
    code: 'tool/killed',
    holds: 'signal: killed',
    cause: 'The system ended the program, most often because memory ran out.',
    fix: 'Give it more memory, or run fewer copies at the same time. dmesg says whether memory was the reason.',
  },
  {
    ...ended,
    code: 'tool/open-files',
    holds: 'too many open files',
    cause: 'The program may not open more files or connections.',
    fix: 'Raise the limit (ulimit -n 65536) or run fewer copies at the same time. Then run the same command again.',
  },
  {
    ...ended,
    code: 'tool/port-in-use',
    holds: 'bind: address already in use',
    cause: 'Another process listens on this port.',
    fix: 'End the other process (ss -ltnp names it), or choose another port.',
  },
  {
    ...ended,
    code: 'tool/user-namespace',
    holds: 'potentially insufficient UIDs or GIDs available in user namespace',
    cause: 'The user has too few user and group numbers to unpack the image without root.',
    fix: 'Add ranges for the user to /etc/subuid and /etc/subgid, then run podman system migrate.',
  },
  {
    ...ended,
    code: 'tool/user-namespace',
    holds: 'namespace using ',
    captures: /"?(?:\/usr\/bin\/)?newuidmap/y,
    cause:
      'The system does not let this user unpack images without root: user namespaces are not set up for it.',
    fix: 'Add ranges for the user to /etc/subuid and /etc/subgid, check that newuidmap has its setuid bit, then run podman system migrate.',
  },
  {
    ...ended,
    code: 'tool/user-namespace',
    holds: 'newuidmap: ',
    cause:
      'The system does not let this user unpack images without root: user namespaces are not set up for it.',
    fix: 'Add ranges for the user to /etc/subuid and /etc/subgid, check that newuidmap has its setuid bit, then log in anew.',
  },
  {
    ...ended,
    code: 'tool/user-namespace',
    holds: 'no subuid ranges found for user',
    cause:
      'This user has no user and group numbers of its own, which podman needs to unpack images without root.',
    fix: 'Add ranges for the user to /etc/subuid and /etc/subgid, then run podman system migrate.',
  },
  {
    code: 'registry/answered',
    severity: 'information',
    holds: 'response completed with error',
    cause:
      'This is the log of a registry: it answered a request with an error. That it lacks a layer is what clients expect before they upload it.',
    fix: 'Look at the log of the client that asked: its last error says what became of the image.',
  },
  {
    code: 'registry/no-login',
    severity: 'information',
    holds: 'error authenticating user',
    cause: 'This is the log of a registry: somebody came without a login, or with a wrong one.',
    fix: 'Look at the log of the client that asked. Nodes log in with the global pull secret (openshift-config/pull-secret).',
  },
  {
    code: 'registry/no-login',
    severity: 'hint',
    holds: 'error authorizing context',
    cause:
      'This is the log of a registry. The first request of every client has no login, and is answered so.',
    fix: 'Nothing, if the client goes on.',
  },
  {
    ...ended,
    code: 'tool/architecture',
    holds: 'cannot execute binary file',
    cause: 'The program is built for another processor architecture than this machine has.',
    fix: 'Take the build for this machine: uname -m says which architecture it has.',
  },
  {
    ...ended,
    code: 'tool/not-local',
    holds: ' in local storage: no such image',
    cause: 'podman does not have this image on this machine, and was not told to pull it.',
    fix: 'Pull it first: look for an earlier line that says why the pull failed.',
  },
  {
    ...ended,
    code: 'tool/yaml',
    holds: 'error converting YAML to JSON: ',
    captures: /(?<reason>.{1,300})/y,
    cause: 'The file is no valid YAML: {reason}.',
    fix: 'Correct that line: most often the indentation or a missing space after a colon. operator-mirror check FILE shows the place.',
  },
  {
    ...ended,
    code: 'tool/yaml',
    holds: 'yaml: line ',
    captures: /(?<number>\d+): (?<reason>.{1,300})/y,
    cause: 'The file is no valid YAML at line {number}: {reason}.',
    fix: 'Correct that line: most often the indentation or a missing space after a colon. operator-mirror check FILE shows the place.',
  },
];
