/** Ed25519 keys of tree heads, derived from the master key by generation, and the notes they sign. */
import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { derivedKey } from '../../platform/config.js';
import { keyHash } from '../verifier/verify.mjs';

export interface SigningKey {
  readonly name: string;
  readonly privateKey: KeyObject;
  /** name+hash+base64(0x01 ∥ public key), as golang.org/x/mod/sumdb/note writes it. */
  readonly verifierKey: string;
  /** First four bytes of the hash of name and key. */
  readonly hash: Buffer;
}

/** PKCS #8 of an Ed25519 key up to its 32-byte seed (RFC 8410). */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const spkiBytes = 12;
const ed25519 = Buffer.of(1);

export function signingKey(masterKey: Buffer, origin: string, generation: number): SigningKey {
  const seed = derivedKey(masterKey, `tree head key ${generation}`);
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = Buffer.concat([ed25519, createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(spkiBytes)]);
  const hash = keyHash(origin, publicKey);
  return { name: origin, privateKey, hash, verifierKey: `${origin}+${hash.toString('hex')}+${publicKey.toString('base64')}` };
}

/** A signed tree head: C2SP tlog-checkpoint. Several keys sign when one hands over to the next. */
export function signedNote(origin: string, size: number, root: Buffer, keys: readonly SigningKey[]): string {
  const body = `${origin}\n${size}\n${root.toString('base64')}\n`;
  const lines = keys.map(({ name, hash, privateKey }) => `— ${name} ${Buffer.concat([hash, sign(null, Buffer.from(body), privateKey)]).toString('base64')}\n`);
  return `${body}\n${lines.join('')}`;
}

/** The name of a log: never changes, and no two logs share it. @param storeId id of its first event. */
export const originOf = (storeId: string): string => `greatrouter/${storeId}`;
