/** One decision, from its events and the view refolded to its position. */
import { Injectable } from '@nestjs/common';
import type { Recorded } from '../../event-sourcing/domain/event.js';
import { EventLog } from '../../event-sourcing/event-log.js';
import type { Feedback } from '../../feedback/domain/feedback.js';
import { Vault } from '../../platform/vault.js';
import type { Explanation } from '../../routing/domain/question.js';
import type { Decider } from '../../routing/domain/deciding-code.js';
import type { RouteRequested } from '../../routing/domain/events.js';
import { routeStream } from '../../routing/domain/terminal.js';
import type { RoutingView } from '../../routing/domain/view.js';
import { DeciderRegistry } from '../../routing/exports.js';
import { effectsOf } from '../domain/effects.js';
import { recordedDecision, type RecordedDecision } from '../domain/recorded-decision.js';
import { isRefusal, questionOf, reproduce, type Text, type Verdict } from '../domain/reproduce.js';
import { storyOf, type EventInStory, type Story } from '../domain/story.js';
import { leafData, leafHash } from '../verifier/verify.mjs';
import { PastViews } from './past-views.js';
import { Texts } from './texts.js';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

@Injectable()
export class DecisionAudit {
  readonly texts: Texts;

  constructor(
    private readonly log: EventLog,
    private readonly views: PastViews,
    private readonly deciders: DeciderRegistry,
    vault: Vault,
  ) {
    this.texts = new Texts(vault);
  }

  /** Null when the organization has no such request. */
  async story(orgId: string, requestId: string): Promise<Story | null> {
    const events = await this.eventsOf(orgId, requestId);
    const recorded = events && decisionOf(events);
    if (!events || !recorded) return null;
    const decider = this.deciders.find(recorded.decision.decider);
    const { code, weights } = decider ?? this.deciders.present;
    const [text, view, hashes, feedback] = await Promise.all([
      this.texts.of(recorded.requested),
      this.views.at(recorded.decidedAt, code),
      this.hashes(events),
      this.feedbackOn(recorded),
    ]);
    return storyOf({
      recorded, events, hashes, feedback, text, view,
      effects: text.kind === 'text' && weights ? effectsOf(recorded.requested.request, text.text, { code, weights }) : [],
      verdict: reproduce(decider, recorded, text, view),
      explanation: decider && explained(decider, recorded, text, view),
    });
  }

  /** Null when the organization has no such request. */
  async reproduce(orgId: string, requestId: string): Promise<{ recorded: RecordedDecision; verdict: Verdict } | null> {
    const events = await this.eventsOf(orgId, requestId);
    const recorded = events && decisionOf(events);
    if (!recorded) return null;
    const decider = this.deciders.find(recorded.decision.decider);
    const [text, view] = await Promise.all([this.texts.of(recorded.requested), this.views.at(recorded.decidedAt, decider?.code)]);
    return { recorded, verdict: reproduce(decider, recorded, text, view) };
  }

  private async eventsOf(orgId: string, requestId: string): Promise<readonly Recorded[] | null> {
    if (!uuid.test(requestId)) return null;
    const events: Recorded[] = [];
    for await (const event of this.log.read(routeStream(requestId))) events.push(event);
    return events[0]?.metadata.orgId === orgId ? events : null;
  }

  private async hashes(events: readonly Recorded[]): Promise<readonly EventInStory[]> {
    const told = new Map(events.map((event) => [event.revision, event]));
    const found: EventInStory[] = [];
    for await (const stored of this.log.readStoredStream(events[0]!.stream)) {
      const event = told.get(stored.revision);
      if (!event) continue;
      found.push({
        type: stored.type, revision: String(stored.revision), position: String(event.position.commit), id: stored.id, at: event.metadata.at, actor: event.metadata.actor,
        leaf_hash: leafHash(leafData(stored)).toString('hex'),
      });
    }
    return found;
  }

  /** Feedback on a request comes in its own month or, near the end of one, in the next. */
  private async feedbackOn({ requestId, orgId, requested }: RecordedDecision): Promise<readonly Feedback[]> {
    const found: Feedback[] = [];
    for (const month of monthsFrom(requested.request.at)) {
      for await (const { type, data } of this.log.read(`feedback-${orgId}+${month}`)) {
        if (type === 'FeedbackGiven' && (data as Feedback).requestId === requestId) found.push(data as Feedback);
      }
    }
    return found;
  }
}

export function decisionOf(events: readonly Recorded[]): RecordedDecision | null {
  const requested = events.find(({ type }) => type === 'RouteRequested');
  const selected = events.find(({ type }) => type === 'ModelSelected');
  return requested && selected ? recordedDecision(requested.data as RouteRequested, selected) : null;
}

/** Null when it cannot be asked again, or is refused now. */
function explained(decider: Decider, recorded: RecordedDecision, text: Text, view: RoutingView): Explanation | null {
  if (view.position !== recorded.decidedAt) return null;
  const asked = questionOf(decider, recorded, text, view);
  if (!('question' in asked)) return null;
  try {
    return decider.code.explain(asked.question);
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}

function monthsFrom(at: string): readonly string[] {
  const [year, month] = [Number(at.slice(0, 4)), Number(at.slice(5, 7))];
  const next = month === 12 ? `${year + 1}01` : `${year}${String(month + 1).padStart(2, '0')}`;
  return [`${at.slice(0, 4)}${at.slice(5, 7)}`, next];
}
