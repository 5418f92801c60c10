import { createHash } from 'node:crypto';
import { isLater } from '#shared/models/fields/odoo-time.ts';
import { modelOf, type PushedModel } from '#shared/models/models.ts';
import type { RecordItem } from '#shared/models/records.ts';
import { readByIds, readPages, searchCount } from '#shared/odoo/calls/read.ts';
import { inParts } from '#shared/sync/in-parts.ts';
import { canBeImported } from './imported.ts';
import { isAnother, isFromMoodle, isOlder } from './judge.ts';
import { changeModelState, type Gone, isAccepted, type ModelState, named } from './model-state.ts';
import type { ExportPorts } from './ports.ts';
import { newestOf } from './read-changes.ts';
import { AnotherDatabaseError, isAnotherDatabase, takeOver } from './take-over.ts';

/** Rows of one answer where only their dates are read. */
const datesPerPage = 10_000;
/** Ids of vanished records that are kept: the brake lets fewer pass in an hour, and a state is to stay small. */
const keptGone = 5_000;
/** The ERP's own ids; those of records from Moodle are none. */
const ownId = /^[1-9]\d*$/;

/** A row of the ERP as it is compared: its dates, and a hash of the rest where the dates do not tell. */
type Seen = { create_date: unknown; write_date: unknown; content?: string };

/** What the table has that differs from what the ERP has. */
type Differences = {
  /** Ids that are to be read: missing in the table, or different there. */
  toRead: number[];
  gone: Gone;
  older: string[];
  replaced: string[];
  /** How many records both have. */
  known: number;
};

/**
 * Compares all of a model's records with the table. What is missing or differs there is read and written; what the ERP
 * no longer has is noted, and taken away only when all models have been compared (subtract.ts).
 *
 * @returns `done`; else the time is over before all was read, or before all was written that differs: it is begun anew
 * @throws OdooError, AnotherDatabaseError
 */
export async function compare(
  model: PushedModel,
  state: ModelState,
  ports: ExportPorts,
): Promise<'done' | 'unread' | 'unwritten'> {
  const { client, clock } = ports;
  const before = await searchCount(client, model, []);
  const rows = await readAll(model, state, ports);
  if (!rows) return 'unread';
  const records = rows.size;
  const after = await searchCount(client, model, []);
  const newest = newestOf(rows.values());
  const imported = canBeImported(model) ? await ports.imported.all(model) : new Set<number>();
  const found = await differences(
    model,
    { rows, imported, newest, fields: contentFields(model, state) },
    ports,
  );
  const accepted = isAccepted(state, clock.now());
  if (!accepted && isAnotherDatabase(found.replaced.length, found.known)) await refuse(model, ports);
  const withheld = [...found.older, ...found.replaced].map(Number);
  const toRead = accepted ? [...found.toRead, ...withheld] : found.toRead;
  const unstorable = await heal(model, state, toRead, accepted, ports);
  if (!unstorable) return 'unwritten';
  const complete = isComplete(records, before, after);
  await changeModelState(ports.states, model, (current) => ({
    ...current,
    records,
    unread: 0,
    compared_at: new Date(clock.now()).toISOString(),
    older: accepted ? undefined : named(found.older),
    replaced: accepted ? undefined : named(found.replaced),
    unstorable: named(unstorable),
    gone: complete && found.gone.count > 0 ? found.gone : undefined,
    incomplete: complete ? undefined : ('short' as const),
    // The operator's word makes the ERP's state of today the one that changes are counted from.
    ...(accepted && { watermark: newest, newest, moved_at: new Date(clock.now()).toISOString() }),
  }));
  return 'done';
}

/**
 * Whether what was read can be all there is: no fewer records than the ERP had before and had after. More are made and
 * deleted all the time, so the counts need not be equal; each vanished record is looked up once more by itself anyway.
 */
export function isComplete(read: number, before: number, after: number): boolean {
  return read >= Math.min(before, after);
}

/** All rows by id; undefined when the time is over. */
async function readAll(
  model: PushedModel,
  state: ModelState,
  { client, pageSize, hasTime, counts }: ExportPorts,
): Promise<Map<number, Seen> | undefined> {
  const content = contentFields(model, state);
  const fields = content ?? ['create_date', 'write_date'].filter((name) => state.fields!.includes(name));
  const seen = new Map<number, Seen>();
  const reading = { pageSize: content ? pageSize : datesPerPage };
  for await (const rows of readPages(client, model, [], fields, reading)) {
    counts.read += rows.length;
    for (const row of rows) {
      const { id, create_date, write_date } = row;
      seen.set(id, { create_date, write_date, ...(content && { content: contentOf(row, content) }) });
    }
    if (!hasTime()) return undefined;
  }
  return seen;
}

/** The fields that are compared; undefined where the dates will do. A change of a contact moves no date of its person. */
function contentFields(model: PushedModel, { fields }: ModelState): string[] | undefined {
  const { contact, isComparedWhole } = modelOf(model).odoo;
  return contact || isComparedWhole ? fields : undefined;
}

function contentOf(record: Readonly<Record<string, unknown>>, fields: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify(fields.map((name) => record[name] ?? null)))
    .digest('base64');
}

type AllRows = {
  rows: Map<number, Seen>;
  imported: ReadonlySet<number>;
  newest: string | undefined;
  fields: string[] | undefined;
};

async function differences(
  model: PushedModel,
  { rows, imported, newest, fields }: AllRows,
  { records }: ExportPorts,
): Promise<Differences> {
  const found: Differences = {
    toRead: [],
    gone: { ids: [], count: 0, of: 0, newer: 0 },
    older: [],
    replaced: [],
    known: 0,
  };
  for await (const items of records.pages(model)) {
    for (const item of items) {
      if (!ownId.test(item.id)) continue;
      found.gone.of += 1;
      const row = rows.get(Number(item.id));
      rows.delete(Number(item.id));
      if (row) sort(item, row, imported, fields, found);
      else noteGone(item, newest, found.gone);
    }
  }
  for (const id of rows.keys()) if (!imported.has(id)) found.toRead.push(id);
  return found;
}

function sort(
  item: RecordItem,
  row: Seen,
  imported: ReadonlySet<number>,
  fields: string[] | undefined,
  found: Differences,
): void {
  found.known += 1;
  if (isAnother(item, row)) found.replaced.push(item.id);
  else if (isOlder(item, row) && !isFromMoodle(item)) found.older.push(item.id);
  else if (imported.has(Number(item.id)) || !isSame(item, row, fields)) found.toRead.push(Number(item.id));
}

function isSame(item: RecordItem, row: Seen, fields: string[] | undefined): boolean {
  if (fields) return row.content === contentOf(item, fields);
  return item.create_date === row.create_date && item.write_date === row.write_date;
}

function noteGone(item: RecordItem, newest: string | undefined, gone: Gone): void {
  gone.count += 1;
  if (gone.ids.length < keptGone) gone.ids.push(item.id);
  if (isLater(item.write_date, newest)) gone.newer += 1;
}

/** Of another database everything is looked at from now on before anything of it is taken over. @throws always */
async function refuse(model: PushedModel, { states }: ExportPorts): Promise<never> {
  await changeModelState(states, model, (current) => ({
    ...current,
    complete_at: undefined,
    pass: undefined,
  }));
  throw new AnotherDatabaseError(model);
}

/**
 * Reads records and takes them over.
 *
 * @returns the ids of those that the table cannot hold; undefined when the time is over
 */
async function heal(
  model: PushedModel,
  state: ModelState,
  ids: readonly number[],
  accepted: boolean,
  ports: ExportPorts,
): Promise<string[] | undefined> {
  const unstorable: string[] = [];
  for (const [index, part] of inParts(ids, ports.pageSize).entries()) {
    if (index > 0 && !ports.hasTime()) return undefined;
    const rows = await readByIds(ports.client, model, part, state.fields!);
    const taken = await takeOver(model, rows, { isAccepted: accepted, isWhole: false }, ports);
    unstorable.push(...taken.unstorable);
  }
  return unstorable;
}
