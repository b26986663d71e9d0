/**
 * Random trouble at every point, reproducible by its seed: what a provider does wrong and when, what a client does
 * meanwhile. Each request must end once, with money that adds up, and leave nothing behind.
 */
import { chunk, done, healthy, streamEvents } from './stand-in/openai-script.js';
import type { SeenRequest, Step } from './stand-in/stand-in.js';
import { close, end, head, json, refusal, reset, wait, write } from './stand-in/steps.js';

/** Mulberry32: a small, well mixed generator. */
export function chanceFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const pick = <T>(from: readonly T[], chance: () => number): T => from[Math.floor(chance() * from.length)]!;

const troubles: readonly ((request: SeenRequest, chance: () => number) => Iterable<Step>)[] = [
  () => refusal(500, null, 'The server had an error.'),
  () => refusal(503, 'overloaded', 'overloaded'),
  () => refusal(429, 'rate_limit_exceeded', 'slow down', { 'retry-after-ms': '5' }),
  () => refusal(400, 'context_length_exceeded', 'maximum context length exceeded'),
  () => refusal(400, null, 'malformed'),
  () => [reset],
  () => [head(), reset],
  () => [head(), write('data: {"error":{"message":"overloaded","code":"overloaded"}}\n\n'), end],
  () => json(200, { unexpected: true }),
  () => [head(200, { 'content-type': 'application/json' }), write('{"choices":'), close],
  (request, chance) => brokenAfter(request, chance, [close]),
  (request, chance) => brokenAfter(request, chance, [reset]),
  (request, chance) => brokenAfter(request, chance, [end]),
  (request, chance) => brokenAfter(request, chance, [write('data: {"error":{"message":"died"}}\n\n'), end]),
  (request, chance) => brokenAfter(request, chance, [write('data: {"choi\n\n'), write(chunk(request.model, {}, 'stop')), write(done), end]),
  (request) => [head(), ...streamEvents(request).filter((each) => each !== done).map(write), end],
];

/** About half of all calls fail, in one of the ways above; bytes are cut anywhere. */
export function* chaotic(request: SeenRequest, chance: () => number): Generator<Step> {
  if (chance() < 0.5) return yield* pick(troubles, chance)(request, chance);
  if (chance() < 0.1) yield wait(chance() * 8);
  if (request.body['stream'] !== true || chance() < 0.5) return yield* healthy(request);
  const bytes = Buffer.from(streamEvents(request).join(''));
  yield head();
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + Math.floor(chance() * 700);
    yield write(bytes.subarray(at, at + size));
    at += size;
    if (chance() < 0.02) yield wait(chance() * 5);
  }
  yield end;
}

function* brokenAfter(request: SeenRequest, chance: () => number, after: readonly Step[]): Generator<Step> {
  const events = streamEvents(request);
  yield head();
  yield* events.slice(0, Math.floor(chance() * events.length)).map(write);
  yield* after;
}
