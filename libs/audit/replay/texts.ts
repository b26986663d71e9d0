/** The texts of recorded requests, read back from their seals; or why there is none to read. */
import { DatabaseUnavailable } from '../../platform/postgres.js';
import { promptHash } from '../../platform/prompt-hash.js';
import type { Sealed } from '../../event-sourcing/domain/sealed.js';
import type { RouteRequested } from '../../routing/domain/events.js';
import type { RoutingText } from '../../routing/domain/request.js';
import type { Text } from '../domain/reproduce.js';

/** What opens a seal; null when its key was destroyed. The vault is one. */
export interface Opener {
  open(sealed: Sealed): Promise<string | null>;
}

export class Texts {
  /** A destroyed key never comes back, so it is asked for once. */
  private readonly destroyed = new Set<string>();

  constructor(private readonly opener: Opener) {}

  /** @throws DatabaseUnavailable when it cannot be told whether the key is still there. */
  async of({ request, content, promptHash: hash }: RouteRequested): Promise<Text> {
    if (content === null) return { kind: 'not_kept' };
    if (this.destroyed.has(content.keyId)) return { kind: 'erased' };
    const opened = await this.opened(content);
    if (opened === null) this.destroyed.add(content.keyId);
    if (opened === null) return { kind: 'erased' };
    if (opened === undefined) return { kind: 'damaged' };
    const { text } = JSON.parse(opened) as { text: RoutingText };
    return hash !== null && promptHash(request.requestId, text.prompt) !== hash ? { kind: 'damaged' } : { kind: 'text', text };
  }

  /** Undefined when the sealed text is not what was sealed: AES-GCM found it changed. */
  private async opened(content: Sealed): Promise<string | null | undefined> {
    try {
      return await this.opener.open(content);
    } catch (error) {
      if (error instanceof DatabaseUnavailable) throw error;
      return undefined;
    }
  }
}
