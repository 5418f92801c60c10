import * as z from 'zod';
import type { OdooClient } from '#shared/odoo/client/client.ts';
import { OdooAnswerError } from '#shared/odoo/client/errors.ts';
import { inParts } from '#shared/sync/in-parts.ts';
import { isStudentLogin, studentUser, withLogins } from './student-login.ts';

/** A condition on a field, such as `['write_date', '>=', '2026-09-01 08:00:00']`. */
export type Condition = readonly [field: string, operator: string, value: unknown];

/** Odoo's search language: conditions that must all hold; `|`, `&` and `!` stand before what they join. */
export type Domain = readonly (Condition | '|' | '&' | '!')[];

/** A domain of which any of the conditions must hold. @param conditions at least one */
export function anyOf(conditions: readonly Condition[]): Domain {
  return [...conditions.slice(1).map(() => '|' as const), ...conditions];
}

/** A record as `read()` gives it; shared/models says how its values are understood. */
export type OdooRow = { id: number; [field: string]: unknown };

const id = z.int().positive();
const rowsSchema: z.ZodType<OdooRow[]> = z.array(z.looseObject({ id }));
const idsSchema = z.array(id);
const countSchema = z.int().nonnegative();

/** Archived records are left out of every search that does not ask for them. */
const archivedToo = { active_test: false };

/** Rows of one answer: some hundred kilobytes, read by Odoo in about a second. */
const rowsPerPage = 1_000;
const idsPerPage = 20_000;

export type SearchOptions = {
  /** Odoo's order, such as `write_date desc, id`; by id unless told. */
  order?: string;
  offset?: number;
  limit?: number;
  /** Whether archived records are left out, as in Odoo's own lists; they are not unless told. */
  activeOnly?: boolean;
};

/**
 * Records that fulfil the domain, archived ones included, also in their x2many fields.
 *
 * @param fields that the model has; the id comes along
 */
export async function searchRead(
  client: OdooClient,
  model: string,
  domain: Domain,
  fields: readonly string[],
  options: SearchOptions = {},
): Promise<OdooRow[]> {
  if (fields.some((field) => isStudentLogin(model, field))) {
    const others = fields.filter((field) => !isStudentLogin(model, field));
    const asked = [...new Set([...others, studentUser])];
    const rows = await withLogins(client, await searchRead(client, model, domain, asked, options));
    return others.includes(studentUser) ? rows : rows.map(({ [studentUser]: _user, ...row }) => row);
  }
  const { order = 'id', offset, limit, activeOnly = false } = options;
  const keywords = {
    fields: ['id', ...fields.filter((field) => field !== 'id')],
    order,
    ...(offset !== undefined && { offset }),
    ...(limit !== undefined && { limit }),
    ...(!activeOnly && { context: archivedToo }),
  };
  const rows = await client.executeKw(model, 'search_read', [domain], keywords, rowsSchema);
  return activeOnly ? rows : withArchivedLinks(client, model, rows);
}

/**
 * Odoo's `search_read` leaves archived records out of x2many fields whatever it is asked, `read` does not. Without a
 * second call a subject that is archived would leave its programs, and be back in them later, without a new
 * write_date of theirs.
 */
async function withArchivedLinks(
  client: OdooClient,
  model: string,
  rows: readonly OdooRow[],
): Promise<OdooRow[]> {
  const [first] = rows;
  const lists = Object.keys(first ?? {}).filter((field) => isIdList(first![field]));
  if (lists.length === 0) return [...rows];
  const args = [rows.map((row) => row.id), lists];
  const whole = await client.executeKw(model, 'read', args, { context: archivedToo }, rowsSchema);
  const wholeOf = new Map(whole.map((row) => [row.id, row]));
  // One that is deleted in between stays as it was seen: a page that is not full would be taken for the last one.
  return rows.map((row) => ({ ...row, ...wholeOf.get(row.id) }));
}

/** The value of an x2many; that of a many2one has a name in it. */
function isIdList(value: unknown): boolean {
  return Array.isArray(value) && value.every(Number.isInteger);
}

/** How many records fulfil the domain, archived ones included. */
export async function searchCount(client: OdooClient, model: string, domain: Domain): Promise<number> {
  return client.executeKw(model, 'search_count', [domain], { context: archivedToo }, countSchema);
}

/** Where a reading by pages begins, and how large its pages are. */
export type PageOptions = { afterId?: number; pageSize?: number };

/**
 * All records that fulfil the domain, in pages by id, archived ones included. A record that is saved while the pages
 * are read is neither skipped nor read twice, as it would be with an offset or an order by write_date; and a reading
 * that was interrupted goes on behind the last id it had.
 */
export function readPages(
  client: OdooClient,
  model: string,
  domain: Domain,
  fields: readonly string[],
  options: PageOptions = {},
): AsyncGenerator<OdooRow[], void> {
  const read = (after: number, limit: number) =>
    searchRead(client, model, [['id', '>', after], ...domain], fields, { limit });
  return pages(`${model}.search_read`, read, (row) => row.id, { pageSize: rowsPerPage, ...options });
}

/** The ids of all records that fulfil the domain, in pages, archived ones included. */
export function idPages(
  client: OdooClient,
  model: string,
  domain: Domain = [],
  options: PageOptions = {},
): AsyncGenerator<number[], void> {
  const read = (after: number, limit: number) => {
    const args = [[['id', '>', after], ...domain]];
    return client.executeKw(model, 'search', args, { order: 'id', limit, context: archivedToo }, idsSchema);
  };
  return pages(`${model}.search`, read, (value) => value, { pageSize: idsPerPage, ...options });
}

/** Those of the records that exist, archived ones included, by id. A deleted one is simply not among them. */
export async function readByIds(
  client: OdooClient,
  model: string,
  ids: readonly number[],
  fields: readonly string[],
): Promise<OdooRow[]> {
  const rows: OdooRow[] = [];
  for (const part of inParts(ids, rowsPerPage))
    rows.push(...(await searchRead(client, model, [['id', 'in', part]], fields)));
  return rows;
}

/** Those of the ids that records have, archived ones included. */
export async function existingIds(
  client: OdooClient,
  model: string,
  ids: readonly number[],
): Promise<Set<number>> {
  const found = new Set<number>();
  for (const part of inParts(ids, rowsPerPage)) {
    for await (const page of idPages(client, model, [['id', 'in', part]]))
      for (const each of page) found.add(each);
  }
  return found;
}

/**
 * Those of the ids that records have, whether or not a search shows them to the user: `read` leaves out a record that
 * is gone, and refuses one that a record rule hides (Odoo's BaseModel._read and check_access_rule).
 *
 * @throws OdooAccessError when a record rule hides one of them
 */
export async function presentIds(
  client: OdooClient,
  model: string,
  ids: readonly number[],
): Promise<Set<number>> {
  const present = new Set<number>();
  for (const part of inParts(ids, rowsPerPage)) {
    // A field that is a column of its own, so that Odoo asks the database for it.
    const rows = await client.executeKw(model, 'read', [part, ['write_date']], {}, rowsSchema);
    for (const row of rows) present.add(row.id);
  }
  return present;
}

async function* pages<Item>(
  call: string,
  read: (after: number, limit: number) => Promise<Item[]>,
  idOf: (item: Item) => number,
  { afterId = 0, pageSize }: { afterId?: number; pageSize: number },
): AsyncGenerator<Item[], void> {
  for (let after = afterId, isLast = false; !isLast; ) {
    const page = await read(after, pageSize);
    // A module that overrides `search` could answer an unsorted page, and the reading would never end or skip.
    const isSorted = page.every((item, index) => idOf(item) > (index === 0 ? after : idOf(page[index - 1]!)));
    if (!isSorted) throw new OdooAnswerError(call, ['the ids do not ascend']);
    if (page.length > 0) yield page;
    isLast = page.length < pageSize;
    after = page.length === 0 ? after : idOf(page.at(-1)!);
  }
}
