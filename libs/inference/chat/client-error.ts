/** The error a client is shown, by its class; and as the event that ends a stream which had begun. */
import { failureRules, type Failure } from '../domain/failure.js';
import type { ClientError } from '../domain/outcome.js';

/** Classes whose message is the provider's word on the client's own request. */
const clientsOwn = new Set(['bad_request', 'context_length', 'content_policy']);

const said: Partial<Record<Failure['class'], string>> = {
  authentication: 'The provider refused the key of this installation.',
  not_configured: 'No provider that serves this model has a key in this installation.',
  circuit_open: 'The model is resting after repeated failures. Try again shortly.',
  rate_limit: 'The provider is limiting requests. Try again shortly.',
  overloaded: 'The provider is overloaded. Try again shortly.',
  timeout: 'The provider did not answer in time.',
  cut_stream: 'The provider broke off its answer.',
  connection: 'The connection to the provider failed.',
  server_error: 'The provider failed.',
  invalid_response: 'The provider answered with something that could not be understood.',
};

export function clientError(failure: Failure): ClientError {
  const rule = failureRules[failure.class];
  const message = clientsOwn.has(failure.class) ? failure.message : said[failure.class]!;
  const headers: Record<string, string> = {};
  if (!rule.clientMayRetry) headers['x-should-retry'] = 'false';
  if (failure.retryAfterMs !== null && Number.isFinite(failure.retryAfterMs)) {
    headers['retry-after-ms'] = String(failure.retryAfterMs);
    headers['retry-after'] = String(Math.ceil(failure.retryAfterMs / 1000));
  }
  return { class: failure.class, status: rule.status, type: rule.type, code: rule.code, message, headers };
}

/** OpenAI's clients raise on a data event with `error`, and take a stream that merely ends for a whole answer. */
export const errorEvent = ({ type, code, message }: ClientError): Buffer =>
  Buffer.from(`data: ${JSON.stringify({ error: { message, type, param: null, code } })}\n\n`);
