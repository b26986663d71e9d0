/**
 * `npm run bench:decide`: what a decision costs, over the whole shipped catalogue, in one thread. Prints the machine.
 * Bars: classify + decide p50 below 60 µs and p99 below 400 µs for prompts up to 2,000 characters and flat beyond;
 * fold above 300,000 events/s; start with the whole catalogue below 300 ms; memory of the view below 60 MB.
 */
import { cpus } from 'node:os';
import type { DomainEvent, Recorded } from '../libs/event-sourcing/domain/event.js';
import { classify } from '../libs/routing/domain/classify/classify.js';
import { classifierInput } from '../libs/routing/domain/classify-request.js';
import { decide, explain } from '../libs/routing/domain/decide.js';
import { defaultPolicy } from '../libs/routing/domain/policy.js';
import { RoutingView } from '../libs/routing/domain/view.js';
import { aRequest, recorded, shippedModels, viewOf } from '../libs/routing/testing/shipped-view.js';
import { loadClassifierWeights } from '../libs/routing/weights.js';

const prompts = [
  'What is the capital of France?', 'escreva um poema curto sobre o mar', 'Generate an image of a cat on a windowsill',
  'Write a Python function that parses a CSV file and returns the rolling median of one column', 'latest news about the ECB interest rate',
  '请把这句话翻译成英文：会议改到星期五', 'Make a 10 second video of waves at sunset', 'Compose a lo-fi beat with piano and rain',
  'Prove that there are infinitely many primes congruent to 3 modulo 4.', 'Read this aloud in a warm voice: welcome to our museum',
];
const filler = 'The parties agree that the obligations of the supplier under this section survive termination of the contract. ';
const sized = (chars: number) => prompts.map((prompt) => `${filler.repeat(Math.ceil(chars / filler.length)).slice(0, chars)} ${prompt}`);

const print = (line: string) => process.stdout.write(`${line}\n`);
const gc = (globalThis as { gc?: () => void }).gc;
const usedMb = () => {
  gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1e6;
};

print(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} threads, Node ${process.version}, one thread used`);

const models = shippedModels();
const before = usedMb();
const started = performance.now();
const weights = loadClassifierWeights();
const view = viewOf(models);
view.table.settle();
print(`start: ${models.length} models listed and settled, weights loaded: ${(performance.now() - started).toFixed(1)} ms`);

const deciding = (texts: readonly string[]) =>
  texts.map((prompt) => ({ request: aRequest({ profile: { promptChars: prompt.length, inputTokens: Math.ceil(prompt.length / 4) } }), text: { prompt, system: '' } }));

function measure(name: string, texts: readonly string[], rounds: number): void {
  const asked = deciding(texts);
  const once = ({ request, text }: (typeof asked)[number]) =>
    decide({ request, classification: classify(classifierInput(request, text), weights), recorded: false, view, policy: defaultPolicy, decider: 'bench' });
  for (let i = 0; i < 4_000; i += 1) once(asked[i % asked.length]!);
  const times = Float64Array.from({ length: rounds }, (_, i) => {
    const began = performance.now();
    once(asked[i % asked.length]!);
    return performance.now() - began;
  }).sort();
  const at = (share: number) => `${(times[Math.floor(share * (rounds - 1))]! * 1000).toFixed(1)} µs`;
  print(`${name}: p50 ${at(0.5)}, p99 ${at(0.99)}, of ${rounds} decisions`);
}

measure('classify + decide, prompts as typed', prompts, 30_000);
measure('classify + decide, 500 characters', sized(440), 30_000);
measure('classify + decide, 2,000 characters', sized(1_900), 30_000);
measure('classify + decide, 20,000 characters', sized(19_900), 10_000);
measure('classify + decide, 200,000 characters', sized(200_000), 5_000);

const [question] = deciding(prompts);
const explaining = performance.now();
for (let i = 0; i < 200; i += 1) {
  explain({ request: question!.request, classification: classify(classifierInput(question!.request, question!.text), weights), recorded: false, view, policy: defaultPolicy, decider: 'bench' });
}
print(`explain (every candidate, every exclusion): ${((performance.now() - explaining) / 200).toFixed(2)} ms`);

/** A log as traffic makes it: outcomes of a thousand organizations, some failures, some feedback. */
function traffic(count: number): readonly Recorded[] {
  const ids = models.filter((model) => model.task === 'text').map((model) => model.id);
  const eventOf = (i: number): DomainEvent => {
    const model = ids[(i * 31) % ids.length]!;
    if (i % 50 === 0) return { type: 'InferenceAttemptFailed', data: { attempt: 1, model, provider: 'p', mode: 'live', errorClass: 'server_error', status: 500, message: '', tookMs: 5 } };
    if (i % 20 === 1) return { type: 'FeedbackGiven', data: { feedbackId: `f${i}`, requestId: null, model, promptHash: 'h', classifiedTask: 'text', correct: i % 3 > 0, confidence: null, suggestedTask: null } };
    return {
      type: 'InferenceCompleted',
      data: { model, mode: 'live', task: 'text', cache: 'off', usage: { outputTokens: (i * 7) % 1500 }, timing: { inferenceMs: 800 + ((i * 13) % 9_000), ttftMs: 300 } },
    };
  };
  const began = Date.parse('2026-11-25T00:00:00.000Z');
  return Array.from({ length: count }, (_, i) => recorded(eventOf(i), 1_000 + i, { orgId: `org_${i % 1000}`, at: new Date(began + i * 50).toISOString() }));
}

let log = traffic(300_000);
const folding = performance.now();
for (const event of log) view.apply(event);
const seconds = (performance.now() - folding) / 1000;
print(`fold: ${Math.round(log.length / seconds).toLocaleString('en')} events/s over ${log.length.toLocaleString('en')} events of 1,000 organizations`);

const snapshot = JSON.stringify(view.snapshot());
log = [];
print(`memory of the view and the weights: ${(usedMb() - before - snapshot.length / 1e6).toFixed(1)} MB${gc ? '' : ' (without --expose-gc: an upper bound)'}`);
const restoring = performance.now();
const restored = new RoutingView();
restored.restore(JSON.parse(snapshot));
restored.table.settle();
print(`snapshot: ${(snapshot.length / 1e6).toFixed(1)} MB of JSON, restored in ${(performance.now() - restoring).toFixed(0)} ms`);
