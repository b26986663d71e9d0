/** Posts notices to the address the organization gave, signed as Standard Webhooks defines, until it answers 2xx. */
import { Webhook } from 'standardwebhooks';
import { request } from 'undici';
import type { Recorded } from '../../event-sourcing/domain/event.js';
import type { EventLog } from '../../event-sourcing/event-log.js';
import { derivedKey } from '../../platform/config.js';
import type { PublicAddresses } from '../../platform/public-address.js';
import { billing, type BillingEvent } from '../domain/billing.js';
import { noticeBody, type NoticeEvent } from '../domain/notice.js';

/** What a job of the queue carries: enough to find the rest in the log. */
export interface NoticeJob {
  readonly id: string;
  readonly orgId: string;
  readonly body: string;
}

export const noticeQueue = 'wallet-notices';
/** About a day in all, with doubling waits. */
export const noticeRetries = { attempts: 12, backoff: { type: 'exponential', delay: 20_000 } } as const;
const answerWithinMs = 10_000;

export const jobOf = (event: Recorded): NoticeJob => {
  const orgId = event.metadata.orgId!;
  return { id: event.id, orgId, body: JSON.stringify(noticeBody(event as unknown as NoticeEvent, orgId, event.metadata.at)) };
};

/** The secret an organization checks signatures with: derived, so that nothing has to be kept. */
export const signingSecret = (masterKey: Buffer, orgId: string): string => `whsec_${derivedKey(masterKey, `notices of ${orgId}`).toString('base64')}`;

export class NoticeSender {
  constructor(
    private readonly log: Pick<EventLog, 'read'>,
    private readonly masterKey: Buffer,
    private readonly addresses: PublicAddresses,
    private readonly now: () => number = Date.now,
  ) {}

  /** Nothing to do where no address is set. Redirects are not followed. @throws Error when it was not taken: the queue tries again. */
  async send({ id, orgId, body }: NoticeJob): Promise<void> {
    const url = await this.addressOf(orgId);
    if (url === null) return;
    const at = new Date(this.now());
    const answer = await request(url, {
      dispatcher: this.addresses.dispatcher,
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
        'webhook-signature': new Webhook(signingSecret(this.masterKey, orgId)).sign(id, at, body),
      },
      headersTimeout: answerWithinMs,
      bodyTimeout: answerWithinMs,
    });
    await answer.body.dump();
    if (answer.statusCode < 200 || answer.statusCode > 299) throw new Error(`the notice was answered with ${answer.statusCode}`);
  }

  private async addressOf(orgId: string): Promise<string | null> {
    let state = billing.initial;
    for await (const event of this.log.read(`billing-${orgId}`)) state = billing.evolve(state, event as unknown as BillingEvent);
    return state.notices.url;
  }
}
