import { expect } from '@jest/globals';
import type { Decider } from '../domain/decider.js';

/**
 * Given-When-Then for deciders: strict order, deep equality, so a wrong extra field or a swapped event fails.
 *
 *     const { given } = decider(preferences);
 *     given([set('default_task', 'code')]).when(command).thenNothing();
 */
export function decider<State, Command, Event>(subject: Decider<State, Command, Event>) {
  const given = (events: readonly Event[]) => ({
    when(command: Command) {
      const state = events.reduce((current, event) => subject.evolve(current, event), subject.initial);
      const decide = () => subject.decide(command, state);
      return {
        then: (...expected: readonly Event[]) => expect(decide()).toEqual(expected),
        thenNothing: () => expect(decide()).toEqual([]),
        thenRefused: (code: string) => expect(decide).toThrow(expect.objectContaining({ name: 'Refused', code })),
      };
    },
  });
  return { given, nothing: given([]) };
}
