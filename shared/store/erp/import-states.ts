import {
  type ImportStateStore,
  importStateKey,
  importStateSchema,
} from '#shared/odoo/import/import-state.ts';
import type { ErpStates } from './erp-states.ts';

/** The import's state in the ErpState table. */
export function importStates(states: ErpStates): ImportStateStore {
  return {
    read: async () => importStateSchema.parse((await states.read(importStateKey)) ?? {}),
    save: (state) => states.save(importStateKey, state),
  };
}
