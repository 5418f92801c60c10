import { secondsOf } from '#shared/models/fields/odoo-time.ts';
import { laterSide } from '#shared/moodle/attendance/state.ts';
import type { OdooRow } from '#shared/odoo/calls/read.ts';
import type { Values } from '#shared/odoo/calls/write.ts';
import type { Desired } from '#shared/odoo/import/desired/desired.ts';
import { differencesIn, differing, holds } from '#shared/odoo/import/desired/values.ts';
import type { Failure } from '#shared/sync/failure.ts';
import { closedInErp, deletedInErp, editedInErp, foundInErp } from './failures.ts';
import type { ErpMapping } from './mapping.ts';

/** What both sides say of a line. */
export interface Sides {
  model: string;
  desired: Pick<Desired, 'isWithdrawn' | 'isOwn' | 'takenAt'>;
  /** What the ERP should hold. */
  values: Values;
  row: ErpMapping;
  /** The line in the ERP; undefined where there is none. */
  current: OdooRow | undefined;
  /** The exam or sheet that it hangs on. */
  parent?: { model: string; erpId: number; closed?: string | undefined } | undefined;
  /** How the Moodle that it came from is set. */
  settings: { overwrites: boolean; isLastWriteWins: boolean };
}

export type Decision =
  | { do: 'create' | 'unlink' }
  | { do: 'write'; values: Values }
  /** The ERP holds it; `leave`: what the ERP says counts. */
  | { do: 'nothing' | 'leave' }
  | { do: 'fail'; failure: Failure };

/** Decides what is to be done about a line, so that nothing is overwritten or made again that a person has decided. */
export function decide(sides: Sides): Decision {
  const { current, desired } = sides;
  if (!current) return desired.isWithdrawn ? { do: 'nothing' } : decideMissing(sides);
  if (desired.isWithdrawn) return decideWithdrawn(sides, current);
  const { values, parent } = sides;
  if (holds(current, values)) return { do: 'nothing' };
  const objection = objectionTo(sides, current);
  if (objection) return objection;
  if (parent?.closed) return fail(closedInErp(parent.model, parent.erpId, parent.closed));
  return { do: 'write', values: differing(values, current) };
}

function decideMissing({ row, desired, parent }: Sides): Decision {
  // OpenEduCat deletes the attendees of an exam that is cancelled: no person has decided that of each.
  if (parent?.closed) return fail(closedInErp(parent.model, parent.erpId, parent.closed));
  const isSameParent = parent === undefined || row.parent_erp_id === parent.erpId;
  // Whoever deletes an exam deletes its lines: with an exam that was made again they come again.
  const wasDeleted = row.erp_id !== undefined && isSameParent && row.claim?.doing !== 'unlink';
  if (wasDeleted || desired.isOwn)
    return fail(deletedInErp({ ...row, erp_id: row.erp_id ?? Number(row.id) }));
  return { do: 'create' };
}

function decideWithdrawn(sides: Sides, current: OdooRow): Decision {
  const { row, parent, model, settings } = sides;
  if (parent?.closed) return fail(closedInErp(parent.model, parent.erpId, parent.closed));
  const isOurs = row.is_ours === true || row.claim?.doing === 'create';
  const differences = ['it was taken back in Moodle'];
  if (!isOurs) return fail(foundInErp(model, current.id, differences));
  if (isAsWritten(row, current) || settings.overwrites) return { do: 'unlink' };
  return fail(editedInErp(model, current.id, differences));
}

/** Why a line that differs is not overwritten; undefined where it may be. */
function objectionTo(
  { model, desired, values, row, settings }: Sides,
  current: OdooRow,
): Decision | undefined {
  if (isAsWritten(row, current)) return undefined;
  if (settings.isLastWriteWins && model === 'op.attendance.line') {
    const side = laterSide(secondsOf(current.write_date), desired.takenAt ?? 0);
    return side === 'oec' ? { do: 'leave' } : undefined;
  }
  // Of the ERP's own record the pull has decided that Moodle's word counts; an edit is what comes after the first time.
  const isFirstTime = row.written === undefined && row.claim === undefined;
  if (settings.overwrites || (desired.isOwn && isFirstTime)) return undefined;
  const differences = differencesIn(current, values);
  return fail((isFirstTime ? foundInErp : editedInErp)(model, current.id, differences));
}

/** Whether a line is as the import left it, or as an import that died may have left it. */
function isAsWritten({ written, claim }: ErpMapping, current: OdooRow): boolean {
  return holds(current, written) || (claim?.doing !== 'unlink' && holds(current, claim?.values));
}

function fail(failure: Failure): Decision {
  return { do: 'fail', failure };
}
