import type { Failure } from '#shared/engine/failures.ts';
import type { Domain } from '#shared/odoo/domain.ts';
import type { OdooRow } from '#shared/odoo/read.ts';
import type { Values } from '#shared/odoo/write.ts';
import { dayOf } from '#shared/oec/school-day.ts';
import { type Creation, createInErp } from './carry-out.ts';
import { codeTaken, deletedInErp, noBatch } from './failures.ts';
import { kinds } from './kinds.ts';
import type { ImportedModel } from './models.ts';
import { parentErpId } from './parents.ts';
import type { ImportItem, ImportRun, Synced } from './run.ts';
import { comparable, fitted, idIn } from './values.ts';

/**
 * Brings exams, their sessions, registers and sheets to the ERP: found by their code, else made. Once they are there
 * they are the ERP's, and one that somebody has deleted is not made again by itself.
 *
 * @throws OdooError
 */
export async function importMadeOnce(
  model: ImportedModel,
  items: readonly ImportItem[],
  run: ImportRun,
): Promise<void> {
  const found =
    kinds[model].code === undefined ? await findSheets(items, run) : await findByCode(model, items, run);
  const missing: ImportItem[] = [];
  for (const item of items) {
    const row = found.get(item);
    if (row) await adopt(item, row, run);
    else if (isDeleted(item, run))
      await run.failed(item, deletedInErp(run.rowOf(item)), { didNothing: true });
    else missing.push(item);
  }
  const valued = await withValues(model, missing, run);
  const parentOf = (item: ImportItem) => parentErpId(item, run);
  await createInErp(model, valued, run, ({ item, erpId }): Synced => {
    return { result: 'created', erpId, parentErpId: parentOf(item), isOurs: true };
  });
}

/** A record that was there and is not any more was deleted by somebody, unless that was the import itself. */
function isDeleted(item: ImportItem, run: ImportRun): boolean {
  const row = run.row(item);
  return row?.erp_id !== undefined && row.claim?.doing !== 'unlink';
}

async function findByCode(
  model: ImportedModel,
  items: readonly ImportItem[],
  run: ImportRun,
): Promise<Map<ImportItem, OdooRow>> {
  const { code = '', sameIn = [] } = kinds[model];
  const codes = items.map(({ wanted }) => String(wanted.fixed[code]));
  const rows = await run.reader.read(model, [[code, 'in', codes]], [code, ...sameIn]);
  const byCode = new Map(rows.map((row) => [String(row[code]), row]));
  const entries = items.map((item) => [item, byCode.get(String(item.wanted.fixed[code]))] as const);
  return new Map(entries.flatMap(([item, row]) => (row ? [[item, row]] : [])));
}

/** A sheet that another session's record is already is never taken for this one's: a day can have several. */
async function findSheets(items: readonly ImportItem[], run: ImportRun): Promise<Map<ImportItem, OdooRow>> {
  const model = 'op.attendance.sheet';
  const registers = [...new Set(items.map((item) => parentErpId(item, run)!))];
  const days = [...new Set(items.map(({ wanted }) => String(wanted.fixed.attendance_date)))];
  const domain: Domain = [
    ['register_id', 'in', registers],
    ['attendance_date', 'in', days],
  ];
  const rows = await run.reader.read(model, domain, ['register_id', 'attendance_date', 'session_id']);
  const owners = await run.ports.mappings.pointers(
    model,
    rows.map(({ id }) => id),
  );
  const free = new Set(rows.filter(({ session_id: lecture }) => idIn(lecture) === undefined));
  const found = new Map<ImportItem, OdooRow>();
  for (const item of items) {
    const isIts = (row: OdooRow) =>
      idIn(row.register_id) === parentErpId(item, run) &&
      row.attendance_date === item.wanted.fixed.attendance_date;
    const own = [...free].find((row) => isIts(row) && owners.get(row.id) === item.id);
    const row = own ?? [...free].find((each) => isIts(each) && !owners.has(each.id) && mayBeOurs(item, run));
    if (!row) continue;
    free.delete(row);
    found.set(item, row);
  }
  return found;
}

/** A sheet without an owner is ours only where one was about to be made: a person may have made it. */
function mayBeOurs(item: ImportItem, run: ImportRun): boolean {
  return run.row(item)?.claim?.doing === 'create';
}

async function adopt(item: ImportItem, row: OdooRow, run: ImportRun): Promise<void> {
  const { code, sameIn = [] } = kinds[item.model];
  const { fixed } = item.wanted;
  const before = run.row(item);
  const isKnown = before?.erp_id === row.id || before?.claim?.doing === 'create';
  // Of one that is known the ERP may have corrected the subject; a stranger with the code must be what is meant.
  if (!isKnown && sameIn.some((name) => name in row && comparable(row[name]) !== fixed[name])) {
    return run.failed(item, codeTaken(item.model, row.id, String(fixed[code ?? ''])), { didNothing: true });
  }
  const isOurs = before?.is_ours === true || before?.claim?.doing === 'create';
  const held = { erpId: row.id, parentErpId: parentErpId(item, run), isOurs };
  await run.synced([[item, { result: 'adopted', ...held }]]);
}

/** The values of new records; one for which the ERP lacks something fails. */
async function withValues(
  model: ImportedModel,
  items: readonly ImportItem[],
  run: ImportRun,
): Promise<Creation[]> {
  if (items.length === 0) return [];
  const fields = (await run.reader.fieldsOf(model))!;
  const valued: Creation[] = [];
  for (const item of items) {
    const values = await valuesOf(model, item, run);
    if ('class' in values) await run.failed(item, values as Failure);
    else valued.push({ item, values: fitted(values as Values, fields), compared: {} });
  }
  return valued;
}

async function valuesOf(model: ImportedModel, item: ImportItem, run: ImportRun): Promise<Values | Failure> {
  const { fixed, program, day = dayOf(run.now / 1000, run.erp.timeZone) } = item.wanted;
  const { parentField } = kinds[model];
  const values: Values = { ...fixed };
  if (parentField) values[parentField] = parentErpId(item, run)!;
  // An exam of no length, at the time at which it ended, overlaps with none of its kind.
  if (model === 'op.exam' && (await run.reader.refusesOverlaps())) values.start_time = values.end_time!;
  if (model === 'op.exam.session') values.exam_type = await run.reader.examType();
  if (model === 'op.exam.session' || model === 'op.attendance.register') {
    const batch = await run.reader.batchOf(program!, day);
    if (batch === undefined) return noBatch(program!);
    values.batch_id = batch;
  }
  return values;
}
