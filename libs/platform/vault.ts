/**
 * Personal text in a log that cannot forget: it is encrypted under a data key per organization, or per organization
 * and subject (the end user a request names), and destroying the key forgets the text everywhere at once, while
 * hashes, costs and decisions stay. Data keys are wrapped by the master key and live in Postgres, the one place that
 * can delete.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes, randomFillSync, randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Sealed } from '../event-sourcing/domain/sealed.js';
import { derivedKey } from './config.js';
import { DatabaseUnavailable, type Db } from './postgres.js';

export interface DataKey {
  readonly keyId: string;
  readonly bytes: Buffer;
}

/** Whose text it is: everybody's of an organization, or one end user's. */
export interface Owner {
  readonly orgId: string;
  readonly subject: string | null;
}

interface KeyRow {
  readonly key_id: string;
  readonly wrapped: Buffer | null;
}

const cachedKeys = 10_000;
const wholeOrganization = '';

export class Vault {
  private readonly wrapping: Buffer;
  private readonly naming: Buffer;
  private readonly current = new LRUCache<string, DataKey>({ max: cachedKeys });
  private readonly byId = new LRUCache<string, Buffer>({ max: cachedKeys });
  /** Counts what was forgotten: a look-up that began before must not put back what was destroyed meanwhile. */
  private forgotten = 0;

  constructor(
    private readonly db: Db,
    masterKey: Buffer,
  ) {
    this.wrapping = derivedKey(masterKey, 'data keys');
    this.naming = derivedKey(masterKey, 'subject names');
  }

  /** From memory alone; undefined when `keyFor` has to be asked. */
  cachedKeyFor(owner: Owner): DataKey | undefined {
    return this.current.get(this.cacheName(owner));
  }

  /**
   * The data key to seal with, made at first sight. Null when the database is down and the key is not in memory:
   * the text is then not kept, which is the safe side.
   */
  async keyFor(owner: Owner): Promise<DataKey | null> {
    const name = this.cacheName(owner);
    const cached = this.current.get(name);
    if (cached) return cached;
    try {
      const before = this.forgotten;
      const key = await this.findOrMake(owner);
      if (this.forgotten !== before) return await this.keyFor(owner);
      this.current.set(name, key);
      this.byId.set(key.keyId, key.bytes);
      return key;
    } catch (error) {
      if (error instanceof DatabaseUnavailable) return null;
      throw error;
    }
  }

  /** The key that something was sealed under, to seal more of the same with. Null when it was destroyed. @throws DatabaseUnavailable. */
  async keyNamed(keyId: string): Promise<DataKey | null> {
    const bytes = this.byId.get(keyId) ?? (await this.find(keyId));
    return bytes && { keyId, bytes };
  }

  seal(key: DataKey, text: string): Sealed {
    const { iv, sealed } = encrypt(key.bytes, Buffer.from(text, 'utf8'), key.keyId);
    return { keyId: key.keyId, iv: iv.toString('base64'), text: sealed.toString('base64') };
  }

  /** Null when the key was destroyed: the text is erased. @throws DatabaseUnavailable. @throws Error when the text was tampered with. */
  async open(sealed: Sealed): Promise<string | null> {
    const key = await this.keyNamed(sealed.keyId);
    if (!key) return null;
    return decrypt(key.bytes, { iv: Buffer.from(sealed.iv, 'base64'), sealed: Buffer.from(sealed.text, 'base64'), bound: sealed.keyId }).toString('utf8');
  }

  /**
   * Destroys the keys of an organization with all its subjects, or of one subject; answers the ids of every key of
   * theirs that is destroyed, now or before, so that an erasure that broke off can be told in full by the next.
   */
  async destroy(owner: Owner): Promise<readonly string[]> {
    const whose = [owner.orgId, owner.subject === null ? null : this.subjectName(owner.subject)];
    const owned = 'org_id = $1 AND ($2::text IS NULL OR subject = $2)';
    await this.db.query(`UPDATE data_keys SET wrapped = NULL, destroyed_at = now() WHERE ${owned} AND destroyed_at IS NULL`, whose);
    const rows = await this.db.query<{ key_id: string }>(`SELECT key_id FROM data_keys WHERE ${owned} AND destroyed_at IS NOT NULL ORDER BY key_id`, whose);
    const ids = rows.map((row) => row.key_id);
    this.forget(ids);
    return ids;
  }

  /** Drops keys from memory; every process does so when it sees that they were destroyed. */
  forget(keyIds: readonly string[]): void {
    this.forgotten++;
    const gone = new Set(keyIds);
    for (const id of keyIds) this.byId.delete(id);
    for (const [name, key] of this.current.entries()) if (gone.has(key.keyId)) this.current.delete(name);
  }

  private async findOrMake(owner: Owner): Promise<DataKey> {
    const subject = owner.subject === null ? wholeOrganization : this.subjectName(owner.subject);
    const keyId = randomUUID();
    await this.db.query(
      `INSERT INTO data_keys (key_id, org_id, subject, wrapped) VALUES ($1, $2, $3, $4)
       ON CONFLICT (org_id, subject) WHERE destroyed_at IS NULL DO NOTHING`,
      [keyId, owner.orgId, subject, this.wrap(keyId, randomBytes(32))],
    );
    const [row] = await this.db.query<KeyRow>('SELECT key_id, wrapped FROM data_keys WHERE org_id = $1 AND subject = $2 AND destroyed_at IS NULL', [owner.orgId, subject]);
    return { keyId: row!.key_id, bytes: this.unwrap(row!.key_id, row!.wrapped!) };
  }

  private async find(keyId: string): Promise<Buffer | null> {
    const before = this.forgotten;
    const [row] = await this.db.query<KeyRow>('SELECT key_id, wrapped FROM data_keys WHERE key_id = $1', [keyId]);
    if (!row?.wrapped) return null;
    if (this.forgotten !== before) return this.find(keyId);
    const bytes = this.unwrap(keyId, row.wrapped);
    this.byId.set(keyId, bytes);
    return bytes;
  }

  private wrap(keyId: string, bytes: Buffer): Buffer {
    const { iv, sealed } = encrypt(this.wrapping, bytes, keyId);
    return Buffer.concat([iv, sealed]);
  }

  private unwrap(keyId: string, wrapped: Buffer): Buffer {
    return decrypt(this.wrapping, { iv: wrapped.subarray(0, ivBytes), sealed: wrapped.subarray(ivBytes), bound: keyId });
  }

  private subjectName = (subject: string): string => createHmac('sha256', this.naming).update(subject).digest('base64url');
  private cacheName = ({ orgId, subject }: Owner): string => `${orgId}\n${subject ?? wholeOrganization}`;
}

const ivBytes = 12;
const tagBytes = 16;

/** Random bytes are drawn for many texts at once; each is used once. */
const drawn = Buffer.allocUnsafeSlow(ivBytes * 512);
let drawnUsed = drawn.length;

function freshIv(): Buffer {
  if (drawnUsed === drawn.length) {
    randomFillSync(drawn);
    drawnUsed = 0;
  }
  return Buffer.from(drawn.subarray(drawnUsed, (drawnUsed += ivBytes)));
}

/** @param bound authenticated with the text, so that a ciphertext cannot be moved under another key's name. */
function encrypt(key: Buffer, plain: Buffer, bound: string): { iv: Buffer; sealed: Buffer } {
  const iv = freshIv();
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(bound));
  return { iv, sealed: Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]) };
}

function decrypt(key: Buffer, { iv, sealed, bound }: { iv: Buffer; sealed: Buffer; bound: string }): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(bound)).setAuthTag(sealed.subarray(-tagBytes));
  return Buffer.concat([decipher.update(sealed.subarray(0, -tagBytes)), decipher.final()]);
}
