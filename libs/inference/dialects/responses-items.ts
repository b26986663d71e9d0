/** What a response is made of. */
import type { Json } from '../domain/json.js';

export interface Ids {
  readonly response: string;
  /** @param index position in the output */
  item(kind: 'rs' | 'msg' | 'fc' | 'call', index: number): string;
}

/** A response with what it came to. */
export interface Responded {
  readonly model: string;
  /** Seconds since 1970. */
  readonly created: number | null;
  readonly output: readonly Json[];
  readonly finish: string | null;
  /** False while it is in progress. */
  readonly done: boolean;
  readonly usage: Json | null;
  readonly about: object | null;
}

export type Status = 'in_progress' | 'completed';

export const textPart = (text: string): Json => ({ type: 'output_text', text, annotations: [], logprobs: [] });
export const refusalPart = (refusal: string): Json => ({ type: 'refusal', refusal });
export const thoughtPart = (text: string): Json => ({ type: 'summary_text', text });

export const said = (id: string, content: readonly Json[], status: Status = 'completed'): Json => ({ id, type: 'message', role: 'assistant', status, content });
export const messageItem = (id: string, text: string): Json => said(id, [textPart(text)]);
export const refusalItem = (id: string, refusal: string): Json => said(id, [refusalPart(refusal)]);
export const thoughtItem = (id: string, text: string): Json => ({ id, type: 'reasoning', summary: [thoughtPart(text)] });

export interface ItemCall {
  readonly id: string;
  readonly name: string;
  /** JSON text as the model wrote it. */
  readonly text: string;
}

export const callItem = (id: string, call: ItemCall, status: Status = 'completed'): Json => ({ id, type: 'function_call', status, call_id: call.id, name: call.name, arguments: call.text });
