import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request } from 'undici';
import { isPublic, publicAddresses } from './public-address.js';

it.each(['8.8.8.8', '1.1.1.1', '172.15.255.255', '172.32.0.0', '100.128.0.0', '192.167.255.255', '2606:4700:4700::1111', '::ffff:8.8.8.8'])('%s is public', (address) => expect(isPublic(address)).toBe(true));

it.each([
  '127.0.0.1', '127.255.255.255', '0.0.0.0', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '100.64.0.1', '198.18.0.1', '224.0.0.1', '255.255.255.255', '192.0.2.1',
  '::', '::1', 'fe80::1', 'fd00::1', 'ff02::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:a9fe:a9fe', '64:ff9b::7f00:1', '2002:7f00:1::', '2001::1', 'fec0::1', 'not an address', '',
])('%s is not', (address) => expect(isPublic(address)).toBe(false));

describe('an address that somebody named', () => {
  let server: Server;
  let port: number;
  let knocks = 0;
  beforeAll(async () => {
    server = createServer((_, response) => {
      knocks++;
      response.end('ok');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  /** Decimal, octal, hexadecimal and short forms are one address to a URL. */
  const spellings = ['127.0.0.1', '2130706433', '0x7f.1', '0177.0.0.1', '127.1', '[::ffff:127.0.0.1]', 'localhost', 'LOCALHOST.', 'some.localhost'];

  it.each(spellings)('is not reached as %s', async (host) => {
    const url = `http://${host}:${port}/`;
    expect(publicAddresses().mayName(url)).toBe(false);
    await expect(request(url, { dispatcher: publicAddresses(['10.0.0.0/8']).dispatcher })).rejects.toThrow('not a public address');
    expect(knocks).toBe(0);
  });

  it('is reached where the operator allows it, by digits and by name', async () => {
    const { dispatcher, mayName } = publicAddresses(['127.0.0.0/8', '::1']);
    for (const host of ['127.0.0.1', 'localhost']) {
      expect(mayName(`http://${host}:${port}/`)).toBe(true);
      const answer = await request(`http://${host}:${port}/`, { dispatcher, headers: { connection: 'close' } });
      expect(await answer.body.text()).toBe('ok');
    }
  });

  it('may be any name: it is judged when it is used', () => expect(publicAddresses().mayName('https://hooks.example.com/a')).toBe(true));
});
