import { laterOf, odooDateTime, secondsOf } from '#shared/models/fields/odoo-time.ts';
import { modelOf, type PushedModel } from '#shared/models/models.ts';
import { anyOf, type Domain, readPages, searchRead } from '#shared/odoo/calls/read.ts';
import type { OdooClient } from '#shared/odoo/client/client.ts';
import { Once } from '#shared/odoo/client/once.ts';
import type { Dated } from './judge.ts';
import { changeModelState, isAccepted, type ModelState, type Pass } from './model-state.ts';
import type { ExportPorts } from './ports.ts';
import { takeOver, withTaken } from './take-over.ts';

/**
 * How far before the watermark is read again, in seconds. A record carries the time at which its transaction began,
 * and is seen when that commits: an import of a thousand students takes minutes. A request may last 120 s in an Odoo as
 * it comes, and what a university raises that to is rarely more than this. What takes longer is found by the hourly
 * comparison.
 */
export const overlapSeconds = 15 * 60;

/** The newest date of the contacts, asked once in a run: an older one only has something read twice. */
export type NewestContact = Once<string | undefined>;

export function newestContact(client: OdooClient): NewestContact {
  return new Once(() => newestDate(client, 'res.partner'));
}

/** The date of the record that was saved last; undefined where there is none. */
export async function newestDate(client: OdooClient, model: string): Promise<string | undefined> {
  // PostgreSQL counts a missing date as the latest.
  const rows = await searchRead(client, model, [['write_date', '!=', false]], ['write_date'], {
    order: 'write_date desc',
    limit: 1,
  });
  return laterOf(rows[0]?.write_date, undefined);
}

/**
 * Reads what has changed in a model since the watermark, or all of it at first, by pages of ids, and takes it over.
 * After each full page the position is stored, so that a run that is killed or out of time is gone on with.
 *
 * The watermark that stands at the end is what the ERP's newest date was before the reading: what is saved while it
 * takes place, with an id that has been passed, is in the next one. A single page is one answer, and its own newest
 * date will do.
 *
 * @returns whether all has been read; else the time is over
 * @throws OdooError, AnotherDatabaseError
 */
export async function readChanges(
  model: PushedModel,
  state: ModelState,
  contacts: NewestContact,
  ports: ExportPorts,
): Promise<boolean> {
  const { client, clock, pageSize } = ports;
  const isWhole = state.complete_at === undefined;
  let current = state;
  const note = async (next: (state: ModelState) => ModelState) => {
    if (next(current) !== current) current = await changeModelState(ports.states, model, next);
  };
  let pass = state.pass ?? (await begun(model, state, isWhole, contacts, ports));
  const contactDate = modelOf(model).odoo.contact && !isWhole ? await contacts.get() : undefined;
  const options = { isAccepted: isAccepted(state, clock.now()), isWhole };
  let seen: string | undefined;
  const reading = { afterId: pass.position, pageSize };
  for await (const rows of readPages(client, model, domainOf(model, pass), state.fields!, reading)) {
    const taken = await takeOver(model, rows, options, ports);
    seen = laterOf(seen, newestOf(rows));
    const isLast = rows.length < pageSize;
    if (!isLast) {
      const until = pass.until ?? (await newestOfAll(model, contacts, client));
      pass = { ...pass, position: rows.at(-1)!.id, ...(until !== undefined && { until }) };
    }
    const stored = isLast ? undefined : pass;
    await note((now) => {
      const next = withNewest(withTaken(now, taken), seen);
      return stored ? { ...next, pass: stored } : next;
    });
    if (!isLast && !ports.hasTime()) return false;
  }
  const reached = pass.until ?? laterOf(seen, contactDate);
  const now = clock.now();
  await note((last) => {
    const moved = movedTo(last, laterOf(last.watermark, reached), now);
    return moved.complete_at === undefined ? { ...moved, complete_at: new Date(now).toISOString() } : moved;
  });
  return true;
}

/** A reading that begins. All of a model is many pages: what is saved meanwhile must not be missed. */
async function begun(
  model: PushedModel,
  state: ModelState,
  isWhole: boolean,
  contacts: NewestContact,
  { client, clock }: ExportPorts,
): Promise<Pass> {
  const from = isWhole ? undefined : readFrom(state, clock.now());
  const until = isWhole ? await newestOfAll(model, contacts, client) : undefined;
  return { position: 0, ...(from !== undefined && { from }), ...(until !== undefined && { until }) };
}

async function newestOfAll(
  model: PushedModel,
  contacts: NewestContact,
  client: OdooClient,
): Promise<string | undefined> {
  const own = await newestDate(client, model);
  return modelOf(model).odoo.contact ? laterOf(own, await contacts.get()) : own;
}

function domainOf(model: PushedModel, { from }: Pass): Domain {
  if (from === undefined) return [];
  const own = ['write_date', '>=', from] as const;
  const { contact } = modelOf(model).odoo;
  return contact ? anyOf([own, [`${contact}.write_date`, '>=', from]]) : [own];
}

/** The latest date of rows; undefined where none has one. */
export function newestOf(rows: Iterable<Dated>): string | undefined {
  let newest: string | undefined;
  for (const { write_date } of rows) newest = laterOf(newest, write_date);
  return newest;
}

function withNewest(state: ModelState, seen: string | undefined): ModelState {
  const newest = laterOf(state.newest, seen);
  return newest === state.newest ? state : { ...state, newest };
}

/**
 * The date from which on the next reading of changes reads; undefined for everything. For the length of the overlap
 * after the watermark has moved, the overlap is read again. How much time has passed our own clock says: it need not
 * agree with the ERP's for that. After that only what is later is read, so that a large import is not read for ever:
 * from the next second on, since Odoo keeps parts of seconds and does not show them.
 *
 * @param now milliseconds since 1970
 */
export function readFrom({ watermark, moved_at }: ModelState, now: number): string | undefined {
  const reached = secondsOf(watermark);
  if (reached === undefined) return undefined;
  const isSettled = moved_at !== undefined && now - Date.parse(moved_at) > overlapSeconds * 1000;
  return odooDateTime(reached + (isSettled ? 1 : -overlapSeconds));
}

/** The state with the watermark moved to a date, and no reading under way. @param now milliseconds since 1970 */
export function movedTo(state: ModelState, date: string | undefined, now: number): ModelState {
  const { pass, ...rest } = state;
  if (date === undefined || date === state.watermark) return pass ? rest : state;
  return { ...rest, watermark: date, moved_at: new Date(now).toISOString() };
}
