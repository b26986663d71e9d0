/** The built-in provider as a row like the others. It has no address: it answers in this process. */
import { sandboxProvider } from '../../catalog/domain/sandbox-models.js';
import type { ProviderHost } from '../domain/hosts.js';

export const sandboxHost: ProviderHost = {
  slug: sandboxProvider,
  baseUrl: 'sandbox:',
  format: 'openai-chat',
  auth: 'bearer',
  quirks: { developerRole: true, prefill: 'plain' },
};
