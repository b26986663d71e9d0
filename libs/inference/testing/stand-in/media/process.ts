/**
 * The stand-in of the media providers as a process of its own: prints its address as JSON, answers `GET /v1/seen` with what
 * it was asked, finishes work that is `gate=night` after `GET /v1/open/night`, and ends with its parent. node dist/libs/inference/testing/stand-in/media/process.js [port]
 */
import { StandIn } from '../stand-in.js';
import { json } from '../steps.js';
import { mediaProvider } from './media-provider.js';

let url = '';
const opened = new Set<string>();
const provider = mediaProvider(() => url, (gate) => opened.has(gate));
const standIn: StandIn = await StandIn.listen((request) => (request.path === '/v1/seen' ? json(200, seen()) : request.path.startsWith('/v1/open/') ? open(request.path.slice('/v1/open/'.length)) : provider(request)), Number(process.argv[2] ?? 0));
url = standIn.url;

function open(gate: string): ReturnType<typeof json> {
  opened.add(gate);
  return json(200, {});
}

const seen = (): object[] =>
  standIn.requests.filter(({ path }) => !/^\/v1\/(?:seen$|open\/)/.test(path)).map(({ method, path, headers, body, raw, atMs }) => ({ method, path, headers, body, raw: raw.toString('latin1').slice(0, 4_000), atMs, leftAtMs: standIn.leftAtMs }));

process.stdout.write(`${JSON.stringify({ url })}\n`);
process.stdin.on('end', () => process.exit(0)).resume();
