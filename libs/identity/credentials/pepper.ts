/**
 * Turns secrets into what may be kept of them. The pepper is derived from the master key (HKDF, RFC 5869), one per
 * kind of secret, so a copy of the log or the database is worth nothing without the server's own key. The secrets are
 * random and 128 bits or longer: a fast HMAC is enough, where a password needs argon2id.
 */
import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto';
import { derivedKey } from '../../platform/config.js';
import type { Digest } from '../domain/api-key.js';

export type SecretKind = 'api key' | 'invitation' | 'session token' | 'csrf token' | 'e-mail address';

export class Pepper {
  private readonly keys: Readonly<Record<SecretKind, KeyObject>>;

  /** @param masterKey 32 bytes; with another one, nothing issued before is recognised any more. */
  constructor(masterKey: Buffer) {
    const key = (kind: SecretKind) => createSecretKey(derivedKey(masterKey, `pepper: ${kind}`));
    this.keys = {
      'api key': key('api key'),
      invitation: key('invitation'),
      'session token': key('session token'),
      'csrf token': key('csrf token'),
      'e-mail address': key('e-mail address'),
    };
  }

  /** 32 bytes. */
  bytes(kind: SecretKind, secret: string): Buffer {
    return createHmac('sha256', this.keys[kind]).update(secret).digest();
  }

  digest(kind: SecretKind, secret: string): Digest {
    return createHmac('sha256', this.keys[kind]).update(secret).digest('hex') as Digest;
  }

  /** In constant time. */
  matches(kind: SecretKind, secret: string, digest: Digest): boolean {
    return timingSafeEqual(this.bytes(kind, secret), Buffer.from(digest, 'hex'));
  }
}
