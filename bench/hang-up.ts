/**
 * How soon a provider is left after its client hung up, the socket's way included: node dist/bench/hang-up.js
 * Bar: 50 ms.
 */
import { cpus } from 'node:os';
import { modelNamed, Rig, TestSink, until } from '../libs/inference/testing/rig.js';
import { streamEvents } from '../libs/inference/testing/stand-in/openai-script.js';
import { StandIn } from '../libs/inference/testing/stand-in/stand-in.js';
import { hang, head, write } from '../libs/inference/testing/stand-in/steps.js';

const rounds = 200;
const upstream = await StandIn.listen((request) => [head(), ...streamEvents(request).slice(0, 5).map(write), hang]);
const rig = Rig.before(upstream.url);
const took: number[] = [];
for (let round = 0; round < rounds; round++) {
  upstream.leftAtMs.length = 0;
  const abort = new AbortController();
  const sink = new TestSink();
  let abortedAt = 0;
  sink.onWrite = () => {
    abortedAt = upstream.nowMs();
    abort.abort();
  };
  await rig.ask([modelNamed('m')], { signal: abort.signal, sink });
  await until(() => upstream.leftAtMs.length > 0);
  took.push(upstream.leftAtMs[0]! - abortedAt);
}
await rig.close();
await upstream.close();
took.sort((a, b) => a - b);
console.log(`${cpus()[0]?.model.trim()} x ${cpus().length}, Node ${process.version}: ${rounds} clients hung up; the provider was left after p50 ${took[rounds / 2]!.toFixed(2)} ms, p99 ${took[Math.floor(rounds * 0.99)]!.toFixed(2)} ms (bar 50)`);
