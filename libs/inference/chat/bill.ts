/** What one request came to, over all of its attempts that a provider bills. */
import { add, zero, type Money } from '../../money/money.js';
import type { CostStatus } from '../../routing/domain/events.js';
import { costOf } from '../domain/cost.js';
import type { ModelEndpoint } from '../domain/chain.js';
import type { ChatBody, ChatCall } from '../domain/outcome.js';
import { addUsage, type MeteredUsage } from '../domain/usage.js';
import type { ChatFormat } from '../formats/format.js';
import type { Json } from '../domain/json.js';
import { estimatedUsage } from './estimate.js';
import { isObject } from '../domain/json.js';
import { completionOf, outputOf } from './message.js';
import { JsonAttempt } from './json-attempt.js';
import type { StreamAttempt } from './stream-attempt.js';

export interface Total {
  readonly usage: MeteredUsage | null;
  readonly rawUsage: unknown;
  readonly cost: Money | null;
  readonly costStatus: CostStatus;
}

interface Item {
  readonly usage: MeteredUsage;
  readonly raw: Json | null;
  readonly cost: Money | null;
}

export class Bill {
  private readonly items: Item[] = [];

  constructor(private readonly call: ChatCall) {}

  /** An attempt has ended. One that brought neither usage nor content is not billed by anybody. */
  add(attempt: StreamAttempt | JsonAttempt, { pricing }: ModelEndpoint, format: ChatFormat): void {
    const raw = attempt instanceof JsonAttempt ? attempt.rawUsage : attempt.rawUsage();
    const usage = raw ? format.usage(raw) : this.estimate(attempt);
    if (!usage) return;
    this.items.push({ usage, raw, cost: costOf({ pricing, usage, at: this.call.at, searchContext: searchContext(this.call.body) }) });
  }

  /** Nothing billed is nothing owed: zero, exactly. */
  total(): Total {
    const { items } = this;
    const [first, ...others] = items;
    if (!first) return { usage: null, rawUsage: null, cost: zero, costStatus: 'exact' };
    const usage = others.reduce((sum, item) => addUsage(sum, item.usage), first.usage);
    const rawUsage = others.length === 0 ? first.raw : items.map((item) => item.raw);
    if (items.some((item) => item.cost === null)) return { usage, rawUsage, cost: null, costStatus: 'unpriced' };
    const cost = add(...items.map((item) => item.cost!));
    return { usage, rawUsage, cost, costStatus: items.every((item) => item.raw !== null) ? 'exact' : 'estimated' };
  }

  private estimate(attempt: StreamAttempt | JsonAttempt): MeteredUsage | null {
    if (attempt instanceof JsonAttempt) {
      return attempt.answer ? estimatedUsage(this.call.body, outputOf(attempt.answer.value['choices'] as unknown[]) ?? '') : null;
    }
    if (!attempt.stream.hasContent) return null;
    return estimatedUsage(this.call.body, outputOf(completionOf(attempt.stream.kept).choices) ?? '');
  }
}

function searchContext(body: ChatBody): string | null {
  const options = body['web_search_options'];
  const size = isObject(options) ? options['search_context_size'] : null;
  return typeof size === 'string' ? size : null;
}
