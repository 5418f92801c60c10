import { declare } from '#functions/declaration.ts';
import { erpConnections } from '#shared/store/erp/erp-connections.ts';
import { erpStates } from '#shared/store/erp/erp-states.ts';
import { exportedRecords } from '#shared/store/erp/exported-records.ts';
import { importedRecords } from '#shared/store/erp/imported-records.ts';
import { instancesStore } from '#shared/store/tables/instances-store.ts';

/** erp-export: brings what is saved in the ERP into the records table. */
export const erpExport = declare({
  name: 'erp-export',
  // What is left is gone on with a minute later. So long, too, a run that was killed holds up the next.
  timeout: 300,
  // A comparison keeps the ids and dates of all records of a model in memory.
  memory: 1024,
  source: { notLaterThan: 120, retries: 0 },
  schedules: [
    {
      id: 'ErpExportChangesSchedule',
      when: ({ erp }) => erp!.exportChanges,
      description: 'Exports what has changed in the ERP',
      input: { task: 'changes' },
      // The next one does what this one could not.
      retryFor: 60,
    },
    {
      id: 'ErpExportAllSchedule',
      when: ({ erp }) => erp!.exportAll,
      description: "Compares all of the ERP's records with the records table",
      input: { task: 'all' },
    },
  ],
  uses: {
    records: exportedRecords,
    // Which of the ERP's records were imported from Moodle.
    imported: importedRecords,
    states: erpStates,
    // Whether a Moodle takes attendance from the ERP.
    instances: instancesStore.only('list'),
    connection: erpConnections,
  },
  // A page may take: the ERP's answer at its slowest, and the writes.
  settings: { EXPORT_PAGE_SIZE: 1000, EXPORT_RESERVE_SECONDS: 90 },
});
