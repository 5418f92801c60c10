import { modelOf, type PushedModel } from '#shared/models/models.ts';
import { anyOf, type Domain } from '#shared/odoo/calls/domain.ts';
import { type OdooRow, readPages, searchRead } from '#shared/odoo/calls/read.ts';
import type { OdooClient } from '#shared/odoo/client/client.ts';
import { laterOf, movedTo, readFrom } from './dates.ts';
import { changeModelState, isAccepted, type ModelState, type Pass } from './model-state.ts';
import type { ExportPorts } from './ports.ts';
import { takeOver, withTaken } from './take-over.ts';

/** The newest date of the contacts, asked once in a run: an older one only has something read twice. */
export type NewestContact = () => Promise<string | undefined>;

export function newestContact(client: OdooClient): NewestContact {
  let asked: Promise<string | undefined> | undefined;
  return () => {
    asked ??= newestDate(client, 'res.partner');
    return asked;
  };
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
  const contactDate = modelOf(model).odoo.hasContact && !isWhole ? await contacts() : undefined;
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
  return modelOf(model).odoo.hasContact ? laterOf(own, await contacts()) : own;
}

function domainOf(model: PushedModel, { from }: Pass): Domain {
  if (from === undefined) return [];
  const own = ['write_date', '>=', from] as const;
  return modelOf(model).odoo.hasContact ? anyOf([own, ['partner_id.write_date', '>=', from]]) : [own];
}

function newestOf(rows: readonly OdooRow[]): string | undefined {
  return rows.reduce<string | undefined>((newest, row) => laterOf(newest, row.write_date), undefined);
}

function withNewest(state: ModelState, seen: string | undefined): ModelState {
  const newest = laterOf(state.newest, seen);
  return newest === state.newest ? state : { ...state, newest };
}
