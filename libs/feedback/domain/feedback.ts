/** What people said of a classification. One stream per organization and month: feedback-{orgId}+{yyyymm}. */
import type { Task, ModelId } from '../../routing/domain/vocabulary.js';

export interface Feedback {
  /** Deterministic from what it speaks of, so that the same feedback twice is one. */
  readonly feedbackId: string;
  /** The request it speaks of, where it could be found. */
  readonly requestId: string | null;
  readonly model: ModelId | null;
  readonly promptHash: string;
  readonly classifiedTask: Task;
  readonly correct: boolean;
  /** 0 to 1, as the caller gave it. */
  readonly confidence: number | null;
  readonly suggestedTask: Task | null;
}

export type FeedbackEvent = { readonly type: 'FeedbackGiven'; readonly data: Feedback };
