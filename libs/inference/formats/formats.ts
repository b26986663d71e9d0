/** The wire formats, by name: adding one is a file and a line here. */
import type { WireFormat } from '../domain/hosts.js';
import { anthropicMessages } from './anthropic-messages.js';
import type { ChatFormat } from './format.js';
import { googleGenerate } from './google-generate.js';
import { openAiChat } from './openai-chat.js';
import { openAiResponses } from './openai-responses.js';

export const formats: Readonly<Record<WireFormat, ChatFormat>> = {
  'openai-chat': openAiChat,
  'anthropic-messages': anthropicMessages,
  'google-generate': googleGenerate,
  'openai-responses': openAiResponses,
};
