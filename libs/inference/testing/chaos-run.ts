/** The long campaign: node dist/libs/inference/testing/chaos-run.js [requests] [seed]. Prints endings and memory, fails on any wrong. */
import { campaign } from './chaos-campaign.js';

const requests = Number(process.argv[2] ?? 10_000);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
const started = performance.now();
await campaign(200, seed);
const before = process.memoryUsage().heapUsed;
const { endings, wrongs, billed } = await campaign(requests, seed);
// Handles are closed a turn after they are told to.
await new Promise((resolve) => setTimeout(resolve, 100));
globalThis.gc?.();
const grown = (process.memoryUsage().heapUsed - before) / 1_048_576;
const report = {
  requests, seed, seconds: Math.round((performance.now() - started) / 1000), endings, billed, wrongs: wrongs.slice(0, 20),
  heapGrownMb: Math.round(grown * 10) / 10, openHandles: process.getActiveResourcesInfo().filter((kind) => kind !== 'TTYWrap' && kind !== 'PipeWrap'),
};
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
process.exitCode = wrongs.length > 0 || report.openHandles.length > 0 ? 1 : 0;
