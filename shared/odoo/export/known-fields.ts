import { isDeepStrictEqual } from 'node:util';
import type { PushedModel } from '#shared/models/models.ts';
import { copiedFields, gapsIn } from '#shared/odoo/calls/erp-models.ts';
import { changeModelState, type ModelState } from './model-state.ts';
import type { ExportPorts } from './ports.ts';

/** Whether a model can be read: the ERP has it, with all that is needed of it. */
export function isReadable({ gaps }: ModelState): boolean {
  return !gaps.some(({ field, isNeeded }) => isNeeded || field === undefined);
}

/**
 * The state of a model with the fields that the ERP has of it. They are asked for once, and anew by each hourly
 * comparison. Where they have become others, or the ERP itself has, everything is read once more.
 *
 * @throws OdooError
 */
export async function withFields(
  model: PushedModel,
  state: ModelState,
  isAskedAgain: boolean,
  { fields, source, states, arePhonesSent }: ExportPorts,
): Promise<ModelState> {
  if (state.fields && state.source === source && !isAskedAgain) return state;
  if (isAskedAgain) fields.forget(model);
  // The time of creation tells a record from another one under the same id; it is kept on the item like the others.
  const split = await fields.split(model, [...copiedFields(model, arePhonesSent), 'create_date']);
  const gaps = (await gapsIn(model, fields, arePhonesSent)).map(({ field, consequence, isNeeded }) => ({
    ...(field !== undefined && { field }),
    consequence,
    isNeeded,
  }));
  const known = { source, fields: split?.present ?? [], gaps };
  if (isDeepStrictEqual(known, { source: state.source, fields: state.fields, gaps: state.gaps }))
    return state;
  return changeModelState(states, model, (current) => ({
    ...readAnew(current, source, known.fields),
    ...known,
  }));
}

/** The state of which everything is to be read anew, if that is so: of another ERP nothing is known, of new fields all else. */
function readAnew(state: ModelState, source: string, fields: readonly string[]): ModelState {
  if (state.source !== source) {
    const { revision, brake, accepted_until } = state;
    return { revision, gaps: [], unread: 0, brake, ...(accepted_until !== undefined && { accepted_until }) };
  }
  if (isDeepStrictEqual(state.fields, fields)) return state;
  return { ...state, pass: undefined, complete_at: undefined };
}
