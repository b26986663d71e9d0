/** What the processes use of audit, beside its domain. */
export { Texts } from './replay/texts.js';
export { verifyDecisions, type DecisionRange, type VerifiedReplay } from './replay/verify-decisions.js';
