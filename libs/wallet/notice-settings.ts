/** Which organizations want to be told of their money, and when, from the live subscription: asked for every batch of debits. */
import type { Recorded } from '../event-sourcing/domain/event.js';
import type { LiveFold } from '../event-sourcing/live-folds.js';
import type { OrgId } from '../identity/domain/caller.js';
import { billing, type NoticeTerms } from './domain/billing.js';

export class NoticeSettings implements LiveFold {
  readonly name = 'notice-settings';
  readonly version = '1';
  readonly types = ['NoticeTermsSet'];
  private terms = new Map<string, NoticeTerms>();

  apply(event: Recorded): void {
    this.terms.set(event.metadata.orgId!, event.data as NoticeTerms);
  }

  snapshot(): unknown {
    return [...this.terms];
  }

  restore(snapshot: unknown): void {
    this.terms = new Map(snapshot as [string, NoticeTerms][]);
  }

  of(orgId: OrgId): NoticeTerms {
    return this.terms.get(orgId) ?? billing.initial.notices;
  }
}
