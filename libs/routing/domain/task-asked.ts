/** Which task a request is about, where more than its prompt speaks: what it names, and what it sends. */
import { tasksOf, type TaskType } from '../../catalog/domain/model.js';
import { decidedByHint } from './classify-request.js';
import type { Classification } from './decision.js';
import type { Demand } from './hints.js';
import type { ModelTable } from './model-table.js';
import { wrongTaskForModel } from './refusals.js';
import type { RoutingRequest } from './request.js';
import { tasks, type Task } from './vocabulary.js';

/** The router's task for each task type of the catalogue but the embedding of text, which is none. */
export const taskOfType: Readonly<Record<Exclude<TaskType, 'text_embedding'>, Task>> = {
  text_generation: 'text', code_generation: 'code', web_search: 'web_search', image_generation: 'image', image_editing: 'image',
  video_generation: 'video', image_to_video: 'video', video_editing: 'video', avatar_video: 'video', character_performance: 'video',
  music_generation: 'music', text_to_speech: 'speech', speech_to_text: 'speech', speech_to_speech: 'speech',
};

/** Where what was asked for leaves no model of the classified task, it decides the task: the likeliest that is left. */
export function narrowed(classification: Classification, request: RoutingRequest, demands: readonly Demand[], table: ModelTable): Classification {
  if (demands.length === 0) return classification;
  const counts = new Map<Task, number>();
  for (const [, { model }] of table.all()) {
    if (!demands.every((demand) => demand.meets(model))) continue;
    for (const task of tasksOf(model)) counts.set(task, (counts.get(task) ?? 0) + (task === model.task ? 1 : 0));
  }
  if (counts.size === 0 || counts.has(classification.task)) return classification;
  if (request.hints.task !== null) {
    throw wrongTaskForModel(demands.map(({ asked }) => asked).join(' and '), request.hints.task, tasks.filter((task) => counts.has(task)));
  }
  const likelihood = (task: Task) => classification.alternatives.find((other) => other.task === task)?.p ?? 0;
  const left = tasks.filter((task) => counts.has(task));
  const task = left.reduce((best, next) => (likelihood(next) > likelihood(best) || (likelihood(next) === likelihood(best) && counts.get(next)! > counts.get(best)!) ? next : best));
  return decidedByHint(classification, task, demands[0]!.asked);
}

/** An explicit model is asked for what it can do. @throws Refused when the task was named too and does not fit. */
export function fitted(classification: Classification, { hints }: RoutingRequest, table: ModelTable, row: number): Classification {
  const model = table.model(row);
  const fit = tasksOf(model);
  // What has no task is refused for itself.
  if (fit.length === 0 || fit.includes(classification.task)) return classification;
  if (hints.task !== null) throw wrongTaskForModel(model.id, hints.task, fit);
  return decidedByHint(classification, model.task, `The model ${model.id}`);
}

/** The likelier alternatives first, then what is usually done with a recording, then plain text. */
export function otherTasks({ task, alternatives }: Classification, { modalities }: RoutingRequest['profile']): readonly Task[] {
  const heard: readonly Task[] = modalities.includes('audio') ? ['speech'] : [];
  return [...new Set<Task>([...alternatives.map((other) => other.task), ...heard, 'text'])].filter((other) => other !== task);
}
