/** What people said of a classification. One stream per organization and month: feedback-{orgId}+{yyyymm}. */
import type { Decider } from '../../event-sourcing/domain/decider.js';
import type { Task, ModelId } from '../../routing/domain/vocabulary.js';

export interface Feedback {
  /** Deterministic from what it speaks of and what it says, so that the same feedback twice is one. */
  readonly feedbackId: string;
  /** The request it speaks of, where it could be found. */
  readonly requestId: string | null;
  readonly model: ModelId | null;
  /** HMAC-SHA256 (hex) of organization and prompt under a key of the installation. */
  readonly promptHash: string;
  readonly classifiedTask: Task;
  readonly correct: boolean;
  /** 0 to 1, as the caller gave it. */
  readonly confidence: number | null;
  readonly suggestedTask: Task | null;
}

export type FeedbackEvent = { readonly type: 'FeedbackGiven'; readonly data: Feedback };
export type FeedbackCommand = { readonly type: 'GiveFeedback'; readonly feedback: Feedback };

/** Ids of the feedback given in the month. */
export const feedback: Decider<ReadonlySet<string>, FeedbackCommand, FeedbackEvent> = {
  initial: new Set(),
  decide: (command, given) => (given.has(command.feedback.feedbackId) ? [] : [{ type: 'FeedbackGiven', data: command.feedback }]),
  evolve: (given, event) => new Set(given).add(event.data.feedbackId),
};

/** @param at ISO 8601 in UTC: when the request was received, or else when the feedback came. */
export const feedbackStream = (orgId: string, at: string): `feedback-${string}` => `feedback-${orgId}+${at.slice(0, 4)}${at.slice(5, 7)}`;
