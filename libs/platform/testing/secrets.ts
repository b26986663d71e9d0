/** Finds what must never stand in a log, an event, a metric or an error: whole keys, tokens, passwords, hashes of them. */

export interface Secret {
  readonly kind: string;
  /** Where it begins, and no more of it than shows what it is. */
  readonly at: number;
  readonly begins: string;
}

const patterns: Readonly<Record<string, RegExp>> = {
  'GreatRouter API key': /pk_(?:live|test)_[0-9A-Za-z]{9}_[0-9a-f]{32}/g,
  'provider API key': /\b(?:sk-[A-Za-z0-9_-]{16,}|AIza[0-9A-Za-z_-]{35}|gsk_[A-Za-z0-9]{20,}|xai-[A-Za-z0-9]{20,}|polar_oat_[A-Za-z0-9]{16,})/g,
  'webhook secret': /\bwhsec_[A-Za-z0-9+/=]{16,}/g,
  'authorization header': /\b(?:Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{16,}/gi,
  'session cookie': /gr_session=[A-Za-z0-9_-]{20,}/g,
  'password hash': /\$argon2(?:id|i|d)\$/g,
  // A UUID is a name: the owner of a lock calls itself so.
  'password or token field': /"(?:password|new_password|current_password|token|api_?key|secret|csrf_token|authorization|cookie)"\s*:\s*"(?!\[removed\]|[0-9a-f]{8}-[0-9a-f]{4}-)[^"]{4,}"/gi,
  'key in a query string': /[?&](?:key|api_key|apikey|token|access_token)=(?!\[removed\])[A-Za-z0-9._~-]{8,}/gi,
  'private key': /-----BEGIN [A-Z ]*PRIVATE KEY-----/g,
};

/** @returns every secret found; none is what a test expects. */
export function secretsIn(text: string): readonly Secret[] {
  return Object.entries(patterns).flatMap(([kind, pattern]) => [...text.matchAll(pattern)].map((match) => ({ kind, at: match.index, begins: match[0].slice(0, 12) })));
}
