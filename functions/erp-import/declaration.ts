import { declare } from '#functions/declaration.ts';
import { reserveForPage } from '#functions/reserves.ts';
import { importWorkers } from '#shared/odoo/import/import-state.ts';
import { erpConnections } from '#shared/store/erp/erp-connections.ts';
import { erpMappingsStore } from '#shared/store/erp/erp-mappings-store.ts';
import { erpFailures, erpQueue, erpRetries } from '#shared/store/erp/erp-queue.ts';
import { importBulkheads, importStates } from '#shared/store/erp/erp-states.ts';
import { instancesStore } from '#shared/store/tables/instances-store.ts';
import { parkedImports } from '#shared/store/tables/parked-units.ts';
import { recordsStore } from '#shared/store/tables/records-store.ts';
import { brakes, erpBreaker } from '#shared/store/tables/shared-limits.ts';
import { longestRun } from '#shared/sync/units/waits.ts';

/** erp-import: brings to the ERP what came from Moodle. */
export const erpImport = declare({
  name: 'erp-import',
  // What is left of a sweep goes on in a message of its own after that.
  timeout: longestRun,
  source: { queue: 'ErpQueue', workers: importWorkers, failures: 'ErpFailuresQueue' },
  schedules: [
    {
      id: 'ErpImportSweepSchedule',
      when: ({ erp }) => erp!.importSweep,
      description:
        'Sweeps the import: finds what was not brought to the ERP, recent records each hour and all once a day',
      input: { sweep: 'import' },
    },
  ],
  uses: {
    records: recordsStore,
    mappings: erpMappingsStore,
    instances: instancesStore.only('get', 'ids'),
    state: importStates,
    breaker: erpBreaker,
    // It counts what is deleted in the ERP.
    brake: brakes,
    queue: erpQueue,
    later: erpRetries,
    permanentFailures: erpFailures.only('send'),
    parking: parkedImports,
    bulkheads: importBulkheads,
    connection: erpConnections,
  },
  settings: { SWEEP_PAGE_SIZE: 500, SWEEP_RESERVE_SECONDS: reserveForPage / 1000 },
  options: { COMPLETION_FIELD: ({ erp }) => erp?.completionField },
});
