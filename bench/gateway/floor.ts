/** The floor: undici between a client and the provider, with nothing in between. Prints its port. */
import { createServer } from 'node:http';
import { Pool } from 'undici';

const pool = new Pool(process.env['UPSTREAM']!, { connections: 512 });

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const body = Buffer.concat(parts);
    const headers = { 'content-type': 'application/json', authorization: request.headers.authorization ?? '' };
    pool.stream({ method: 'POST', path: '/v1/chat/completions', headers, body }, ({ statusCode, headers: received }) => {
      const { 'content-type': type, 'content-length': length } = received as Record<string, string>;
      return response.writeHead(statusCode, { 'content-type': type!, ...(length === undefined ? {} : { 'content-length': length }) });
    }).catch(() => response.destroy());
  });
}).listen(Number(process.env['PORT'] ?? 0), '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as { port: number }).port}\n`);
});
