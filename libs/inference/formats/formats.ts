/** The wire formats, by name: adding one is a file and a line here. */
import type { WireFormat } from '../domain/hosts.js';
import type { ChatFormat } from './format.js';
import { openAiChat } from './openai-chat.js';

export const formats: Partial<Readonly<Record<WireFormat, ChatFormat>>> = {
  'openai-chat': openAiChat,
};
