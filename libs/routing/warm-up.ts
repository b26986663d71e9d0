/** The first decisions of a process compile the code that decides: they are made before it is sent requests. */
import type { OrgId } from '../identity/domain/caller.js';
import { measureInput } from './commands/measure-input.js';
import type { RoutingRequest } from './domain/request.js';
import type { RequestId } from './domain/vocabulary.js';
import { noHints } from './domain/request.js';
import type { Router } from './router.js';

const rounds = 40;
const prompts = ['What is the capital of France?', 'Write a function that merges two sorted lists, and prove that it is right.', 'A cat on a red sofa, as a watercolour'];

/** Decides a few hundred times for nobody, from memory; nothing is recorded. */
export function warmUp(router: Router): void {
  for (let round = 0; round < rounds; round++) {
    for (const prompt of prompts) {
      const { text, profile } = measureInput({}, prompt);
      try {
        router.decide(requestFor(profile), text);
      } catch {
        // An empty catalogue has nothing to choose from; there is nothing to warm either.
        return;
      }
    }
  }
}

const requestFor = (profile: RoutingRequest['profile']): RoutingRequest => ({
  requestId: 'warm-up' as RequestId,
  orgId: 'warm-up' as OrgId,
  at: new Date().toISOString(),
  seed: 0,
  endpoint: 'auto/route',
  mode: 'test',
  hints: noHints,
  profile,
  session: null,
  budget: null,
  scope: null,
});
