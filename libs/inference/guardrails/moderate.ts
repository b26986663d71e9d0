/** `X-GR-Guardrails: moderate`: a prompt with personal data or secrets is refused before any model sees it. */
import { ApiError } from '../../platform/http/api-error.js';
import { sensitiveIn, sensitiveKinds, type SensitiveKind } from './detect.js';

const names: Readonly<Record<SensitiveKind, string>> = {
  email: 'an e-mail address',
  phone: 'a phone number',
  payment_card: 'a payment card number',
  iban: 'an IBAN',
  national_id: 'a national id',
  ip_address: 'an IP address',
  secret: 'a key or secret',
};

/**
 * @param texts everything the request would send to a model
 * @throws ApiError 400 that names the kinds found, never the values
 */
export function moderate(texts: readonly string[]): void {
  const found = new Set(texts.flatMap(sensitiveIn));
  if (found.size === 0) return;
  const kinds = sensitiveKinds.filter((kind) => found.has(kind)).map((kind) => names[kind]);
  throw new ApiError(400, 'invalid_request_error', 'guardrail_blocked', `Blocked before inference: the prompt contains ${listed(kinds)}.`, 'messages', { 'x-should-retry': 'false' });
}

const listed = (kinds: readonly string[]): string => (kinds.length === 1 ? kinds[0]! : `${kinds.slice(0, -1).join(', ')} and ${kinds.at(-1)}`);
