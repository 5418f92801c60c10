import { compose } from '#functions/compose.ts';
import { streamHandler } from '#functions/handlers.ts';
import { concernsImport, importUnits, isImportedModel } from '#shared/odoo/import/models.ts';
import { erpStream } from './declaration.ts';

const { parts, log } = compose(erpStream);

/** Queues what a pull has written, or what is gone of that, for the import. */
export const handler = streamHandler({ log }, isImportedModel, async (changes, ofAll) => {
  const pulled = changes.filter(concernsImport);
  const units = importUnits(pulled);
  await parts.queue.send(units);
  log.info('Changes queued', { changes: ofAll, pulled: pulled.length, units: units.length });
});
