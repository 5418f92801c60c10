import Table from 'cli-table3';
import type { LocalSystem } from '#local/local-system.ts';
import type { SimulatedOdoo } from '#local/odoo/simulated-odoo.ts';
import { listTroubled } from '#shared/odoo/import/attention.ts';
import { comesFromMoodle, type ImportedModel, importedModels } from '#shared/odoo/import/models.ts';
import { erpMappingsStore } from '#shared/store/erp/erp-mappings-store.ts';
import { recordsStore } from '#shared/store/tables/records-store.ts';
import { eachPage } from '#shared/sync/each-page.ts';
import { arrivals, pullAll } from './pull-back.ts';
import type { Running } from './running.ts';

/**
 * Pulls what a real Moodle holds into a real ERP, once, and shows what came of it.
 *
 * @returns whether all that was pulled is in the ERP
 */
export async function pullIntoErp({ system, tally, instance }: Running): Promise<boolean> {
  console.log('\nGrades, attendance and completion are pulled, and brought to the ERP:');
  const pulled = await pullAll(system, tally, instance, '  Calls');
  console.log(arrivals(pulled));
  return showTroubled(system.cloud);
}

/** Lists what is not in the ERP as it should be. @returns whether there is nothing */
async function showTroubled(cloud: LocalSystem['cloud']): Promise<boolean> {
  const mappings = erpMappingsStore(cloud.clients.dynamodb, cloud.resource('ErpMappingsTableName'));
  const troubled = await listTroubled(mappings);
  for (const { model, id, status, failure } of troubled) {
    console.log(`  ${model} ${id} · ${status} · ${failure?.reason ?? ''} ${failure?.advice ?? ''}`);
  }
  return troubled.length === 0;
}

/**
 * Shows what of the teachers' work stands in the ERP.
 *
 * @param completionField the field of an enrolment that takes the completion
 * @returns whether all that was pulled is there
 */
export async function importBack(
  { system: { cloud } }: Running,
  { registrar, url }: SimulatedOdoo,
  completionField: string,
): Promise<boolean> {
  const { dynamodb } = cloud.clients;
  const records = recordsStore(dynamodb, cloud.resource('RecordsTableName'));
  const table = new Table({ head: ['in the ERP', 'records', ''], style: { head: [], border: [] } });
  let isAllThere = true;
  for (const model of importedModels) {
    const rows = registrar.all(model);
    if (model === 'op.student.course') {
      // Courses without criteria have no completion to tell of.
      const told = rows.filter((row) => row[completionField]);
      table.push([`${model} (${completionField})`, told.length, String(told[0]?.[completionField])]);
      isAllThere &&= told.length > 0;
    } else {
      const pulled = await pulledCount(model);
      table.push([model, rows.length, `of ${pulled} pulled`]);
      isAllThere &&= rows.length === pulled;
    }
  }
  console.log(`\nWhat teachers did stands in OpenEduCat (${url}):\n${table.toString()}`);
  return (await showTroubled(cloud)) && isAllThere;

  async function pulledCount(model: ImportedModel): Promise<number> {
    let count = 0;
    for await (const { items } of eachPage((after) => records.page(model, { after })))
      count += items.filter(comesFromMoodle).length;
    return count;
  }
}
