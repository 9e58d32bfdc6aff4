import { Lru } from '../base/lru.ts';

/** More hosts than anybody's files name. */
const mostHosts = 1_000;

/**
 * What is remembered of hosts, by their names: of those that were asked lately, because each edit in a name that somebody looks
 * at may be another host. What is forgotten is found out again.
 */
export function byHost<Value>(): Lru<Value> {
  return new Lru(mostHosts);
}
