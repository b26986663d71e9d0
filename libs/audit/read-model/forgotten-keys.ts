/** Every process that may hold a data key drops it when the log says that it was destroyed. */
import type { Recorded } from '../../event-sourcing/domain/event.js';
import type { LiveFold } from '../../event-sourcing/live-folds.js';
import type { Vault } from '../../platform/vault.js';
import type { DataKeyDestroyed } from '../domain/erasure.js';

export class ForgottenKeys implements LiveFold {
  readonly name = 'forgotten-keys';
  readonly version = '1';
  readonly types = ['DataKeyDestroyed'];

  constructor(private readonly vault: Vault) {}

  apply(event: Recorded): void {
    this.vault.forget((event.data as DataKeyDestroyed).keyIds);
  }

  /** Nothing to keep: a process starts with no key in memory. */
  snapshot(): unknown {
    return null;
  }

  restore(): void {}
}
