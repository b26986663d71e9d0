/** What a page is asked for: every filter alone, common and rare, and the pairs in which each half finds much and both find little. */
import type { LogsQuery } from '../../libs/activity/exports.js';
import { dollars } from '../../libs/money/money.js';
import { endMs, startMs } from './rows.js';

type LogFilter = Parameters<LogsQuery['page']>[1];

export function filtersOf(rows: number): Readonly<Record<string, LogFilter>> {
  const middle = new Date((startMs + endMs(rows)) / 2).toISOString();
  const hourLater = new Date(Date.parse(middle) + 3_600_000).toISOString();
  return {
    none: {},
    'older half': { to: middle },
    'an hour': { from: middle, to: hourLater },
    'model, common': { model: 'provider-0/model-0' },
    model: { model: 'provider-4/model-22' },
    'model, rare': { model: 'rare/model-3' },
    'model, none': { model: 'no/model' },
    'provider, common': { provider: 'provider-0' },
    'provider, rare': { provider: 'rare' },
    'task, common': { task: 'text' },
    'task, rare': { task: 'video' },
    completed: { status: 'completed' },
    failed: { status: 'failed' },
    cancelled: { status: 'cancelled' },
    key: { keyId: 'key_7' },
    session: { sessionId: `s${Math.floor(rows / 800)}-7` },
    'cost, the dearest hundredth': { minCost: dollars('0.0912') },
    'cost, the dearest thousandth': { minCost: dollars('0.0991') },
    'cost, a tenth': { minCost: dollars('0.001'), maxCost: dollars('0.0025') },
    'cost, a narrow band': { minCost: dollars('0.01'), maxCost: dollars('0.01001') },
    'cost, none': { minCost: dollars('5') },
    'reason, of most': { reason: 'best balance' },
    'reason, of one in thirty': { reason: 'was tried among' },
    'reason, a model': { reason: 'model-22 is the best' },
    'reason, a rare model': { reason: 'RARE/model-3' },
    'reason, a figure': { reason: 'about 0.0432' },
    'reason, common words together rare': { reason: 'place 57), about 0.09' },
    'reason, one of many figures': { reason: 'success 93 % (place 41)' },
    'reason, two letters': { reason: '21' },
    'reason, two letters of none': { reason: 'xq' },
    'reason, none': { reason: 'nowhere' },
    'failed of a model in the older half': { status: 'failed', model: 'provider-4/model-22', to: middle },
    'model and task': { model: 'provider-4/model-22', task: 'vision' },
    'model and key': { model: 'provider-4/model-22', keyId: 'key_29' },
    'model and rare task': { model: 'provider-0/model-0', task: 'video' },
    'model and another provider': { model: 'provider-0/model-0', provider: 'provider-4' },
    'key and dear': { keyId: 'key_29', minCost: dollars('0.0991') },
    'task and tried': { task: 'vision', reason: 'was tried among' },
  };
}
