import { mayUse } from '#shared/odoo/calls/access.ts';
import { OdooError } from '#shared/odoo/client/errors.ts';
import type { RowStatus } from '#shared/sync/units/attempts.ts';
import type { Target } from '#shared/sync/units/target.ts';
import type { WorkPorts } from '#shared/sync/units/work.ts';
import { failureOfOdoo } from './failures.ts';
import { importRecords } from './import-records.ts';
import { theErp } from './import-state.ts';
import type { Erp, ErpMapping, ImportPorts } from './mapping.ts';
import { type ImportRef, type ImportUnit, importedModels, importNaming } from './models.ts';
import { ImportRun } from './run.ts';

/** What bringing records to the ERP needs, and working off its units. */
export type ImportWorkPorts = ImportPorts & WorkPorts<ImportUnit, ErpMapping>;

/** The ERP as a target of the engine. */
export function erpTarget(
  erp: Erp,
  ports: ImportPorts,
): Target<ImportUnit, ImportRef, ErpMapping, ImportRun> {
  return {
    id: theErp.id,
    called: 'the ERP',
    about: {},
    naming: importNaming,
    calls: () => erp.client.statistics.calls,
    async probe() {
      try {
        // Whatever it answers: it is there, and takes the key.
        await mayUse(erp.client, 'op.student', 'read');
        return undefined;
      } catch (error) {
        if (error instanceof OdooError) return failureOfOdoo(error);
        throw error;
      }
    },
    reconcile: (unit, force) => bring(unit, erp, ports, force),
    attention: (status) => attention(ports, status),
  };
}

async function bring(unit: ImportUnit, erp: Erp, ports: ImportPorts, force: boolean): Promise<ImportRun> {
  const run = new ImportRun(erp, ports, unit, force);
  await importRecords(unit.model, unit.ids, run);
  const forgotten = run.forgotten();
  if (forgotten.length > 0) throw new Error(`Nothing was decided of ${forgotten.join(', ')}.`);
  if (run.findings.size + run.resolved.size > 0)
    await ports.findings.note([...run.findings.values()], run.resolved);
  return run;
}

async function attention({ mappings }: ImportPorts, status: RowStatus): Promise<ErpMapping[]> {
  const lists = await Promise.all(importedModels.map((model) => mappings.listAttention(model, status)));
  return lists.flat();
}
