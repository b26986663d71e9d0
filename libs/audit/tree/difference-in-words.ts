/** What was done to the log, in sentences that name the event. */
import { never } from '../../event-sourcing/domain/decider.js';
import type { StoredEvent } from '../../event-sourcing/stored-event.js';
import { changedByte } from '../verifier/verify.mjs';
import type { Difference, Leaf, Recorded } from './log-comparison.js';

export interface SeenEvent extends Leaf {
  readonly event: StoredEvent;
}

/** The search for the byte that was changed takes up to seconds. */
export function inWords(difference: Difference<SeenEvent>): string {
  switch (difference.kind) {
    case 'changed': {
      const { recorded, event } = difference;
      const where = changedByte(event.event, recorded.hash);
      return `event ${recorded.place}, ${described(event)}, was changed${where === null ? '' : `: ${where}`}`;
    }
    case 'removed': {
      const { first, last } = difference;
      return first.place === last.place ? `${at(first)} was removed` : `events ${first.place} to ${last.place}, at positions ${first.position} to ${last.position}, were removed`;
    }
    case 'inserted':
      return `${described(difference.event)} was inserted before event ${difference.before}`;
    case 'moved': {
      const { recorded, event } = difference;
      const from = event.position === recorded.position ? 'is read out of its order: events were reordered' : `was moved there from position ${recorded.position}`;
      return `event ${recorded.place}, ${described(event)}, ${from}`;
    }
    case 'exchanged': {
      const { first, second } = difference;
      return `event ${first.recorded.place}, ${described(first.event)}, and event ${second.recorded.place}, ${described(second.event)}, were exchanged`;
    }
    case 'renumbered': {
      const { first, last, now } = difference;
      return `events ${first.place} to ${last.place} stand at other positions than recorded: event ${first.place} at ${now}, not ${first.position}`;
    }
    default:
      return never(difference);
  }
}

const at = ({ place, position }: Recorded): string => `event ${place}, at position ${position},`;
const described = ({ position, event: { type, revision, stream } }: SeenEvent): string => `${type} at position ${position} (revision ${revision} of ${stream})`;
