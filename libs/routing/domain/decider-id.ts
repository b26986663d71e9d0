/**
 * The content address of what decides. `decideVersion` names the behaviour of `decide` and everything under it: its
 * second part is the digest of the committed corpus of decisions, so a change of behaviour cannot keep the name.
 */
export const decideVersion = '12.e2537a9786';

/** @param weights content address of the classifier's weights. */
export const deciderId = (weights: string): string => `decide-${decideVersion}+${weights}`;
