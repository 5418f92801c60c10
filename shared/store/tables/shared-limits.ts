import { importBreakerStore } from '#shared/odoo/import/import-state.ts';
import { importStates } from '#shared/store/erp/erp-states.ts';
import { madeOf } from '#shared/store/part.ts';
import { sharedBrake } from '#shared/sync/limits/brake.ts';
import { sharedBreaker } from '#shared/sync/limits/breaker.ts';
import { instancesStore } from './instances-store.ts';

/** The brakes of all Moodles, also of what comes back from them. */
export const brakes = madeOf(
  instancesStore.only('getBrake', 'saveBrake', 'addHolds'),
  (instances, { clock, log }) => sharedBrake(instances, clock, log),
);

/** The breakers of all Moodles. */
export const breakers = madeOf(
  instancesStore.only('getBreaker', 'saveBreaker'),
  (instances, { clock, log }) => sharedBreaker(instances, clock, log),
);

/** The breaker of the ERP. */
export const erpBreaker = madeOf(importStates, (states, { clock, log }) =>
  sharedBreaker(importBreakerStore(states), clock, log),
);
