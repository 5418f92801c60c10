import { type ImportStateStore, importStateIn } from '#shared/odoo/import/import-state.ts';
import { madeOf, tableStore } from '#shared/store/part.ts';
import { type BulkheadStore, bulkheadStateSchema } from '#shared/sync/limits/bulkhead.ts';
import { type StateStore, stateAt } from '#shared/sync/limits/shared-state.ts';

/** The ErpState table: what is known of the ERP as a whole, under a key for each thing. */
export const erpStates = tableStore(
  'ErpStateTable',
  { read: 'GetItem', save: 'PutItem' },
  (table): StateStore => ({
    read: (key) => table.item({ key }),
    save: (key, state) => table.putRevised({ ...state, key }, 'key'),
  }),
);

/** The import's state. */
export const importStates = madeOf(erpStates, (states): ImportStateStore => importStateIn(states));

/** Which units are calling the ERP. Apart from the rest, since it is written with every unit. */
export const importBulkheads = madeOf(erpStates, (states): BulkheadStore => {
  const { read, save } = stateAt(states, 'import-bulkhead', bulkheadStateSchema);
  return { getBulkhead: read, saveBulkhead: (_erp, state) => save(state) };
});
