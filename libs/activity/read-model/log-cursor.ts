/** Where a client goes on reading, in a form that it cannot read. */
import { createHash } from 'node:crypto';
import type { OrgId } from '../../identity/domain/caller.js';
import type { LogCursor } from './log-conditions.js';

/** Opaque to clients. Names its organization, so that one of another organization is refused instead of misread. */
export const encodeCursor = (orgId: OrgId, { createdAt, requestId }: LogCursor): string =>
  Buffer.from(JSON.stringify([mark(orgId), createdAt, requestId])).toString('base64url');

/** Null when it is no cursor of this organization. */
export function decodeCursor(orgId: OrgId, text: string): LogCursor | null {
  try {
    const [owner, createdAt, requestId] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown[];
    if (owner !== mark(orgId) || typeof createdAt !== 'string' || typeof requestId !== 'string') return null;
    return Number.isNaN(Date.parse(createdAt)) || requestId.includes('\0') ? null : { createdAt, requestId };
  } catch {
    return null;
  }
}

const mark = (orgId: OrgId): string => createHash('sha256').update(`logs cursor of ${orgId}`).digest('base64url').slice(0, 11);
