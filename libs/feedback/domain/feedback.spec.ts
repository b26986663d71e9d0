import { expect, it } from '@jest/globals';
import { decider } from '../../event-sourcing/testing/given.js';
import { feedback, feedbackStream, type Feedback } from './feedback.js';

const { given, nothing } = decider(feedback);
const wrong: Feedback = { feedbackId: 'fb_1', requestId: null, model: null, promptHash: 'h', classifiedTask: 'text', correct: false, confidence: null, suggestedTask: 'code' };

it('records what was said', () => nothing.when({ type: 'GiveFeedback', feedback: wrong }).then({ type: 'FeedbackGiven', data: wrong }));
it('records it once', () => given([{ type: 'FeedbackGiven', data: wrong }]).when({ type: 'GiveFeedback', feedback: wrong }).thenNothing());
it('keeps a stream for each month', () => expect(feedbackStream('org_a', '2026-03-31T23:59:59.999Z')).toBe('feedback-org_a+202603'));
