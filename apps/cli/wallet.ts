/** `greatrouter wallet credit | adjust | show | reprice | parked | assign`: money as the operator moves it, each time an event. */
import { randomUUID } from 'node:crypto';
import type { Actor, CommandContext } from '../../libs/event-sourcing/domain/event.js';
import type { EventLog } from '../../libs/event-sourcing/event-log.js';
import type { OrgId } from '../../libs/identity/exports.js';
import { dollars, toDollars, type Money } from '../../libs/money/money.js';
import {
  balanceOf, heldOf, moveByHand, purchase, repriceRequest, Wallets,
  type MovedByHand, type MovementByHand, type Purchase, type PurchaseCommand, type PurchaseEvent, type PurchaseParked, type Wallet,
} from '../../libs/wallet/exports.js';
import { table } from './table.js';

export interface Movement {
  readonly orgId: OrgId;
  /** Exact decimal of dollars. */
  readonly amount: string;
  readonly reason: string;
  /** What it is known by, such as an invoice: the same reference is moved once. */
  readonly reference?: string | undefined;
  /** Who asked for it, for the record; undefined: the command line. */
  readonly by: string | undefined;
}

/** Once, however often it is run. @throws Error when it is no amount. @throws Refused when it is not more than zero. */
export const walletCredit = (log: EventLog, movement: Movement): Promise<MovedByHand> => move(log, 'credit', movement);

/** Either sign; once, however often it is run. */
export const walletAdjust = (log: EventLog, movement: Movement): Promise<MovedByHand> => move(log, 'adjust', movement);

export async function walletShow(log: EventLog, orgId: OrgId): Promise<Wallet> {
  await mustExist(log, orgId);
  return new Wallets(log).refreshed(orgId);
}

export const walletText = (orgId: OrgId, wallet: Wallet): string =>
  table(
    ['ORGANIZATION', 'BALANCE', 'HELD', 'AVAILABLE', 'OWED', 'LEASES'],
    [[orgId, toDollars(balanceOf(wallet)), toDollars(heldOf(wallet)), toDollars(wallet.available), toDollars(wallet.owed), String(wallet.leases.size)]],
  );

/** Tells what a request really cost; the worker adjusts the wallet. False when it is so already. */
export async function walletReprice(log: EventLog, { requestId, amount, reason, by }: { requestId: string; amount: string; reason: string; by: string | undefined }): Promise<boolean> {
  const cost = exact(amount);
  if (cost < 0n) throw new Error('a cost is not negative');
  return (await repriceRequest(log, { requestId, cost, reason: said(reason) }, contextOf(by))) !== null;
}

/** Purchases that were not credited and wait for somebody to look. */
export async function walletParked(log: EventLog): Promise<readonly PurchaseParked[]> {
  const parked = new Map<string, PurchaseParked>();
  const subscription = log.subscribe({ types: ['PurchaseParked', 'PurchaseCredited'] });
  for await (const message of subscription) {
    if (message.kind === 'caught-up') break;
    if (message.kind !== 'event') continue;
    const data = message.event.data as PurchaseParked;
    if (message.event.type === 'PurchaseParked') parked.set(`${data.purchaseId} ${data.reason}`, data);
    else parked.delete(`${data.purchaseId} unknown_organization`);
  }
  await subscription.unsubscribe();
  return [...parked.values()];
}

export const parkedText = (parked: readonly PurchaseParked[]): string =>
  table(['PURCHASE', 'REASON', 'AMOUNT', 'CURRENCY', 'NAMES'], parked.map(({ purchaseId, reason, amount, currency, organization }) => [purchaseId, reason, amount, currency, organization ?? '']));

/** Says whose a parked purchase is. False when it was credited already, or was never parked for want of an organization. */
export async function walletAssign(log: EventLog, { purchaseId, orgId, by }: { purchaseId: string; orgId: OrgId; by: string | undefined }): Promise<boolean> {
  await mustExist(log, orgId);
  const { events } = await log.decide<Purchase, PurchaseCommand, PurchaseEvent>(`purchase-${purchaseId}`, purchase, { type: 'AssignPurchase', purchaseId, orgId }, { ...contextOf(by), orgId: null });
  return events.length > 0;
}

async function move(log: EventLog, kind: MovementByHand['kind'], { orgId, amount, reason, reference, by }: Movement): Promise<MovedByHand> {
  await mustExist(log, orgId);
  const movement = { kind, orgId, amount: exact(amount), reason: said(reason), reference: reference ?? null };
  return moveByHand(log, new Wallets(log), movement, { ...contextOf(by), orgId });
}

async function mustExist(log: EventLog, orgId: OrgId): Promise<void> {
  if (!(await log.exists(`org-${orgId}`))) throw new Error(`there is no organization ${orgId}`);
}

function contextOf(by: string | undefined): Omit<CommandContext, 'orgId'> {
  const commandId = randomUUID();
  const actor: Actor = by === undefined ? 'cli' : `user:${by}`;
  return { actor, commandId, correlationId: commandId, at: new Date().toISOString() };
}

function said(reason: string): string {
  if (reason.trim() === '') throw new Error('a reason is needed: what was the money for?');
  return reason.trim();
}

function exact(amount: string): Money {
  try {
    return dollars(amount);
  } catch {
    throw new Error(`not an amount of dollars: ${amount} (write it like 12.50, with up to twelve decimals)`);
  }
}
