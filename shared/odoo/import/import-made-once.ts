import { dayOf } from '#shared/models/fields/school-day.ts';
import type { Domain, OdooRow } from '#shared/odoo/calls/read.ts';
import type { Values } from '#shared/odoo/calls/write.ts';
import { type ExamTime, examTimes } from '#shared/odoo/import/desired/exam-times.ts';
import { comparable, differing, fitted, heldOf, holds, idIn } from '#shared/odoo/import/desired/values.ts';
import { closedState, parentErpId } from '#shared/odoo/import/observed/parents.ts';
import type { Failure } from '#shared/sync/failure.ts';
import { carryOut, type Step } from './carry-out.ts';
import { closedInErp, codeTaken, deletedInErp, noBatch, noFreeTime } from './failures.ts';
import type { ImportItem, Synced } from './item.ts';
import { type ImportedModel, kinds } from './models.ts';
import type { ImportRun } from './run.ts';

/**
 * Brings exams, their sessions, registers and sheets to the ERP: found by their code, else made. Once they are there
 * they are the ERP's, but for what follows Moodle, and one that somebody has deleted is not made again by itself.
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
  const moved: Step[] = [];
  for (const item of items) {
    const row = found.get(item);
    const values = row && differing(followed(item), row);
    if (row && values && Object.keys(values).length > 0 && isAsWritten(item, row, run))
      moved.push(...(await moving(item, row, values, run)));
    else if (row) await adopt(item, row, run);
    else if (isDeleted(item, run))
      await run.failed(item, deletedInErp(run.rowOf(item)), { didNothing: true });
    else missing.push(item);
  }
  const valued = await withValues(model, missing, run);
  const parentOf = (item: ImportItem) => parentErpId(item, run);
  await carryOut('create', model, valued, run, (item, erpId): Synced => {
    return { result: 'created', erpId, parentErpId: parentOf(item), isOurs: true, ...writtenOf(item) };
  });
  await carryOut('write', model, moved, run, (item, erpId): Synced => {
    const isOurs = run.row(item)?.is_ours;
    return { result: 'updated', erpId, parentErpId: parentOf(item), isOurs, ...writtenOf(item) };
  });
}

/** What of a record follows Moodle. */
function followed({ model, desired }: ImportItem): Values {
  return Object.fromEntries((kinds[model].follows ?? []).map((name) => [name, desired.fixed[name]!]));
}

/** By what it is told later whether somebody has changed in the ERP what follows Moodle. */
function writtenOf(item: ImportItem): Pick<Synced, 'written'> {
  return kinds[item.model].follows ? { written: followed(item) } : {};
}

/** Whether what follows Moodle is as the import left it, or as an import that died may have left it. */
function isAsWritten(item: ImportItem, row: OdooRow, run: ImportRun): boolean {
  const { written, claim } = run.row(item) ?? {};
  return holds(row, written) || (claim !== undefined && holds(row, { ...written, ...claim.values }));
}

/** A record that is to follow Moodle, unless the ERP has closed it. */
async function moving(item: ImportItem, row: OdooRow, values: Values, run: ImportRun): Promise<Step[]> {
  const closed = closedState(item.model, row);
  if (closed === undefined) return [{ item, erpId: row.id, values, held: heldOf(row, Object.keys(values)) }];
  await run.failed(item, closedInErp(item.model, row.id, closed), { didNothing: true });
  return [];
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
  const { code = '', sameIn = [], follows } = kinds[model];
  const more = follows ? [...follows, 'state', 'active'] : [];
  const codes = items.map(({ desired }) => String(desired.fixed[code]));
  const rows = await run.reader.read(model, [[code, 'in', codes]], [code, ...sameIn, ...more]);
  const byCode = new Map(rows.map((row) => [String(row[code]), row]));
  const entries = items.map((item) => [item, byCode.get(String(item.desired.fixed[code]))] as const);
  return new Map(entries.flatMap(([item, row]) => (row ? [[item, row]] : [])));
}

/**
 * A sheet that another session's record is already is never taken for this one's: a day can have several. Its own is on
 * the day of its session, or on that on which the import has put it.
 */
async function findSheets(items: readonly ImportItem[], run: ImportRun): Promise<Map<ImportItem, OdooRow>> {
  const model = 'op.attendance.sheet';
  const registers = [...new Set(items.map((item) => parentErpId(item, run)!))];
  const days = [...new Set(items.flatMap((item) => daysOf(item, run)))];
  const domain: Domain = [
    ['register_id', 'in', registers],
    ['attendance_date', 'in', days],
  ];
  const rows = await run.reader.read(model, domain, [
    ...['register_id', 'attendance_date', 'session_id', 'state', 'active'],
  ]);
  const owners = await run.ports.mappings.pointers(
    model,
    rows.map(({ id }) => id),
  );
  const free = new Set(rows.filter(({ session_id: lecture }) => idIn(lecture) === undefined));
  const found = new Map<ImportItem, OdooRow>();
  for (const item of items) {
    const [day] = daysOf(item, run);
    const its = [...free].filter((row) => idIn(row.register_id) === parentErpId(item, run));
    const own = its.find(
      (row) => owners.get(row.id) === item.id && daysOf(item, run).includes(String(row.attendance_date)),
    );
    const row =
      own ?? its.find((each) => each.attendance_date === day && !owners.has(each.id) && mayBeOurs(item, run));
    if (!row) continue;
    free.delete(row);
    found.set(item, row);
  }
  return found;
}

/** The day of a sheet's session, and the one that the sheet was given. */
function daysOf(item: ImportItem, run: ImportRun): string[] {
  const { written } = run.row(item) ?? {};
  return [item.desired.fixed.attendance_date, written?.attendance_date ?? []].flat().map(String);
}

/** A sheet without an owner is ours only where one was about to be made: a person may have made it. */
function mayBeOurs(item: ImportItem, run: ImportRun): boolean {
  return run.row(item)?.claim?.doing === 'create';
}

async function adopt(item: ImportItem, row: OdooRow, run: ImportRun): Promise<void> {
  const { code, sameIn = [] } = kinds[item.model];
  const { fixed } = item.desired;
  const before = run.row(item);
  const isKnown = before?.erp_id === row.id || before?.claim?.doing === 'create';
  // Of one that is known the ERP may have corrected the subject; a stranger with the code must be what is meant.
  if (!isKnown && sameIn.some((name) => name in row && comparable(row[name]) !== fixed[name])) {
    return run.failed(item, codeTaken(item.model, row.id, String(fixed[code ?? ''])), { didNothing: true });
  }
  const isOurs = before?.is_ours === true || before?.claim?.doing === 'create';
  const held = { erpId: row.id, parentErpId: parentErpId(item, run), isOurs, ...writtenOf(item) };
  await run.synced([[item, { result: 'adopted', ...held }]]);
}

/** The values of new records; one for which the ERP lacks something fails. */
async function withValues(
  model: ImportedModel,
  items: readonly ImportItem[],
  run: ImportRun,
): Promise<Step[]> {
  if (items.length === 0) return [];
  const fields = (await run.reader.fieldsOf(model))!;
  const times = model === 'op.exam' ? await examTimes(items, run) : new Map<ImportItem, ExamTime>();
  const valued: Step[] = [];
  for (const item of items) {
    const values = await valuesOf(item, times.get(item), run);
    if ('class' in values) await run.failed(item, values as Failure);
    else valued.push({ item, values: fitted(values as Values, fields), compared: {} });
  }
  return valued;
}

async function valuesOf(
  item: ImportItem,
  time: ExamTime | undefined,
  run: ImportRun,
): Promise<Values | Failure> {
  const { model } = item;
  const { fixed, batch: own, program, day = dayOf(run.now / 1000, run.erp.timeZone) } = item.desired;
  const { parentField } = kinds[model];
  if (model === 'op.exam' && time === undefined) return noFreeTime(Number(fixed.subject_id));
  const values: Values = { ...fixed, ...time };
  if (parentField) values[parentField] = parentErpId(item, run)!;
  if (model === 'op.exam.session') values.exam_type = await run.reader.examType();
  if (model === 'op.exam.session' || model === 'op.attendance.register') {
    const batch = own ?? (await run.reader.batchOf(program!, day));
    if (batch === undefined) return noBatch(program!);
    values.batch_id = batch;
  }
  return values;
}
