/** A log in memory with exact revisions, for simulations: every call may be overtaken by others, as chance has it. */
import { RevisionConflict } from '../../event-sourcing/log-errors.js';
import type { CommandContext, DomainEvent, ExpectedRevision, Position, Recorded, StreamName } from '../../event-sourcing/domain/event.js';
import type { LogMessage } from '../../event-sourcing/subscription.js';

export class MemoryLog {
  readonly all: Recorded[] = [];
  private readonly streams = new Map<StreamName, Recorded[]>();

  constructor(private readonly pause: () => Promise<void>) {}

  async append(stream: StreamName, expected: ExpectedRevision, events: readonly DomainEvent[], context: CommandContext) {
    await this.pause();
    const present = this.streams.get(stream) ?? [];
    const revision = expected === 'no_stream' ? -1n : expected;
    if (revision !== BigInt(present.length - 1)) throw new RevisionConflict(stream, String(expected), String(present.length - 1));
    for (const event of events) this.write(stream, present, event, context);
    this.streams.set(stream, present);
    const last = present.at(-1)!;
    await this.pause();
    return { position: last.position.commit, revision: last.revision };
  }

  async *read(stream: StreamName, from = 0n): AsyncGenerator<Recorded> {
    await this.pause();
    yield* [...(this.streams.get(stream) ?? [])].slice(Number(from));
  }

  async *readBackwards(stream: StreamName): AsyncGenerator<Recorded> {
    await this.pause();
    yield* [...(this.streams.get(stream) ?? [])].reverse();
  }

  /** What is there, then caught-up, then its end: enough for those who read once. */
  subscribe({ from, types }: { from?: Position; types: readonly string[] }) {
    const { all, pause } = this;
    return {
      async *[Symbol.asyncIterator](): AsyncGenerator<LogMessage> {
        await pause();
        const after = from?.commit ?? -1n;
        for (const event of [...all]) if (event.position.commit > after && types.includes(event.type)) yield { kind: 'event', event, bytes: 0 };
        yield { kind: 'caught-up' };
      },
      unsubscribe: () => Promise.resolve(),
    };
  }

  private write(stream: StreamName, present: Recorded[], event: DomainEvent, context: CommandContext): void {
    const commit = BigInt(this.all.length);
    const recorded: Recorded = {
      id: `${stream} ${present.length}`,
      stream,
      revision: BigInt(present.length),
      position: { commit, prepare: commit },
      type: event.type,
      data: JSON.parse(JSON.stringify(event.data)) as object,
      metadata: { ...context, $correlationId: context.correlationId, $causationId: context.causationId ?? context.commandId, schemaVersion: 1 },
      createdMs: Date.parse(context.at),
    };
    present.push(recorded);
    this.all.push(recorded);
  }
}
