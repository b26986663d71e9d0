/** The little HTTP/1.1 that is served beside gRPC on the same port. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

type Answer = (response: ServerResponse) => void;

const ROUTES: Readonly<Record<string, Answer>> = {
  '/ping': (response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"text":"Ping request successfully handled"}');
  },
  /** 204 while the node takes requests, as the real server answers. */
  '/health/live': (response) => {
    response.writeHead(204).end();
  },
};

function handle(request: IncomingMessage, response: ServerResponse): void {
  const path = (request.url ?? '').split('?')[0]!;
  const answer = ROUTES[path];
  if (answer === undefined) response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"Not Found"}');
  else if (request.method !== 'GET' && request.method !== 'HEAD') response.writeHead(405, { allow: 'GET' }).end();
  else answer(response);
}

export const createHttp = (): Server => createServer(handle);
