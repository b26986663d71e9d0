/**
 * Signatures of deliveries, as Standard Webhooks defines them (standardwebhooks.com), by the published library: over
 * the id, the time and the raw body, at most five minutes old or early.
 *
 * Several secrets may be valid at once, so that one can be replaced. Polar's SDK takes the secret's own bytes as the
 * key; the specification writes the key in base64, with `whsec_` in front or without. A secret is tried as both.
 */
import { Webhook, WebhookVerificationError } from 'standardwebhooks';

export type DeliveryHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The specification asks for 24 to 64 bytes. */
const asBase64 = /^(?:[A-Za-z0-9+/]{4}){8,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export class PolarSignatures {
  private readonly keys: readonly Webhook[];

  constructor(secrets: readonly string[]) {
    this.keys = secrets.flatMap(keysOf);
  }

  get isConfigured(): boolean {
    return this.keys.length > 0;
  }

  /** Null when a signature is right and recent, else why it is refused. */
  refusalOf(body: Buffer, headers: DeliveryHeaders): string | null {
    const signed = only(headers, ['webhook-id', 'webhook-timestamp', 'webhook-signature']);
    let refusal = 'No secret is configured.';
    for (const key of this.keys) {
      try {
        key.verify(body, signed, { jsonParse: false });
        return null;
      } catch (error) {
        if (!(error instanceof WebhookVerificationError)) throw error;
        refusal = error.message;
      }
    }
    return refusal;
  }
}

function keysOf(secret: string): Webhook[] {
  const own = new Webhook(secret, { format: 'raw' });
  const encoded = secret.replace(/^(whsec_|polar_whs_)/, '');
  return asBase64.test(encoded) ? [own, new Webhook(encoded)] : [own];
}

function only(headers: DeliveryHeaders, names: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of names) {
    const value = headers[name];
    if (typeof value === 'string') found[name] = value;
  }
  return found;
}
