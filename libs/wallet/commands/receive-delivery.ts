/** Takes a verified delivery into the log, before anything is made of it. The same delivery again is the same event. */
import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { EventLog } from '../../event-sourcing/event-log.js';
import { RevisionConflict } from '../../event-sourcing/log-errors.js';
import { factsOf, type PolarEvent } from '../domain/polar.js';

export interface Delivery {
  /** The `webhook-id` header: the same for every attempt of one delivery. */
  readonly deliveryId: string;
  readonly body: Buffer;
  readonly json: unknown;
  /** ISO 8601. */
  readonly at: string;
}

export type Received = { readonly kind: 'recorded'; readonly position: bigint } | { readonly kind: 'known' } | { readonly kind: 'irrelevant' };

@Injectable()
export class DeliveryReceiver {
  constructor(private readonly log: EventLog) {}

  /** @throws LogUnavailable: the provider will deliver it again. */
  async receive({ deliveryId, body, json, at }: Delivery): Promise<Received> {
    const facts = factsOf(json);
    if (!facts) return { kind: 'irrelevant' };
    const { type } = json as { type: string };
    const event: PolarEvent = { type: 'PolarDeliveryReceived', data: { deliveryId, eventType: type, facts, bodyHash: sha256(body) } };
    try {
      const { position } = await this.log.append(`polar-${nameOf(deliveryId)}`, 'no_stream', [event], {
        orgId: null, actor: 'system:polar', commandId: deliveryId, correlationId: deliveryId, at,
      });
      return { kind: 'recorded', position };
    } catch (error) {
      if (error instanceof RevisionConflict) return { kind: 'known' };
      throw error;
    }
  }
}

const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

/** Ids that are no plain word are known by their hash. */
const nameOf = (deliveryId: string): string => (/^[\w-]{1,64}$/.test(deliveryId) ? deliveryId : sha256(deliveryId));
