/** The stream has moved on: what was decided may no longer hold. */
export class RevisionConflict extends Error {
  constructor(
    readonly stream: string,
    readonly expected: string,
    readonly actual: string,
  ) {
    super(`stream ${stream}: expected revision ${expected}, found ${actual}`);
    this.name = 'RevisionConflict';
  }
}

/** The log could not say that the append is durable. It may or may not be; the same ids may be tried again. */
export class LogUnavailable extends Error {
  constructor(
    readonly stream: string,
    cause: unknown,
  ) {
    super(`the event log did not acknowledge an append to ${stream}`, { cause });
    this.name = 'LogUnavailable';
  }
}

/** The events are larger than the log accepts in one append. */
export class AppendTooLarge extends Error {
  constructor(readonly stream: string) {
    super(`the events for ${stream} are larger than the log accepts`);
    this.name = 'AppendTooLarge';
  }
}
