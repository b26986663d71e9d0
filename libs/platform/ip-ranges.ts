/** CIDR ranges and single addresses, IPv4 and IPv6, as keys name them. */
import { BlockList, isIP } from 'node:net';

const families = { 4: 'ipv4', 6: 'ipv6' } as const;

export interface IpRange {
  readonly address: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** Null when it is neither `10.0.0.0/8` nor `10.1.2.3` nor their IPv6 like. */
export function parseIpRange(text: string): IpRange | null {
  const [address = '', prefixText, ...rest] = text.split('/');
  const version = isIP(address);
  if ((version !== 4 && version !== 6) || rest.length > 0) return null;
  const longest = version === 4 ? 32 : 128;
  if (prefixText !== undefined && !/^\d{1,3}$/.test(prefixText)) return null;
  const prefix = prefixText === undefined ? longest : Number(prefixText);
  return prefix <= longest ? { address, prefix, family: families[version] } : null;
}

/** Whether an address is in one of the ranges. A range that cannot be read holds no address. */
export function ipMatcher(ranges: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const range of ranges.map(parseIpRange)) if (range) list.addSubnet(range.address, range.prefix, range.family);
  return (address) => {
    const version = isIP(address);
    return (version === 4 || version === 6) && list.check(address, families[version]);
  };
}
