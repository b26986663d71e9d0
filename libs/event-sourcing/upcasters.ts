/** How the data of an event was changed from one schema version to the next; see eventstore/schemas. */

/** Turns the data of an event from one schema version into the next. */
export type Upcaster = (data: object) => object;

/** By event type, then by the version it upgrades from. A type that is not here is at version 1. */
export type Upcasters = Readonly<Record<string, Readonly<Record<number, Upcaster>>>>;

export const shippedUpcasters: Upcasters = {
  // Every cut answer was gone on from before policies could say so.
  RoutingPolicyPublished: { 1: (data) => ({ ...data, policy: { ...(data as { policy: object }).policy, mayContinue: true } }) },
  // Slices of budgets had no end, and nobody said when one was over.
  BudgetLeased: { 1: (data) => ({ ...data, expiresAt: null }) },
  BudgetReturned: { 1: (data) => ({ ...data, ends: false }) },
  ModelSelected: { 1: (data) => ({ ...data, mayContinue: true }) },
};
