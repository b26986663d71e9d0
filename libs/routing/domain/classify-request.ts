/** From a request to its classification: what the classifier is shown, and what the organization has told us besides. */
import type { ClassifyInput } from './classify/classify.js';
import type { Classification } from './decision.js';
import type { OrganizationView } from './organization-view.js';
import type { RoutingPolicy } from './policy.js';
import type { RoutingRequest, RoutingText } from './request.js';
import type { Task } from './vocabulary.js';

/** What the classifier is shown. Only the last user turn is classified; the rest is context. */
export function classifierInput(request: RoutingRequest, text: RoutingText): ClassifyInput {
  const { hints, profile, session } = request;
  return {
    text: text.prompt,
    mode: hints.mode,
    modalities: profile.modalities,
    hasTools: profile.tools > 0,
    wantsJson: profile.wantsJsonSchema,
    ...(text.system ? { systemText: text.system } : {}),
    ...(text.earlier?.length ? { earlierTurns: text.earlier } : {}),
    ...(hints.task ? { taskHint: hints.task } : {}),
    ...(hints.contentMode ? { contentModeHint: hints.contentMode } : {}),
    ...(session?.lastTask ? { previousTask: session.lastTask } : {}),
  };
}

/** Where there is no prompt to read: the task that was asked for, at the middle of its difficulties. */
export function unreadClassification({ hints }: RoutingRequest): Classification {
  const task = hints.task ?? 'text';
  return {
    task,
    confidence: 1,
    reasoning: hints.task ? `The request names the task: ${task}.` : 'There is no prompt to classify, so text is taken for granted.',
    decision: 'hint',
    content_mode: hints.contentMode ?? 'generate',
    complexity_tier: 'MEDIUM',
    complexity_score: 0.4,
    needs_strong: 0.25,
    skill: skillOfTask(task),
    alternatives: [],
    evidence: [],
  };
}

/**
 * What the organization's feedback and preferences make of a classification. A hint is never changed.
 *
 * Feedback: the classifier's probabilities count as `priorOpinions` opinions, and what was confirmed and corrected
 * before is added (the mean of a Dirichlet distribution). Only a classification below the policy's threshold can turn.
 * Default task: takes the place of a guess below its own, lower threshold.
 * Default content mode: applies when there is something attached to edit or combine, and the prompt does not say.
 */
export function adjusted(classification: Classification, request: RoutingRequest, organization: OrganizationView, policy: RoutingPolicy): Classification {
  if (request.hints.task !== null) return withDefaultMode(classification, request, organization);
  const heard = withFeedback(classification, organization, policy);
  return withDefaultMode(withDefaultTask(heard, organization, policy), request, organization);
}

function withFeedback(classification: Classification, organization: OrganizationView, { thresholds, learning }: RoutingPolicy): Classification {
  if (classification.confidence >= thresholds.feedbackBelow) return classification;
  const believed = [{ task: classification.task, p: classification.confidence }, ...classification.alternatives];
  const counts = believed.map(({ task }) => organization.meant(classification.task, task));
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return classification;
  const shares = believed.map(({ task, p }, i) => ({ task, p: round4((learning.priorOpinions * p + counts[i]!) / (learning.priorOpinions + total)) }));
  const best = shares.reduce((a, b) => (b.p > a.p ? b : a));
  if (best.task === classification.task) return { ...classification, confidence: best.p };
  return {
    ...classification,
    task: best.task,
    confidence: best.p,
    decision: 'feedback',
    reasoning: `${classification.reasoning} This organization has corrected such prompts from ${classification.task} to ${best.task}.`,
    skill: skillOfTask(best.task),
    alternatives: shares.filter(({ task }) => task !== best.task),
  };
}

function withDefaultTask(classification: Classification, organization: OrganizationView, { thresholds }: RoutingPolicy): Classification {
  const task = organization.defaultTask;
  if (task === null || task === classification.task || classification.confidence >= thresholds.defaultTaskBelow) return classification;
  return {
    ...classification,
    task,
    decision: 'preference',
    reasoning: `The prompt alone does not say (${classification.task} at ${classification.confidence}), so the organization's default task decides: ${task}.`,
    skill: skillOfTask(task),
    alternatives: [{ task: classification.task, p: classification.confidence }, ...classification.alternatives.filter((other) => other.task !== task)],
  };
}

function withDefaultMode(classification: Classification, { hints, profile }: RoutingRequest, organization: OrganizationView): Classification {
  const mode = organization.defaultContentMode;
  if (mode === null || hints.contentMode !== null || profile.attachments === 0 || classification.content_mode !== 'generate') return classification;
  return { ...classification, content_mode: mode };
}

/** The task is decided by what else was asked for (a model, a line, a taxonomy) rather than by the prompt. */
export function decidedByHint(classification: Classification, task: Task, because: string): Classification {
  if (task === classification.task) return classification;
  return { ...classification, task, confidence: 1, decision: 'hint', reasoning: `${because} decides the task: ${task}.`, skill: skillOfTask(task) };
}

/** The task is the likeliest that the input allows. */
export function decidedByInput(classification: Classification, task: Task): Classification {
  const p = classification.alternatives.find((other) => other.task === task)?.p ?? 0;
  return {
    ...classification,
    task,
    confidence: p,
    decision: 'input',
    reasoning: `The prompt reads like ${classification.task}, which no model can do with what was sent; the likeliest task that fits is ${task}.`,
    skill: skillOfTask(task),
    alternatives: [{ task: classification.task, p: classification.confidence }, ...classification.alternatives.filter((other) => other.task !== task)],
  };
}

/** The kind of work where only the task is known. */
const skillOfTask = (task: Task): string => ({ text: 'chat', code: 'coding', web_search: 'search', image: 'image', video: 'video', music: 'music', speech: 'speech' })[task];

const round4 = (x: number): number => Math.round(x * 1e4) / 1e4;
