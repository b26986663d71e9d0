/** The story of a decision in sentences that need no programmer to read. */
import { exclusionInWords, type Exclusion } from '../../routing/domain/exclusion.js';
import type { Verdict } from './reproduce.js';
import type { Story } from './story.js';

export function storyText(story: Story): string {
  return [asked(story), understood(story), known(story), chose(story), others(story), happened(story), proof(story)].filter(Boolean).join('\n\n') + '\n';
}

function asked({ request_id, received_at, request }: Story): string {
  const { profile, prompt } = request;
  const hints = Object.entries(request.hints).filter(([name, value]) => value !== null && !(Array.isArray(value) && value.length === 0) && !(name === 'mode' && value === 'auto'));
  const state = { kept: 'The prompt is kept, encrypted.', erased: 'The prompt has been erased: nobody can read it any more.', not_kept: 'The text of the prompt was not kept.', damaged: 'The prompt that is kept is NOT the one that was decided on.' }[prompt.state];
  return [
    `Request ${request_id} was received on ${received_at} at ${request.endpoint}, with a ${request.mode} key.`,
    `It brought a prompt of ${profile.promptChars} characters (about ${profile.inputTokens} tokens in all) with ${list(profile.modalities)}. ${state}`,
    hints.length > 0 ? `The caller asked for ${list(hints.map(([name, value]) => `${name} = ${String(value)}`))}.` : 'The caller left every choice to the router.',
  ].join(' ');
}

function understood({ classification: { task, confidence, reasoning, complexity_tier, complexity_score, content_mode, effects } }: Story): string {
  const changes = effects.map(({ of, given, without, changed }) => (changed ? `Without the ${of} (${given}) it would have been read as ${without.task}, ${without.complexity_tier}.` : `The ${of} (${given}) changed nothing.`));
  return [`It was understood as ${task} (${content_mode}), with a confidence of ${percent(confidence)}, and as ${complexity_tier} in difficulty (${complexity_score} of 1). ${reasoning}`, ...changes].join(' ');
}

function known({ view, decision }: Story): string {
  const wishes = view.preferences.map(({ key, value }) => `${key} = ${Array.isArray(value) ? list(value) : String(value)}`);
  return [
    `The router knew the log up to position ${view.position}, and decided by policy ${decision.policy.name} version ${decision.policy.version}, for ${decision.optimization}.`,
    wishes.length > 0 ? `The organization had set ${list(wishes)}.` : 'The organization had set no preferences.',
  ].join(' ');
}

function chose({ decision, candidates }: Story): string {
  const place = candidates.findIndex(({ model }) => model === decision.model) + 1;
  const cost = decision.estimated_cost_dollars === null ? 'at an unknown cost' : `at an estimated ${decision.estimated_cost_dollars} dollars`;
  const explored = decision.propensity < 1 ? ` The policy explores: this model had a chance of ${percent(decision.propensity)}.` : '';
  return `It chose ${decision.model} by ${decision.provider}, ${cost}; of ${decision.candidateCount} candidates it was number ${place || 1}. ${decision.reason}${explored} Should it fail, these were to follow: ${list(decision.fallbackChain.slice(1)) || 'none'}.`;
}

function others({ candidates, decision }: Story): string {
  const next = candidates.filter(({ model }) => model !== decision.model).slice(0, 3).map(({ model, score, estimated_cost_dollars: cost }) => `${model} (score ${score}, ${cost ?? 'unknown'} dollars)`);
  const out = Object.entries(decision.excluded_counts).filter(([, count]) => count > 0).map(([reason, count]) => `${count} because each ${exclusionInWords[reason as Exclusion] ?? reason}`);
  return [next.length > 0 ? `The best of the others were ${list(next)}.` : '', out.length > 0 ? `Left out were ${list(out)}.` : ''].filter(Boolean).join(' ');
}

function happened({ attempts, outcome, feedback }: Story): string {
  const tries = attempts.flatMap((attempt) => (attempt.outcome === 'failed' ? [attempt] : [])).map(({ model, errorClass, status, tookMs }) => `${model} failed after ${tookMs} ms (${errorClass}${status ? `, status ${status}` : ''}).`);
  const cost = outcome?.cost_dollars ? `It cost ${outcome.cost_dollars} dollars (${outcome.cost_status}).` : 'Its cost is not known.';
  const end = !outcome ? 'It has not ended yet.' : `${{ completed: `${outcome.model} answered`, failed: 'It failed', cancelled: `It was cancelled by the ${String(outcome.cancelled_by)}` }[outcome.kind as 'completed']} after ${outcome.timing.totalMs} ms${outcome.error ? `: ${String(outcome.error.message)}` : ''}. ${cost}`;
  const said = feedback.map(({ correct, suggested_task }) => (correct ? 'Feedback said that it was right.' : `Feedback said that it was wrong${suggested_task ? `, and meant ${suggested_task}` : ''}.`));
  return [...tries, end, ...said].join(' ');
}

function proof({ replay, events }: Story): string {
  return `${inWords(replay)} The story is ${events.length} events in the log, at positions ${list(events.map(({ position }) => position))}.`;
}

/** A verdict as a sentence. */
export function inWords(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'reproduced': {
      const how = { recomputed: '', erased: ' The prompt is erased, so its classification was taken as recorded.', not_kept: ' The prompt was not kept, so its classification was taken as recorded.', damaged: '', other_weights: ' The classifier has been trained anew since, so the classification was taken as recorded.' };
      return `Asked again with what was known then, the router decides the same, byte for byte.${how[verdict.classification]}`;
    }
    case 'different':
      return `Asked again, the router does NOT decide the same: ${verdict.field} was ${JSON.stringify(verdict.recorded)} and is now ${JSON.stringify(verdict.recomputed)}. What differs is ${verdict.input}${verdict.model === null ? '' : ` (${verdict.model})`}.`;
    case 'refused':
      return `Asked again, the router refuses: ${verdict.message}`;
    case 'damaged_text':
      return 'The prompt that is kept is not the one that was decided on: its seal or its hash does not fit.';
    case 'unknown_decider':
      return `It was decided by ${verdict.decider}, which this version does not bring: verify it with the version that does.`;
    case 'unknown_policy':
      return `Its policy ${verdict.policy} is not in the log.`;
    case 'unknown_position':
      return `The log has no position ${verdict.position}, at which it claims to have been decided.`;
  }
}

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;
const list = (items: readonly unknown[]): string => (items.length < 2 ? String(items[0] ?? '') : `${items.slice(0, -1).map(String).join(', ')} and ${String(items.at(-1))}`);
