/** Purchases that nobody guesses at, for a person to look into. Gone from here once they are credited. */
import { Injectable } from '@nestjs/common';
import { projection, table } from '../../event-sourcing/projections/projection.js';
import { Db } from '../../platform/postgres.js';
import type { ParkingReason, PurchaseEvent } from '../domain/purchase.js';

export const parkedPurchases = table('parked_purchases', {
  key: { purchase_id: 'text', reason: 'text' },
  set: { currency: 'text', amount: 'text', organization: 'text', parked_at: 'timestamptz' },
});

export const purchasesProjection = projection<PurchaseEvent>({
  name: 'purchases',
  version: 1,
  tables: [parkedPurchases],
  on: {
    PurchaseParked: ({ data, metadata }) =>
      parkedPurchases.put({ purchase_id: data.purchaseId, reason: data.reason }, { currency: data.currency, amount: data.amount, organization: data.organization, parked_at: metadata.at }),
    PurchaseCredited: ({ data }) => parkedPurchases.remove({ purchase_id: data.purchaseId, reason: 'unknown_organization' satisfies ParkingReason }),
  },
});

export interface ParkedPurchase {
  readonly purchase_id: string;
  readonly reason: ParkingReason;
  readonly currency: string;
  /** In the smallest unit of the currency. */
  readonly amount: string;
  readonly organization: string | null;
  readonly parked_at: string;
}

@Injectable()
export class ParkedPurchases {
  constructor(private readonly db: Db) {}

  /** The newest first. With an organization, only those that name it. */
  list(organization: string | null, limit = 100): Promise<ParkedPurchase[]> {
    return this.db.query<ParkedPurchase>(
      `SELECT purchase_id, reason, currency, amount, organization, to_char(parked_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS parked_at
       FROM parked_purchases WHERE $1::text IS NULL OR organization = $1 ORDER BY position DESC LIMIT $2`,
      [organization, limit],
    );
  }
}
