/** What people said, one row each. Preference suggestions rest on it. */
import { projection, table } from '../../event-sourcing/projections/projection.js';
import type { FeedbackEvent } from '../domain/feedback.js';

export const feedbackTable = table('feedback', {
  key: { org_id: 'text', feedback_id: 'text' },
  set: { request_id: 'text', model: 'text', classified_task: 'text', correct: 'boolean', suggested_task: 'text', confidence: 'float8', given_at: 'timestamptz' },
});

export const feedbackProjection = projection<FeedbackEvent>({
  name: 'feedback',
  version: 1,
  tables: [feedbackTable],
  on: {
    FeedbackGiven: ({ metadata, data }) =>
      feedbackTable.put(
        { org_id: metadata.orgId, feedback_id: data.feedbackId },
        {
          request_id: data.requestId,
          model: data.model,
          classified_task: data.classifiedTask,
          correct: data.correct,
          suggested_task: data.suggestedTask,
          confidence: data.confidence,
          given_at: metadata.at,
        },
      ),
  },
});
