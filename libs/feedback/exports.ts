/** What the processes and other features use of feedback, beside its domain. */
export { GiveFeedback, type Opinion } from './commands/give-feedback.js';
export { feedbackProjection } from './read-model/feedback.js';
