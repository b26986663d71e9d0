/**
 * Where an answer is kept, and under which key: both follow from the data key of whose text it is. Once that key is
 * destroyed no process can say where the answer stands, nor read it: an erasure reaches every cache at once.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import type { OrgId } from '../../identity/domain/caller.js';
import { derivedKey } from '../../platform/config.js';
import type { Vault } from '../../platform/vault.js';

export interface AnswerPlace {
  /** Does not reveal who asked what. */
  readonly name: string;
  /** 32 bytes. */
  readonly key: Buffer;
}

/** Whose text it is: the end user's that the client names (`user`), else the organization's. */
export interface Asker {
  readonly orgId: OrgId;
  readonly user: unknown;
}

const ivBytes = 12;
const tagBytes = 16;

export class AnswerPlaces {
  constructor(private readonly vault: Pick<Vault, 'cachedKeyFor' | 'keyFor'>) {}

  /** Null when there is no data key to be had: then nothing is kept. */
  async of({ orgId, user }: Asker, asked: readonly unknown[]): Promise<AnswerPlace | null> {
    const owner = { orgId, subject: typeof user === 'string' && user !== '' ? user : null };
    const dataKey = this.vault.cachedKeyFor(owner) ?? (await this.vault.keyFor(owner));
    if (dataKey === null) return null;
    const name = createHmac('sha256', derivedKey(dataKey.bytes, 'answer names')).update(JSON.stringify([orgId, ...asked])).digest('base64url');
    return { name, key: derivedKey(dataKey.bytes, 'answers') };
  }
}

/** The place is authenticated with it, so that no entry can be passed off as another. */
export function sealedAnswer({ name, key }: AnswerPlace, text: string): Buffer {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(name));
  return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

/** @throws Error when it was moved, damaged, or sealed under another key. */
export function openedAnswer({ name, key }: AnswerPlace, sealed: Buffer): string {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, ivBytes)).setAAD(Buffer.from(name));
  decipher.setAuthTag(sealed.subarray(-tagBytes));
  return decipher.update(sealed.subarray(ivBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8');
}
