/**
 * Connections to public addresses alone: for addresses that somebody else has named, such as where a notice is posted
 * or where a provider says that a file lies. The operator may allow some of its own networks.
 */
import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import { Agent, type Dispatcher } from 'undici';
import { ipMatcher } from './ip-ranges.js';

/** Of this machine, its networks, or reserved (IANA special-purpose registries, RFC 6890); IPv6 also where it carries IPv4. */
const isInside = ipMatcher([
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16',
  '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/3',
  '::/127', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32', '2002::/16', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8',
]);

/** Whether an IP address is reached over the Internet. */
export const isPublic = (address: string): boolean => isIP(address) !== 0 && !isInside(address);

export class AddressRefused extends Error {
  constructor(host: string) {
    super(`${host} is not a public address, and not one of those that the operator allows`);
    this.name = 'AddressRefused';
  }
}

export interface PublicAddresses {
  /** For undici: refuses before a connection is made, by what a name resolves to at that moment. */
  readonly dispatcher: Dispatcher;
  /** Whether an address that was just named may be kept: digits are judged, a name only when it is used. */
  mayName(url: string): boolean;
}

/** @param allowed ranges inside that may be reached all the same: `10.0.0.0/8`, `127.0.0.1` */
export function publicAddresses(allowed: readonly string[] = []): PublicAddresses {
  const isAllowed = ipMatcher(allowed);
  const may = (address: string) => isPublic(address) || isAllowed(address);
  const mayHost = (host: string) => (isIP(host) === 0 ? !/(^|\.)localhost\.?$/i.test(host) || may('127.0.0.1') : may(host));
  const agent = new Agent({ connect: { lookup: lookupOf(may), timeout: 10_000 } });
  return {
    // Node resolves no name for an address in digits, so those are judged here.
    dispatcher: agent.compose((dispatch) => (options, handler) => {
      const host = hostOf(String(options.origin));
      if (!mayHost(host)) throw new AddressRefused(host);
      return dispatch(options, handler);
    }),
    mayName: (url) => mayHost(hostOf(url)),
  };
}

const hostOf = (url: string): string => new URL(url).hostname.replace(/^\[|\]$/g, '');

type Answer = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/** Names are judged where they are resolved, so that a name cannot point elsewhere a moment later. */
const lookupOf = (may: (address: string) => boolean) => (hostname: string, options: LookupOptions, answer: Answer): void =>
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return answer(error, []);
    if (addresses.length === 0 || addresses.some(({ address }) => !may(address))) return answer(new AddressRefused(hostname), []);
    if (options.all) return answer(null, addresses);
    answer(null, addresses[0]!.address, addresses[0]!.family);
  });
