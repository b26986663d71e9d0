/** What a wire format must be able to do: say an OpenAI chat request in its words, and its answers in OpenAI's. */
import type { ChatQuirks } from '../domain/hosts.js';
import type { Json } from '../domain/json.js';
import type { ChatBody } from '../domain/outcome.js';
import type { MeteredUsage } from '../domain/usage.js';

export interface FormatInput {
  /** The model's id at the host. */
  readonly model: string;
  readonly body: ChatBody;
  readonly stream: boolean;
  /** Text the answer has to go on from, as the assistant's own unfinished turn; null for a fresh answer. */
  readonly prefill: string | null;
  readonly quirks: ChatQuirks;
  /** The most tokens the model can answer with; null when unknown. */
  readonly maxOutput: number | null;
}

/** A request that this format has no words for: another model may have. Its message is for the caller. */
export class Unsayable extends Error {}

export interface FormatRequest {
  /** Below the host's base URL. */
  readonly path: string;
  readonly body: Json;
}

export interface ChatFormat {
  /** @throws Unsayable */
  request(input: FormatInput): FormatRequest;
  /** A translator of one streamed answer; null when the format is OpenAI's own and bytes pass. */
  streamed(): StreamTranslator | null;
  /** Says a whole answer as a chat.completion. Null when it is one already and its bytes pass. */
  readonly whole: ((answer: Json) => Json) | null;
  /** The provider's usage object in a whole answer; null when it has none. */
  rawUsage(answer: Json): Json | null;
  usage(raw: Json): MeteredUsage;
}

/** Turns an upstream's events into OpenAI chat events. */
export interface StreamTranslator {
  /** @returns the OpenAI events that the chunk completes; empty when none */
  push(chunk: Buffer): Buffer;
  /** The provider's usage object, verbatim; null when none came. */
  rawUsage(): Json | null;
}
