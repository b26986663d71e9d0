/** The engine under a seeded scheduler, in a process of its own: a test runner watches every promise, and that costs worlds. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { it } from '@jest/globals';

/** SEED plays one world again, SEEDS says how many; without them the same worlds run every time. */
const first = Number(process.env['SEED'] ?? 1);
const count = process.env['SEED'] ? 1 : Number(process.env['SEEDS'] ?? 2_000);
const program = new URL('../../../dist/libs/event-sourcing/projections/testing/simulate-seeds.js', import.meta.url).pathname;

it(`ends every one of ${count} worlds as a calm one would`, async () => {
  await promisify(execFile)(process.execPath, [program, String(first), String(count)]);
}, 180_000 + count * 100);
