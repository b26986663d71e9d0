/** Where ids and secrets come from: the system's generator, nowhere else. */
import { randomBytes, randomInt } from 'node:crypto';
import { writeKeyText } from '../domain/api-key.js';
import type { KeyId, KeyMode, OrgId, UserId } from '../domain/caller.js';
import type { InvitationId } from '../domain/organization.js';
import type { SessionId } from '../domain/user.js';

const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz';
const characters = (count: number): string => Array.from({ length: count }, () => alphabet[randomInt(alphabet.length)]).join('');

const idLength = 16;
export const newKeyId = () => `key_${characters(idLength)}` as KeyId;
export const newOrgId = () => `org_${characters(idLength)}` as OrgId;
export const newUserId = () => `user_${characters(idLength)}` as UserId;
export const newInvitationId = () => `inv_${characters(idLength)}` as InvitationId;
export const newSessionId = () => `ses_${characters(idLength)}` as SessionId;

/** The text of a new API key, to be shown once: 128 secret bits. */
export const newKeyText = (mode: KeyMode): string => writeKeyText(mode, characters(9), randomBytes(16).toString('hex'));

/** A session or invitation token: 256 bits, safe in cookies and links. */
export const newToken = (): string => randomBytes(32).toString('base64url');
