import type { OdooField } from '#shared/odoo/calls/model-fields.ts';
import type { Domain, OdooRow } from '#shared/odoo/calls/read.ts';
import type { Values } from '#shared/odoo/calls/write.ts';
import { lineValues } from '#shared/odoo/import/desired/line-values.ts';
import { fitted, heldOf, idIn } from '#shared/odoo/import/desired/values.ts';
import { carryOut, type Step } from './carry-out.ts';
import { decide } from './decide.ts';
import { heldByBrake, unknownStudent } from './failures.ts';
import type { ImportItem, ParentInErp, Synced } from './item.ts';
import { importKey } from './mapping.ts';
import { type ImportedModel, kinds } from './models.ts';
import type { ImportRun } from './run.ts';

/** A line with all that is known of it on both sides. */
interface Line {
  item: ImportItem;
  parent: ParentInErp | undefined;
  values: Values;
  current: OdooRow | undefined;
}

/**
 * Brings marks, attendance and completion to the ERP: what is there is found by what it belongs to and by its student,
 * and compared with what was written last before anything is changed.
 *
 * @throws OdooError
 */
export async function importLines(
  model: ImportedModel,
  items: readonly ImportItem[],
  run: ImportRun,
): Promise<void> {
  const fields = (await run.reader.fieldsOf(model))!;
  const valued: Pick<Line, 'item' | 'parent' | 'values'>[] = [];
  for (const item of items) {
    const parent = item.desired.parent && run.parents.get(importKey(item.desired.parent));
    const values = lineValues(item, parent, fields, run);
    if (values) valued.push({ item, parent, values });
    else await run.left(item);
  }
  const lines = await withCurrent(model, valued, run);
  const steps = { create: [] as Line[], write: [] as Step[], unlink: [] as Step[] };
  const settled: [ImportItem, Synced][] = [];
  for (const line of lines) {
    const { item, current, values } = line;
    const settings = await settingsOf(item, run);
    const decision = decide({
      model,
      desired: item.desired,
      values,
      row: run.rowOf(item),
      settings,
      current,
      parent: line.parent,
    });
    if (decision.do === 'fail') await run.failed(item, decision.failure);
    else if (decision.do === 'create') steps.create.push(line);
    else if (decision.do === 'unlink') steps.unlink.push({ item, erpId: current!.id, values: {}, held: {} });
    else if (decision.do === 'write') steps.write.push(alterationOf(line, decision.values));
    else settled.push([item, settledAs(line, decision.do, run)]);
  }
  const byItem = new Map(lines.map((line) => [line.item, line]));
  const { taken, kept } = await underBrake(steps.unlink, run);
  for (const { item } of kept) settled.push([item, settledAs(byItem.get(item)!, 'leave', run)]);
  await run.synced(settled);
  await carryOut('unlink', model, taken, run, () => ({ result: 'deleted' }));
  await carryOut('write', model, steps.write, run, (item, erpId) => ({
    ...heldAs(byItem.get(item)!, erpId, run),
    result: 'updated',
  }));
  const creations = await creationsOf(model, steps.create, fields, run);
  await carryOut('create', model, creations, run, (item, erpId) => ({
    ...heldAs(byItem.get(item)!, erpId, run),
    result: 'created',
    isOurs: true,
  }));
  await noteHolds(items, run);
}

/**
 * Asks the brake before anything is deleted, for each Moodle that it came from. What it holds waits like a conflict for
 * a person's word.
 */
async function underBrake(
  unlinks: readonly Step[],
  run: ImportRun,
): Promise<Record<'taken' | 'kept', Step[]>> {
  const allowed = { taken: [] as Step[], kept: [] as Step[] };
  for (const [id, group] of Map.groupBy(unlinks, ({ item }) => instanceOf(item))) {
    const instance = await run.instance(id);
    // A Moodle that is gone, or whose settings cannot be read, has no say in how much may be taken back.
    const verdict = instance
      ? await run.ports.brake.takeBack(instance, 'imported-marks', group.length)
      : ('held' as const);
    if (verdict === 'held') for (const { item } of group) await run.failed(item, heldByBrake(id));
    else allowed[verdict].push(...group);
  }
  return allowed;
}

/** Counts the lines that the import has made and still has: the base of the brake's share. */
async function noteHolds(items: readonly ImportItem[], run: ImportRun): Promise<void> {
  for (const [id, group] of Map.groupBy(items, instanceOf)) {
    const results = group.map((item) => run.outcome(item)?.result);
    const change = count(results, 'created') - count(results, 'deleted');
    const instance = change === 0 ? undefined : await run.instance(id);
    if (instance) await run.ports.brake.addHolds(instance, 'imported-marks', change);
  }
}

function count(results: readonly (string | undefined)[], desired: string): number {
  return results.filter((result) => result === desired).length;
}

function instanceOf({ record }: ImportItem): string {
  return String(record.instance ?? '');
}

function alterationOf({ item, current, values }: Line, changes: Values): Step {
  return { item, erpId: current!.id, values: changes, held: heldOf(current!, Object.keys(values)) };
}

function heldAs({ item, parent, values }: Line, erpId: number, run: ImportRun): Omit<Synced, 'result'> {
  return { erpId, parentErpId: parent?.erpId, written: values, isOurs: run.row(item)?.is_ours };
}

function settledAs(line: Line, decision: 'nothing' | 'leave', run: ImportRun): Synced {
  const { item, current } = line;
  if (!current) return { result: 'unchanged' };
  const row = run.row(item);
  const held = heldAs(line, current.id, run);
  const isOurs = row?.is_ours === true || row?.claim?.doing === 'create';
  if (decision === 'leave') return { ...held, result: 'unchanged', written: row?.written, isOurs };
  return { ...held, result: row?.erp_id === current.id ? 'unchanged' : 'adopted', isOurs };
}

/** Reads the lines that are there, in one call. */
async function withCurrent(
  model: ImportedModel,
  lines: readonly Omit<Line, 'current'>[],
  run: ImportRun,
): Promise<Line[]> {
  if (lines.length === 0) return [];
  const { parentField } = kinds[model];
  // Of a mark that was taken back nothing is wanted, but it has to be seen whether somebody has edited it.
  const names = lines.flatMap(({ item, values }) => {
    const row = run.row(item);
    return Object.keys({ ...row?.written, ...row?.claim?.values, ...values });
  });
  const identity = parentField ? [parentField, 'student_id'] : [];
  const fields = [...new Set([...identity, ...names, 'write_date'])];
  const rows = await run.reader.read(model, domainOf(lines, parentField, run), fields);
  return lines.map((line) => ({ ...line, current: currentOf(line, rows, parentField, run) }));
}

function domainOf(
  lines: readonly Omit<Line, 'current'>[],
  parentField: string | undefined,
  run: ImportRun,
): Domain {
  const own = lines.filter(({ item }) => item.desired.isOwn);
  const others = lines.filter(({ item }) => !item.desired.isOwn);
  const ids = [
    ...own.map(({ item }) => Number(item.id)),
    ...others.flatMap(({ item }) => run.row(item)?.erp_id ?? []),
  ];
  if (parentField === undefined || others.length === 0) return [['id', 'in', ids]];
  const parents = [...new Set(others.map(({ parent }) => parent!.erpId))];
  const students = [...new Set(others.map(({ item }) => item.desired.student!))];
  return ['|', ['id', 'in', ids], '&', [parentField, 'in', parents], ['student_id', 'in', students]];
}

/** The line in the ERP: that of the row, else the one of the same student on the same exam or sheet. */
function currentOf(
  { item, parent }: Omit<Line, 'current'>,
  rows: readonly OdooRow[],
  parentField: string | undefined,
  run: ImportRun,
): OdooRow | undefined {
  if (item.desired.isOwn) return rows.find(({ id }) => id === Number(item.id));
  const its = rows.filter(
    (row) => idIn(row[parentField!]) === parent!.erpId && idIn(row.student_id) === item.desired.student,
  );
  return its.find(({ id }) => id === run.row(item)?.erp_id) ?? its[0];
}

/** How the Moodle that a record came from is set; one that is gone overwrites nothing. */
async function settingsOf(item: ImportItem, run: ImportRun) {
  const instance = await run.instance(instanceOf(item));
  return {
    overwrites: instance?.overwrite_erp_edits === true,
    isLastWriteWins: instance?.sync_attendance_from === 'both',
  };
}

/** The values of new lines; those of students whom the ERP does not have fail. */
async function creationsOf(
  model: ImportedModel,
  lines: readonly Line[],
  fields: ReadonlyMap<string, OdooField>,
  run: ImportRun,
): Promise<Step[]> {
  if (lines.length === 0) return [];
  const { parentField } = kinds[model];
  const students = await run.reader.students(lines.map(({ item }) => item.desired.student!));
  const batches =
    model === 'op.exam.attendees'
      ? await run.reader.batchesOfStudents(
          lines.map(({ item: { desired } }) => ({ program: desired.program!, student: desired.student! })),
        )
      : new Map<string, number>();
  const creations: Step[] = [];
  for (const { item, parent, values } of lines) {
    const { student = 0, batch: own, program } = item.desired;
    if (!students.has(student)) {
      await run.failed(item, unknownStudent(student));
      continue;
    }
    const batch = own ?? batches.get(`${program} ${student}`) ?? parent?.batch;
    const place =
      program === undefined ? {} : { course_id: program, ...(batch !== undefined && { batch_id: batch }) };
    const all = { ...values, [parentField!]: parent!.erpId, student_id: student, ...place };
    creations.push({ item, values: fitted(all, fields), compared: values });
  }
  return creations;
}
