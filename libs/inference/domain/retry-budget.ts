/**
 * Keeps retries a small share of traffic, so that an outage is not made worse by its victims (the retry throttling of
 * gRPC, proposal A6): every call earns a fraction of a token, every retry spends one.
 */
export interface RetryBudget {
  readonly tokens: number;
}

const most = 50;
const earnedByCall = 0.2;

export const fullBudget: RetryBudget = { tokens: most };
export const earn = ({ tokens }: RetryBudget): RetryBudget => ({ tokens: Math.min(most, tokens + earnedByCall) });
export const allows = ({ tokens }: RetryBudget): boolean => tokens >= 1;
export const spend = ({ tokens }: RetryBudget): RetryBudget => ({ tokens: Math.max(0, tokens - 1) });
