import { secondsOf } from '#shared/models/fields/odoo-time.ts';
import type { OdooRow } from '#shared/odoo/calls/read.ts';
import type { Desired } from '#shared/odoo/import/desired/desired.ts';
import { comparable, idIn } from '#shared/odoo/import/desired/values.ts';
import { sheetGone } from '#shared/odoo/import/failures.ts';
import type { ImportItem, ParentInErp, Period } from '#shared/odoo/import/item.ts';
import { importKey } from '#shared/odoo/import/mapping.ts';
import { type ImportedModel, isErpId, kinds } from '#shared/odoo/import/models.ts';
import type { ImportRun } from '#shared/odoo/import/run.ts';

/** Whether what a record hangs on comes from Moodle too, and is not the ERP's own. */
export function hangsOnPulled({ desired }: ImportItem): boolean {
  return desired.parent !== undefined && !isErpId(desired.parent.id);
}

/** The ids of the records from Moodle that some hang on, by model. */
export function parentsFromMoodle(desired: readonly Pick<Desired, 'parent'>[]): Map<ImportedModel, string[]> {
  const parents = desired.flatMap(({ parent }) => (parent && !isErpId(parent.id) ? [parent] : []));
  const byModel = Map.groupBy(parents, ({ model }) => model);
  return new Map([...byModel].map(([model, own]) => [model, own.map(({ id }) => id)]));
}

/** The ERP's id of what a record hangs on, once that is there. */
export function parentErpId({ desired: { parent } }: ImportItem, run: ImportRun): number | undefined {
  if (parent === undefined) return undefined;
  return isErpId(parent.id) ? Number(parent.id) : run.row(parent)?.erp_id;
}

/**
 * Looks in the ERP at what records hang on, and notes it in the run.
 *
 * @returns by model the ids of those from Moodle that are not where their rows say: deleted, or another record has the
 *   id since the ERP was restored from a backup
 * @throws OdooError
 */
export async function lookAtParents(
  items: readonly ImportItem[],
  run: ImportRun,
): Promise<Map<ImportedModel, Set<string>>> {
  const lost = new Map<ImportedModel, Set<string>>();
  const withParent = items.filter(({ desired }) => desired.parent !== undefined);
  for (const [model, group] of Map.groupBy(withParent, ({ desired }) => desired.parent!.model)) {
    const unseen = group.filter(({ desired }) => !run.parents.has(importKey(desired.parent!)));
    const rows = await readParents(model, unseen, run);
    const sessions = model === 'op.exam' ? await readSessions([...rows.values()], run) : new Map();
    for (const item of unseen) {
      const parent = item.desired.parent!;
      const row = rows.get(parentErpId(item, run)!);
      if (row && isSame(item, row, run)) {
        const session = sessions.get(idIn(row.session_id));
        run.parents.set(importKey(parent), inErp(model, row, session));
      } else if (hangsOnPulled(item)) {
        lost.set(model, (lost.get(model) ?? new Set()).add(parent.id));
      } else {
        await run.failed(item, sheetGone(Number(parent.id)));
      }
    }
  }
  return lost;
}

async function readParents(
  model: ImportedModel,
  items: readonly ImportItem[],
  run: ImportRun,
): Promise<Map<number, OdooRow>> {
  if (items.length === 0) return new Map();
  const { code, parentFields = [], sameIn = [] } = kinds[model];
  const ids = [...new Set(items.map((item) => parentErpId(item, run)!))];
  const fields = ['state', 'active', ...(code ? [code] : []), ...sameIn, ...parentFields];
  const rows = await run.reader.read(model, [['id', 'in', ids]], fields);
  return new Map(rows.map((row) => [row.id, row]));
}

async function readSessions(exams: readonly OdooRow[], run: ImportRun): Promise<Map<number, OdooRow>> {
  const ids = [...new Set(exams.flatMap(({ session_id: session }) => idIn(session) ?? []))];
  if (ids.length === 0) return new Map();
  const rows = await run.reader.read('op.exam.session', [['id', 'in', ids]], ['state', 'active']);
  return new Map(rows.map((row) => [row.id, row]));
}

/** Whether a record of the ERP's is the one that was imported: an id alone can be another record's after a restore. */
function isSame({ desired }: ImportItem, row: OdooRow, run: ImportRun): boolean {
  const parent = desired.parent!;
  if (isErpId(parent.id)) return true;
  const record = run.record(parent);
  const { code } = kinds[parent.model];
  if (code) return row[code] === record?.[code];
  // A sheet that is about to follow its session to another day is where the import has put it.
  const { written } = run.row(parent) ?? {};
  const days = [record?.attendance_date, written?.attendance_date];
  return days.some((day) => day !== undefined && row.attendance_date === comparable(day));
}

function inErp(model: ImportedModel, row: OdooRow, session: OdooRow | undefined): ParentInErp {
  const positive = (value: unknown) => (typeof value === 'number' && value > 0 ? value : undefined);
  return {
    model,
    erpId: row.id,
    closed: closedState(model, row) ?? (session && closedState('op.exam.session', session)),
    totalMarks: positive(row.total_marks),
    minMarks: positive(row.min_marks),
    batch: idIn(row.batch_id),
    days: daysOf(row),
  };
}

function daysOf({ start_date: first, end_date: last }: OdooRow): Period | undefined {
  const [start, end] = [secondsOf(`${first} 00:00:00`), secondsOf(`${last} 23:59:59`)];
  return start === undefined || end === undefined ? undefined : { start, end };
}

/** In which state the ERP has closed it; undefined where it has not. */
export function closedState(model: ImportedModel, { state, active }: OdooRow): string | undefined {
  if (active === false) return 'archived';
  return kinds[model].closedIn.find((closed) => closed === state);
}
