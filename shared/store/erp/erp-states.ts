import {
  type ImportStateStore,
  importStateKey,
  importStateSchema,
} from '#shared/odoo/import/import-state.ts';
import type { Item } from '#shared/store/documents.ts';
import { madeOf, tableStore } from '#shared/store/part.ts';
import { type BulkheadStore, bulkheadStateSchema } from '#shared/sync/limits/bulkhead.ts';

/** A state with the number of its writes: whoever has read an older one does not overwrite a newer one. */
export type Revised = { revision: number };

/** The ErpState table: what is known of the ERP as a whole, under a key for each thing. */
export interface ErpStates {
  /** The state as it was written, with its revision; undefined where there is none. */
  read(key: string): Promise<Item | undefined>;
  /** Writes the state if nobody has written it since it was read (revision 0: not there), and answers whether it did. */
  save<State extends Revised>(key: string, state: State): Promise<boolean>;
}

export const erpStates = tableStore(
  'ErpStateTable',
  { read: 'GetItem', save: 'PutItem' },
  (table): ErpStates => ({
    read: (key) => table.item({ key }),
    save: (key, state) => table.putRevised({ ...state, key }, 'key'),
  }),
);

/** The import's state. */
export const importStates = madeOf(erpStates, importStatesIn);

export function importStatesIn(states: ErpStates): ImportStateStore {
  return {
    read: async () => importStateSchema.parse((await states.read(importStateKey)) ?? {}),
    save: (state) => states.save(importStateKey, state),
  };
}

/** Which units are calling the ERP. Apart from the rest, since it is written with every unit. */
export const importBulkheads = madeOf(erpStates, (states): BulkheadStore => {
  const key = 'import-bulkhead';
  return {
    getBulkhead: async () => bulkheadStateSchema.parse((await states.read(key)) ?? {}),
    saveBulkhead: (_erp, state) => states.save(key, state),
  };
});
