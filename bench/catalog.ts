/**
 * The catalogue's own figures, over everything shipped: start (fold of one event per model and first question), and
 * recommend with a prompt. One thread, no store: npm run build && node dist/bench/catalog.js
 */
import { cpus } from 'node:os';
import { recommend, type RecommendQuery } from '../libs/catalog/domain/recommend.js';
import { shippedCatalog } from '../libs/catalog/data/shipped-catalog.js';
import { LiveCatalog } from '../libs/catalog/read-model/live-catalog.js';
import type { Recorded } from '../libs/event-sourcing/domain/event.js';

const rounds = 2000;
const prompts = [
  'cheap vision model with long context',
  'best model for coding',
  'modelo barato com contexto longo',
  'turn a photo into a video with sound',
  'Write a friendly letter to my landlord about the heating, which has been broken since Monday. '.repeat(20),
];

const text = JSON.stringify(shippedCatalog().map((model) => ({ model, publisher: 'shipped' })));
const before = process.memoryUsage().heapUsed;
const started = performance.now();
const catalog = new LiveCatalog();
(JSON.parse(text) as object[]).forEach((data, index) => {
  const position = BigInt(index + 1);
  catalog.apply({ type: 'ModelListed', data, position: { commit: position, prepare: position }, createdMs: index } as unknown as Recorded);
});
const snapshot = catalog.latest();
const folded = performance.now() - started;
const ask = (prompt: string): RecommendQuery => ({ prompt, task: null, task_type: null, work: null, optimization: 'balanced', limit: 5 });
recommend(snapshot, ask(prompts[0]!));
const ready = performance.now() - started;
const heap = (process.memoryUsage().heapUsed - before) / 2 ** 20;

const took: number[] = [];
for (let i = 0; i < rounds; i++) {
  const prompt = prompts[i % prompts.length]!;
  const from = performance.now();
  recommend(snapshot, ask(prompt));
  took.push(performance.now() - from);
}
took.sort((a, b) => a - b);
const at = (share: number) => took[Math.floor(share * (took.length - 1))]!.toFixed(3);

console.log(`${cpus()[0]?.model.trim()} x ${cpus().length}, Node ${process.version}, ${snapshot.models.length} models`);
console.log(`start: fold ${folded.toFixed(1)} ms, first recommendation after ${ready.toFixed(1)} ms (bar 300), about ${heap.toFixed(1)} MB of heap`);
console.log(`recommend, ${rounds} calls over ${prompts.length} prompts of up to ${Math.max(...prompts.map(({ length }) => length))} characters: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms (bar 3)`);
