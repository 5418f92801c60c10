import { reference } from '#shared/models/fields/fields.ts';
import { modelOf, type PushedModel } from '#shared/models/models.ts';
import type { RecordItem } from '#shared/models/records.ts';
import type { OdooRow } from '#shared/odoo/calls/read.ts';
import type { ExportPorts, ImportedRecords } from './ports.ts';

type Ports = Pick<ExportPorts, 'imported' | 'records'>;

/** What of a line somebody may have edited in the ERP; register and sheet of an import stay as they were made. */
const markFields = ['present', 'absent', 'excused', 'late', 'remark'];

/** Whether records of the model can have been imported from Moodle. */
export function canBeImported(model: PushedModel): boolean {
  return modelOf(model).odoo.importedReferences !== undefined;
}

/**
 * Rows of the ERP as items. Rows that an import has made out of Moodle's attendance are no records of their own: they
 * stand for the pulled record, and one that was edited in the ERP since becomes a change of that record, under its id.
 *
 * @returns the items of the ERP's own records, and the pulled records that were edited in it
 */
export async function asImported(
  model: PushedModel,
  rows: readonly OdooRow[],
  ports: Ports,
): Promise<{ items: RecordItem[]; pulled: RecordItem[] }> {
  if (!canBeImported(model)) return { items: rows.map((row) => itemOf(model, row)), pulled: [] };
  const ids = rows.map(({ id }) => id);
  const pulledIds = await ports.imported.pulledIds(model, ids);
  const own = rows.filter(({ id }) => !pulledIds.has(id)).map((row) => itemOf(model, row));
  const imports = rows.flatMap((row) => {
    const pulledId = pulledIds.get(row.id);
    return pulledId === undefined ? [] : [{ row, pulledId }];
  });
  await removeDoubles(model, imports, ports);
  const pulled = model === 'op.attendance.line' ? await editedLines(model, imports, ports) : [];
  return { items: await withPulledReferences(model, own, ports.imported), pulled };
}

/** A row of the ERP as an item of the records table. */
function itemOf(model: PushedModel, row: OdooRow): RecordItem {
  return { ...row, model, id: String(row.id) };
}

type Import = { row: OdooRow; pulledId: string };

/** A row that was read before the import had noted whose it is has become a record of its own: it is taken back. */
async function removeDoubles(
  model: PushedModel,
  imports: readonly Import[],
  { records }: Ports,
): Promise<void> {
  const doubles = await records.getMany(
    model,
    imports.map(({ row }) => String(row.id)),
  );
  for (const item of doubles.values()) await records.remove(item);
}

async function editedLines(
  model: PushedModel,
  imports: readonly Import[],
  { imported, records }: Ports,
): Promise<RecordItem[]> {
  const ids = imports.map(({ pulledId }) => pulledId);
  const written = await imported.written(model, ids);
  const edited = imports.filter(({ row, pulledId }) => isEdited(row, written.get(pulledId)));
  const items = await records.getMany(
    model,
    edited.map(({ pulledId }) => pulledId),
  );
  return edited.flatMap(({ row, pulledId }) => {
    const item = items.get(pulledId);
    return item ? [{ ...item, ...fieldsOf(row, [...markFields, 'write_date']) }] : [];
  });
}

/** Whether a line says something else than what the import wrote last. */
function isEdited(row: OdooRow, written: Readonly<Record<string, unknown>> | undefined): boolean {
  if (written === undefined) return false;
  return markFields.some(
    (name) => name in row && name in written && plain(row[name]) !== plain(written[name]),
  );
}

/** Odoo's two kinds of empty are one. */
function plain(value: unknown): unknown {
  return value === '' || value === null ? false : value;
}

function fieldsOf(row: OdooRow, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => name in row).map((name) => [name, row[name]]));
}

/** The ERP's own records with references to what was imported translated back to the pulled records' ids. */
async function withPulledReferences(
  model: PushedModel,
  items: readonly RecordItem[],
  imported: ImportedRecords,
): Promise<RecordItem[]> {
  let translated = [...items];
  for (const [field, target] of Object.entries(modelOf(model).odoo.importedReferences ?? {})) {
    const ids = translated.flatMap((item) => referredId(item[field]) ?? []);
    const pulledIds = await imported.pulledIds(target as PushedModel, [...new Set(ids)]);
    translated = translated.map((item) => {
      const pulledId = pulledIds.get(referredId(item[field]) ?? 0);
      return pulledId === undefined ? item : { ...item, [field]: renamed(item[field], pulledId) };
    });
  }
  return translated;
}

function referredId(value: unknown): number | undefined {
  const id = reference.safeParse(value).data;
  return id === undefined ? undefined : Number(id);
}

/** A reference with another id, in the form that it had. */
function renamed(value: unknown, id: string): unknown {
  return Array.isArray(value) ? [id, ...value.slice(1)] : id;
}
