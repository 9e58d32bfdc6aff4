import { isDigest } from '../base/digest.ts';
import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import {
  formatReference,
  hostProblem,
  type ImageReference,
  isHost,
  parseReference,
  repositoryOf,
  withDockerDefaults,
} from '../documents/imageReference.ts';
import { type PullEndpoint, planPull } from '../documents/pullEndpoints.ts';
import type { PullRules } from '../documents/pullRules.ts';
import { isInRegistry } from '../documents/transport.ts';
import { type CredentialSource, Credentials } from './credentials.ts';
import { type RegistryOptions, usualRetries } from './options.ts';
import { PullRepository } from './pullRepository.ts';
import { RegistriesConfFiles } from './registriesConfFiles.ts';
import { RemoteRepository } from './repository.ts';
import { type RetryPolicy, sleep } from './retry.ts';
import { type Timeouts, usualTimeouts } from './timeouts.ts';
import { Transport } from './transport.ts';

/** What tests put in the place of clocks, chance and files. */
export interface ClientSeams {
  readonly credentials: CredentialSource;
  readonly rules: () => Promise<PullRules>;
  readonly policy: Partial<RetryPolicy>;
  readonly timeouts: Partial<Timeouts>;
}

/**
 * A client of all registries: connections, tokens and what is known of hosts are shared. Make one for a process
 * (or for one set of settings), and `close` it.
 */
export class RegistryClient {
  readonly #transport: Transport;
  readonly #rules: () => Promise<PullRules>;
  readonly #onEndpoint: (endpoint: PullEndpoint) => void;

  constructor(options: RegistryOptions, seams: Partial<ClientSeams> = {}) {
    const policy: RetryPolicy = {
      times: options.retryTimes ?? usualRetries,
      sleep,
      random: Math.random,
      now: Date.now,
      elapsed: () => performance.now(),
      ...seams.policy,
    };
    this.#onEndpoint = options.onEndpoint ?? (() => {});
    this.#rules = seams.rules ?? new RegistriesConfFiles(options, policy.now).rules;
    const credentials = seams.credentials ?? new Credentials(options, this.#rules, policy.now);
    const timeouts = { ...usualTimeouts, ...seams.timeouts };
    this.#transport = new Transport(options, { credentials, rules: this.#rules, policy, timeouts });
  }

  /**
   * The repository that a reference names, with Docker's defaults where it names no registry. Nothing is sent.
   * @throws UserError `badReference` for a reference that no registry can be asked for
   */
  repository(reference: ImageReference): RemoteRepository {
    const { registry, repository } = this.#checked(reference);
    return new RemoteRepository(this.#transport, registry, repository);
  }

  /**
   * The repository that a reference names, as images are pulled from it: through the mirrors that registries.conf
   * names for it. Nothing is sent.
   * @throws UserError `badReference` for a reference that no registry can be asked for
   */
  pullRepository(reference: ImageReference): PullRepository {
    const full = this.#checked(reference);
    return new PullRepository(async (tagOrDigest) => {
      const version = isDigest(tagOrDigest)
        ? { tag: undefined, digest: tagOrDigest }
        : { tag: tagOrDigest, digest: undefined };
      const plan = planPull(await this.#rules(), { ...full, ...version });
      if (!plan.ok) {
        const place = `${plan.rule.path}:${plan.rule.range.start.line + 1}`;
        throw new UserError('registriesConf', `${place}: ${plan.problem}`, {
          nextStep: t('correct the location in the file'),
        });
      }
      return plan.endpoints.map((endpoint) => {
        const { registry, repository } = endpoint.reference;
        // Where no table holds, the registry itself is asked as ever.
        const manner = plan.rule === undefined ? {} : { insecure: endpoint.insecure };
        return { endpoint, repository: new RemoteRepository(this.#transport, registry, repository, manner) };
      });
    }, this.#onEndpoint);
  }

  #checked(reference: ImageReference): ImageReference {
    const full = withDockerDefaults(reference);
    // References may be put together by hand: nothing unchecked may reach a URL or a header.
    const { ok } = parseReference(formatReference(full));
    if (!isInRegistry(full) || full.registry === '' || !isHost(full.registry) || !ok) {
      throw new UserError('badReference', t('{0} is no repository of a registry', repositoryOf(reference)), {
        nextStep: t('write it as HOST[:PORT]/NAMESPACE/NAME'),
      });
    }
    requireReachable(full.registry);
    return full;
  }

  /**
   * Asks a registry whether it is one, and whether it accepts the credential for it, if any.
   * @param host `HOST[:PORT]`
   * @throws UserError `badReference`, `unauthorized`, `notRegistry`, or what else goes wrong
   */
  async ping(host: string, signal: AbortSignal): Promise<void> {
    if (!isHost(host)) {
      throw new UserError('badReference', t('{0} is no host', JSON.stringify(host)), {
        nextStep: t('write it as HOST[:PORT]'),
      });
    }
    requireReachable(host);
    const purpose = { host, place: host, action: 'pull' as const };
    const request = { method: 'GET' as const, host, repository: '', target: '/v2/', scopes: [], purpose };
    const answer = await this.#transport.exchange(request, signal);
    if (answer.status === 404) {
      throw new UserError('notRegistry', t('{0} answers, but it is no registry', host), {
        nextStep: t('check host and port: a registry answers at /v2/'),
      });
    }
    if (answer.status !== 200) throw this.#transport.error(answer, { purpose });
  }

  /** Forgets tokens and credentials: the user logged in or out. */
  credentialsChanged(): void {
    this.#transport.credentialsChanged();
  }

  /** Ends all connections, also those in use. */
  close(): Promise<void> {
    return this.#transport.close();
  }
}

/** @throws UserError `badReference` for a host that cannot be part of a URL */
function requireReachable(host: string): void {
  const problem = hostProblem(host);
  if (problem === undefined) return;
  throw new UserError('badReference', problem, { nextStep: t('correct host and port') });
}
