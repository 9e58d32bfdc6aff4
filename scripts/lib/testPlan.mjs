// What `npm test` is asked to do.
import { relative, resolve } from 'node:path';
import { root } from './paths.mjs';

/** The vitest projects in the order they run, with the system parts that each needs. */
export const projects = [
  { name: 'unit', parts: [] },
  { name: 'parts', parts: ['openssl'] },
  {
    name: 'integration',
    parts: [
      'docker-registry',
      'skopeo',
      'podman',
      'nginx',
      'htpasswd',
      'openssl',
      'zsh',
      'kubectl',
      'nvim',
      'debootstrap',
    ],
    bundles: true,
  },
  {
    name: 'e2e',
    parts: ['docker-registry', 'skopeo', 'chromium', 'Chinese font', 'kubectl'],
    bundles: true,
    codeServer: true,
  },
];

/**
 * `npm test` runs everything; `npm test -- unit` that project; `npm test -- PATH` the tests there.
 * What starts with a dash goes to vitest, as does what follows `-t`.
 */
export function planTests(args) {
  const options = [];
  const words = [];
  for (let index = 0; index < args.length; index++) {
    const argument = args[index];
    if (argument === '-t') options.push(argument, args[++index] ?? '');
    else if (argument.startsWith('-')) options.push(argument);
    else words.push(argument);
  }
  const named = projects.filter((project) => words.includes(project.name));
  const paths = words.filter((word) => !named.some((project) => project.name === word)).map(asPath);
  const meant = named.length > 0 ? named : projects.filter((project) => mayHold(project, paths));
  return { everything: words.length === 0, projects: meant, paths, options };
}

function asPath(word) {
  return relative(root, resolve(root, word)).replaceAll('\\', '/');
}

/** A path below test/PROJECT belongs to that project; anything else may be part of a name in any of them. */
function mayHold({ name }, paths) {
  if (paths.length === 0) return true;
  return paths.some((path) => !/^test\/\w+(\/|$)/.test(path) || path.split('/')[1] === name);
}
