/** Connections to public addresses alone: for addresses that somebody else has named. */
import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import { Agent } from 'undici';

const inside = new BlockList();
for (const [net, bits] of [['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['224.0.0.0', 3]] as const) inside.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of [['::', 127], ['fc00::', 7], ['fe80::', 10], ['ff00::', 8], ['64:ff9b::', 96]] as const) inside.addSubnet(net, bits, 'ipv6');

/** Whether an IP address is reached over the Internet: not of this machine, its networks, or a reserved range (RFC 6890). */
export function isPublic(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return isPublic(mapped);
  const family = isIP(address);
  return family !== 0 && !inside.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

type Answer = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

/** Names are checked where they are resolved, so that a name cannot point elsewhere a moment later. */
function publicLookup(hostname: string, options: LookupOptions, answer: Answer): void {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return answer(error, []);
    const refused = addresses.find(({ address }) => !isPublic(address));
    if (refused) return answer(new Error(`${hostname} is not a public address`), []);
    if (options.all) return answer(null, addresses);
    answer(null, addresses[0]!.address, addresses[0]!.family);
  });
}

/** Node resolves no name for an address in digits, so those are refused before a connection is made. */
export const publicOnly = new Agent({ connect: { lookup: publicLookup, timeout: 10_000 } }).compose((dispatch) => (options, handler) => {
  const { hostname } = new URL(String(options.origin));
  const bare = hostname.replace(/^\[|\]$/g, '');
  if (isIP(bare) !== 0 && !isPublic(bare)) throw new Error(`${bare} is not a public address`);
  return dispatch(options, handler);
});
