/**
 * A decider is a pure table of cases: what a command means in a state (events), and what an event does to a
 * state. No clock, no chance, no I/O: time and ids come inside the command.
 * The shape is Jérémie Chassaing's (thinkbeforecoding.com, "Functional Event Sourcing Decider").
 */
export interface Decider<State, Command, Event> {
  readonly initial: State;
  /** The events the command causes; none when it changes nothing. @throws a domain error when it is refused. */
  decide(command: Command, state: State): readonly Event[];
  /** Must not throw: what is in the log has happened. */
  evolve(state: State, event: Event): State;
}

/** Closes an exhaustive switch: a case that is not handled does not compile. */
export function never(value: never): never {
  throw new TypeError(`unhandled case: ${JSON.stringify(value)}`);
}

/** A command the domain refuses; the edge turns it into a 4xx with this code. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
    /** The field of the request that is at fault, when one is. */
    readonly param: string | null = null,
  ) {
    super(message);
    this.name = 'Refused';
  }
}
