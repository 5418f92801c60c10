import { declare } from '#functions/declaration.ts';
import { sweptModels } from '#shared/odoo/import/sweep/due-records.ts';
import { erpQueue } from '#shared/store/erp/erp-queue.ts';

/** erp-stream: queues what came from Moodle for the ERP. */
export const erpStream = declare({
  name: 'erp-stream',
  timeout: 60,
  source: {
    stream: 'RecordsTable',
    patterns({ erp }) {
      const Keys = { model: { S: sweptModels({ completionField: erp?.completionField }) } };
      return [
        // What the ERP wrote and no pull has touched wakes nobody.
        { dynamodb: { Keys, NewImage: { connector_no_export: { BOOL: [true] } } } },
        // What is gone and was touched by one once is forgotten.
        { eventName: ['REMOVE'], dynamodb: { Keys, OldImage: { sync_stamp: { S: [{ exists: true }] } } } },
      ];
    },
    failures: 'ErpStreamFailuresQueue',
  },
  uses: { queue: erpQueue },
});
