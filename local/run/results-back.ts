import { teachDemo } from '#local/demo/demo-teaching.ts';
import type { SimulatedMoodle } from '#local/moodle/simulated-moodle.ts';
import type { SimulatedOdoo } from '#local/odoo/simulated-odoo.ts';
import { pullNames } from '#shared/moodle/pulls/pull-ports.ts';
import { listTroubled } from '#shared/odoo/import/attention.ts';
import { comesFromMoodle, type ImportedModel, importedModels } from '#shared/odoo/import/models.ts';
import type { Item } from '#shared/store/documents.ts';
import { erpMappingsStore } from '#shared/store/erp/erp-mappings-store.ts';
import { recordsStore } from '#shared/store/tables/records-store.ts';
import { eachPage } from '#shared/sync/each-page.ts';
import { plainTable } from './report.ts';
import { measured, type Running } from './running.ts';

/**
 * Has teachers work in the simulated Moodle, pulls, and shows what arrived in the records table: once, again without
 * any change, and after three grades have changed.
 *
 * @returns whether exactly what was to come back came back
 */
export async function pullBack(running: Running, moodle: SimulatedMoodle): Promise<boolean> {
  const { expected, changeThreeGrades } = teachDemo(moodle);
  console.log('\nTeachers grade, take attendance and complete courses in Moodle; everything is pulled:');
  const first = await pullAll(running, '  Calls');
  console.log(arrivals(first));
  const countOf = (model: string) => first.filter((record) => record.model === model).length;
  const isAllThere = Object.entries(expected).every(([model, count]) => countOf(model) === count);
  const second = await pullAll(running, '  Pulled once more, nothing has changed');
  console.log(`  Records written: ${second.length}.`);
  changeThreeGrades();
  const third = await pullAll(running, '  Pulled after a teacher changed three grades');
  console.log(`  Records written: ${third.length}.`);
  const isRight = isAllThere && countOf('op.student.course') > 0 && second.length === 0 && third.length === 3;
  if (!isRight) console.log(`\nNot what was to come back: ${JSON.stringify(expected)}.`);
  return isRight;
}

/**
 * Pulls what a real Moodle holds into a real ERP, once, and shows what came of it.
 *
 * @returns whether all that was pulled is in the ERP
 */
export async function pullIntoErp(running: Running): Promise<boolean> {
  console.log('\nGrades, attendance and completion are pulled, and brought to the ERP:');
  console.log(arrivals(await pullAll(running, '  Calls')));
  return showTroubled(running);
}

/**
 * Shows what of the teachers' work stands in the ERP.
 *
 * @param completionField the field of an enrolment that takes the completion
 * @returns whether all that was pulled is there
 */
export async function importBack(
  running: Running,
  { registrar, url }: SimulatedOdoo,
  completionField: string,
): Promise<boolean> {
  const content: (string | number)[][] = [];
  let isAllThere = true;
  for (const model of importedModels) {
    const rows = registrar.all(model);
    if (model === 'op.student.course') {
      // Courses without criteria have no completion to tell of.
      const told = rows.filter((row) => row[completionField]);
      content.push([`${model} (${completionField})`, told.length, String(told[0]?.[completionField])]);
      isAllThere &&= told.length > 0;
    } else {
      const pulled = await pulledCount(running, model);
      content.push([model, rows.length, `of ${pulled} pulled`]);
      isAllThere &&= rows.length === pulled;
    }
  }
  const table = plainTable(['in the ERP', 'records', ''], content);
  console.log(`\nWhat teachers did stands in OpenEduCat (${url}):\n${table}`);
  return (await showTroubled(running)) && isAllThere;
}

/** Pulls everything once. @returns the records that were written */
async function pullAll(running: Running, title: string): Promise<Item[]> {
  const { system, instance } = running;
  const since = new Date(system.cloud.clock.now()).toISOString();
  const { took, calls } = await measured(running, async () => {
    for (const name of pullNames) {
      await system.cloud.invoke('pull-planner', { pull: name });
      await system.settle();
    }
  });
  console.log(`${title} (${took}): ${calls}`);
  return system.pulled(instance, since);
}

/** What arrived, a row for each model, with the fields that say the most about one of its records. */
function arrivals(records: Item[]): string {
  const content = [...Map.groupBy(records, ({ model }) => String(model))].map(([model, ofModel]) => {
    const [one = {}] = ofModel;
    return [model, ofModel.length, [one.id, ...shown(one)].join(' · ')];
  });
  return plainTable(['pulled', 'records', 'one of them'], content);
}

const telling = ['name', 'marks', 'status', 'grade_raw', 'grade_max', 'present', 'absent', 'late', 'excused'];

function shown(record: Item): string[] {
  const fields = telling.filter((name) => record[name] !== undefined && record[name] !== false);
  return fields.map((name) => `${name} ${String(record[name])}`);
}

async function pulledCount({ system: { cloud } }: Running, model: ImportedModel): Promise<number> {
  const records = recordsStore(cloud.clients.dynamodb, cloud.resource('RecordsTableName'));
  let count = 0;
  for await (const { items } of eachPage((after) => records.page(model, { after })))
    count += items.filter(comesFromMoodle).length;
  return count;
}

/** Lists what is not in the ERP as it should be. @returns whether there is nothing */
async function showTroubled({ system: { cloud } }: Running): Promise<boolean> {
  const mappings = erpMappingsStore(cloud.clients.dynamodb, cloud.resource('ErpMappingsTableName'));
  const troubled = await listTroubled(mappings);
  for (const { model, id, status, failure } of troubled)
    console.log(`  ${model} ${id} · ${status} · ${failure?.reason ?? ''} ${failure?.advice ?? ''}`);
  return troubled.length === 0;
}
