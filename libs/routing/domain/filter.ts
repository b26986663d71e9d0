/** Who may answer: every model is asked the same questions in the same order, and the first that fails is the reason. */
import type { KeyScope } from '../../identity/domain/caller.js';
import { healthAt } from '../../health/domain/health.js';
import type { Classification } from './decision.js';
import type { Exclusion } from './exclusion.js';
import type { Demand } from './hints.js';
import type { Learnt } from './learnt.js';
import { traitBit, type ModelTable } from './model-table.js';
import type { Needs } from './needs.js';
import type { RoutingRequest } from './request.js';
import type { Endpoint } from './vocabulary.js';

export interface FilterInput {
  readonly request: RoutingRequest;
  readonly classification: Classification;
  readonly needs: Needs;
  readonly demands: readonly Demand[];
  readonly table: ModelTable;
  readonly learnt: Learnt;
  readonly excludedRows: Uint8Array | null;
  /** 1 for a row that no host of the request serves; null where every row can be called. */
  readonly uncallable: Uint8Array | null;
  readonly atMs: number;
}

/** The reason why a row of the right task is no candidate, before its cost is known; null when it is one. */
export function exclusionOf(input: FilterInput, row: number): Exclusion | null {
  const { table, demands, excludedRows, request } = input;
  const closed = table.barred[row];
  if (closed) return closed;
  if (request.scope && !inScope(request.scope, table, row)) return 'key_scope';
  if (excludedRows && excludedRows[row] === 1) return 'preference';
  for (const demand of demands) if (!demand.meets(table.model(row))) return demand.reason;
  return unableOf(input, row) ?? unfitOf(input, row);
}

/** What a row cannot do, whatever the size of the request: it follows from the kind of need, see `admission.ts`. */
export function unableOf(input: FilterInput, row: number): Exclusion | null {
  const { table, needs } = input;
  if (!doesThisKind(input, row)) return 'kind_of_work';
  if ((table.inputs[row]! & needs.inputs) !== needs.inputs) return 'modality';
  const able = table.traits[row]!;
  if (needs.tools && !(able & toolUse)) return 'tools';
  return needs.jsonSchema && !(able & structuredOutput) ? 'json_schema' : null;
}

/** Why a row that can do this kind of work is no candidate for this very request and at this time. */
export function unfitOf(input: FilterInput, row: number): Exclusion | null {
  const { table, needs, request } = input;
  if (needs.contextTokens > table.context[row]!) return 'context_length';
  if (needs.maxOutputTokens > table.maxOutput[row]!) return 'max_output';
  if (needs.seconds !== null && (needs.seconds > table.maxSeconds[row]! || needs.seconds < table.minSeconds[row]!)) return 'duration';
  if (request.unfit?.includes(table.model(row).id)) return 'input_schema';
  if (input.uncallable?.[row] === 1) return 'not_callable';
  if (input.learnt.ailing[row] !== 1) return null;
  return healthAt(input.learnt.healthOf(row)!, input.atMs).degraded ? 'degraded' : null;
}

const toolUse = traitBit('tool_use');
const structuredOutput = traitBit('structured_output');
const writes = traitBit('text_generation');
const deepResearch = traitBit('deep_research');
const textToVideo = traitBit('text_to_video');
const videoEditing = traitBit('video_editing');
const soundEffects = traitBit('sound_effects');
const makesMusic = traitBit('vocals') | traitBit('instrumental');
const soundtrack = traitBit('video_soundtrack');

/** Endpoints whose answer is a text written by the model. */
export const conversations: ReadonlySet<Endpoint> = new Set(['chat/completions', 'responses', 'messages']);

/** Within a task there are kinds of work: speaking and transcribing, making and editing, a quick answer and a study of hours. */
function doesThisKind({ table, needs, request, classification, demands }: FilterInput, row: number): boolean {
  const able = table.traits[row]!;
  const type = table.taskType[row]!;
  if ((able & needs.traits) !== needs.traits) return false;
  const named = demands.length > 0;
  switch (needs.task) {
    case 'text':
    case 'code':
      return (able & writes) !== 0 && (named || !(able & deepResearch));
    case 'web_search':
      if (!(able & writes)) return !conversations.has(request.endpoint) && !needs.tools && !needs.jsonSchema;
      return named || !(able & deepResearch);
    case 'image':
      return classification.content_mode !== 'generate' || type !== 'image_editing';
    case 'video':
      return doesThisVideo(able, type, request, classification, named);
    case 'music':
      return makesThisSound(able, request, classification);
    case 'speech':
      return type === needs.skills[0]!.skill;
  }
}

function doesThisVideo(able: number, type: string, request: RoutingRequest, { content_mode }: Classification, named: boolean): boolean {
  if (type === 'avatar_video' || type === 'character_performance') return named;
  const { modalities } = request.profile;
  if (modalities.includes('video') || (content_mode === 'edit' && !modalities.includes('image'))) return (able & videoEditing) !== 0 || type === 'video_editing';
  if (modalities.includes('image')) return true;
  return type === 'video_generation' && (able & textToVideo) !== 0;
}

function makesThisSound(able: number, request: RoutingRequest, { evidence }: Classification): boolean {
  if (request.profile.modalities.includes('video')) return (able & soundtrack) !== 0;
  if (able & soundtrack) return false;
  return asksForEffect(evidence) ? (able & soundEffects) !== 0 : (able & makesMusic) !== 0;
}

export const asksForEffect = (evidence: Classification['evidence']): boolean => evidence.some(({ signal, effect }) => signal === 'sound-effect' && effect > 0);

export function inScope(scope: KeyScope, table: ModelTable, row: number): boolean {
  const { id, provider } = table.model(row);
  if (scope.models && !scope.models.includes(id)) return false;
  return !scope.providers || scope.providers.includes(provider);
}

