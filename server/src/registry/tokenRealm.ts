import { BlockList, isIP } from 'node:net';
import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { redactUrl } from './redact.ts';

/** Loopback, link-local and private networks: an address there is another machine to everybody. */
const localNetworks = {
  ipv4: ['10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'],
  ipv6: ['::1/128', 'fe80::/10', 'fec0::/10', 'fc00::/7'],
};
/** No address of anybody, which leads to this machine all the same. */
const unspecifiedNetworks = { ipv4: ['0.0.0.0/8'], ipv6: ['::/128'] };
/** Where IPv6 has addresses of IPv4 in it: compatible with it, and translated. Those that are mapped `BlockList` knows. */
const embeddings = ['::', '64:ff9b::'];

const local = blockList(localNetworks);
const unspecified = blockList(unspecifiedNetworks);

/**
 * True for a loopback, link-local or private address, and for a name that can only mean this machine. Other names are
 * not looked up.
 * @param hostname as `URL.hostname` has it, which writes every spelling of an address in one way
 */
export function isLocalAddress(hostname: string): boolean {
  const name = hostname.replace(/\.$/, '');
  return name === 'localhost' || name.endsWith('.localhost') || isIn(local, name);
}

function isIn(list: BlockList, hostname: string): boolean {
  const address = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  const version = isIP(address);
  return version !== 0 && list.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

function blockList({ ipv4, ipv6 }: typeof localNetworks): BlockList {
  const list = new BlockList();
  const add = (network: string, prefix: string, version: 'ipv4' | 'ipv6') => {
    const [address = '', bits] = network.split('/');
    list.addSubnet(prefix + address, Number(bits) + (prefix === '' ? 0 : 96), version);
  };
  for (const network of ipv4) {
    add(network, '', 'ipv4');
    for (const prefix of embeddings) add(network, prefix, 'ipv6');
  }
  for (const network of ipv6) add(network, '', 'ipv6');
  return list;
}

/** What decides whether a token service may be asked. */
export interface RealmCircumstances {
  /** The address of the registry that named the service. */
  readonly asked: URL;
  /** Whether the service may be reached without TLS, if the registry is reached so too. */
  readonly mayBePlain: boolean;
  /** Whether a person has named the service's very host as one that may be reached without TLS. */
  readonly isNamed: boolean;
}

/**
 * Why nothing may be sent to the token service that a registry names; undefined when it may be asked. A registry
 * decides by its challenge where the password goes, so it may not send it in the clear when it is not in the clear
 * itself, nor to a service of this machine or its network that is none of the registry's.
 */
export function realmProblem(realm: URL, circumstances: RealmCircumstances): UserError | undefined {
  const { asked, mayBePlain, isNamed } = circumstances;
  if (isNamed || realm.origin === asked.origin) return undefined;
  const nextStep = t(
    'nothing was sent there; if that is meant to be so, add {0} to operatorMirror.registries.insecure (--insecure {0})',
    realm.host,
  );
  const place = redactUrl(realm);
  if (realm.protocol === 'http:' && !(mayBePlain && asked.protocol === 'http:')) {
    return new UserError('tls', t('{0} names a token service without TLS, {1}', asked.host, place), {
      nextStep,
    });
  }
  const isLocal = isLocalAddress(realm.hostname) || isIn(unspecified, realm.hostname);
  if (isLocal && !isLocalAddress(asked.hostname) && realm.hostname !== asked.hostname) {
    const message = t(
      '{0} names a token service at an address of this machine or its network, {1}',
      asked.host,
      place,
    );
    return new UserError('tokenService', message, { nextStep });
  }
  return undefined;
}
