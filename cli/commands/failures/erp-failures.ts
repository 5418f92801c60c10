import type { Deployment, ErpDeployment } from '#cli/connection/deployment.ts';
import { requireConnection, requireErp } from '#cli/erp/erp-side.ts';
import { OperatorError, usageError } from '#cli/operator-error.ts';
import {
  discardImports,
  listTroubled,
  retryImports,
  type Undecided,
  whyUndecided,
  withWaiting,
} from '#shared/odoo/import/attention.ts';
import { importStateIn } from '#shared/odoo/import/import-state.ts';
import { type ErpMapping, type ErpMappingStore, importKey } from '#shared/odoo/import/mapping.ts';
import { type ImportedModel, importedModels, isImportedModel } from '#shared/odoo/import/models.ts';
import { erpMappingsStore } from '#shared/store/erp/erp-mappings-store.ts';
import { erpFailures as erpDeadLetters, erpQueue, type ImportWork } from '#shared/store/erp/erp-queue.ts';
import { type FailureTarget, type Name, type Retries, rowsNamed } from './failure-target.ts';

const undecidedText: Record<Undecided, string> = {
  synced: 'nothing is wrong with it',
  unreadable: 'it cannot be read: correct it in the records table',
  erp: 'the ERP was away, or refuses the link: it is brought as soon as that is over',
};

/** What names a failure. */
export const erpName = ['model', 'id'] as const;

/** What came from Moodle and is not in the ERP as it should be. @throws OperatorError where the stack has no ERP */
export function erpFailures(deployment: Deployment): FailureTarget<ErpMapping, ImportWork> {
  const { open } = deployment;
  const erp = requireErp(deployment);
  const mappings = open(erpMappingsStore);
  return {
    there: 'the ERP',
    here: 'Moodle',
    corrected: 'the records table',
    command: 'erp failures',
    worker: 'erp-import',
    loopsAlarm: 'ErpImportLoopsAlarm',
    deadLetters: open(erpDeadLetters),
    queueName: 'ErpFailures',
    queueUrl: erp.outputs.ErpFailuresQueueUrl,
    otherQueues: {
      erp_stream_failures: {
        name: 'ErpStreamFailures',
        url: erp.outputs.ErpStreamFailuresQueueUrl,
        meaning: 'what was pulled was not queued for the ERP; the hourly sweep of the import finds it',
      },
    },

    nameParts: erpName,
    labelOf: ({ model, id }) => `${model} ${id}`,
    notedAs: importKey,
    identity: ['instance', 'model', 'id'],
    counterpart: 'erp_id',
    brakeOf: () => 'imported-marks',
    testOf: () => 'erp test',

    keyOf: importKey,
    keysOf: (unit) => ('sweep' in unit ? [] : unit.ids.map((id) => importKey({ model: unit.model, id }))),
    originOf: (unit) => ('sweep' in unit ? {} : { model: unit.model }),
    workOf: (unit) =>
      'sweep' in unit
        ? 'the sweep of the import'
        : `${unit.model} ${unit.ids.slice(0, 3).join(', ')}${unit.ids.length > 3 ? ', …' : ''}`,

    read: async (only) => ({ rows: await listTroubled(mappings, only), unreadable: [], knows: () => true }),
    rowsOf: (names) => rowsNamed(names, (model, ids) => mappings.getMany(model as ImportedModel, ids)),
    find: (name) => knownImport(mappings, name),
    relativesOf: ({ failure }) => ({
      waitsFor: (failure?.waits_for ?? []).map((key) => key.split('#') as [string, string]),
      leftOut: [],
    }),
    async waitingForPeer(rows) {
      const { breaker } = await importStateIn(erp.states).read();
      return breaker.opened_at === undefined ? [] : [...rows];
    },
    retries: () => importRetries(deployment, erp, mappings),
    settling: {
      whyNot(row) {
        const undecided = whyUndecided(row);
        return undecided && undecidedText[undecided];
      },
      withWaiting,
      settle: (rows) => discardImports(rows, mappings),
    },
  };
}

async function knownImport(mappings: ErpMappingStore, [model, id]: Name): Promise<ErpMapping> {
  if (!isImportedModel(model)) {
    throw usageError(`${model} is not brought to the ERP.`, `Name one of ${importedModels.join(', ')}.`);
  }
  const row = (await mappings.getMany(model, [id])).get(id);
  if (row) return row;
  throw new OperatorError(
    `The import knows nothing of ${model} ${id}.`,
    'An id is that of the record in the records table, such as moodle_main_item_812; `oec-moodle erp failures list` ' +
      'shows those that failed.',
  );
}

async function importRetries(
  { open, now }: Deployment,
  erp: ErpDeployment,
  mappings: ErpMappingStore,
): Promise<Retries<ErpMapping, ImportWork>> {
  // Without one, erp-import leaves units out.
  await requireConnection(erp);
  const queue = open(erpQueue);
  return {
    whyNot({ status, failure }) {
      if (status === 'synced' || !failure) return 'nothing is wrong with it';
      if (status === 'invalid') return 'it is tried as soon as it is corrected in the records table';
      return undefined;
    },
    // That of a record comes with its row.
    maySend: ({ record }) => record === undefined,
    start: async (rows) => (await retryImports(rows, { mappings, queue, now })).length,
    // The records may have failed otherwise since: whatever is wrong with them, they are tried.
    sendAgain: (units) =>
      queue.send(units.map((unit) => ('sweep' in unit ? unit : { model: unit.model, ids: unit.ids }))),
  };
}
