import { isDeepStrictEqual } from 'node:util';
import type { PushedModel } from '#shared/models/models.ts';
import { copiedFields, gapsIn } from '#shared/odoo/calls/erp-models.ts';
import {
  OdooError,
  OdooMissingFieldError,
  OdooMissingModelError,
  stopsAll,
} from '#shared/odoo/client/errors.ts';
import { changeModelState, type ModelState, readModelState } from './model-state.ts';
import type { ExportPorts } from './ports.ts';

/**
 * Does something with one model. What the ERP refuses of it (a right, a module whose code fails) stops this model only,
 * and is noted until it goes well again.
 *
 * @param work answers whether it is done; else the time is over
 * @returns the same, and true for a model that is refused
 * @throws OdooError where the ERP as a whole is away or refuses us
 */
export async function ofModel(
  model: PushedModel,
  { states }: ExportPorts,
  work: (state: ModelState) => Promise<boolean>,
): Promise<boolean> {
  const state = await readModelState(states, model);
  try {
    const isDone = await work(state);
    if (state.refused)
      await changeModelState(states, model, (current) => ({ ...current, refused: undefined }));
    return isDone;
  } catch (error) {
    if (!(error instanceof OdooError) || stopsAll(error)) throw error;
    await noteRefusal(model, state, error, states);
    return true;
  }
}

async function noteRefusal(
  model: PushedModel,
  { refused, fields }: ModelState,
  error: OdooError,
  states: ExportPorts['states'],
): Promise<void> {
  // A module was installed, removed or updated: what there is is asked again.
  const isOutdated = error instanceof OdooMissingFieldError || error instanceof OdooMissingModelError;
  const isKnown = refused?.code === error.code && refused.message === error.message;
  if (isKnown && !(isOutdated && fields)) return;
  await changeModelState(states, model, (current) => ({
    ...current,
    refused: { code: error.code, message: error.message },
    ...(isOutdated && { fields: undefined }),
  }));
}

/**
 * The state of a model with the fields that the ERP has of it. They are asked for once, and anew by each hourly
 * comparison, and where a Moodle wants others. Where they have become others, or the ERP itself has, everything is read once more.
 *
 * @throws OdooError
 */
export async function withFields(
  model: PushedModel,
  state: ModelState,
  isAskedAgain: boolean,
  { fields, source, states, wanted: ofAll }: ExportPorts,
): Promise<ModelState> {
  const wanted = ofAll.get(model);
  const known = new Set([...(state.fields ?? []), ...state.gaps.map(({ field }) => field)]);
  const isNoneNew = [...(wanted ?? [])].every((field) => known.has(field));
  if (state.fields && state.source === source && isNoneNew && !isAskedAgain) return state;
  if (isAskedAgain) fields.forget(model);
  // The time of creation tells a record from another one under the same id; it is kept on the item like the others.
  const split = await fields.split(model, [...copiedFields(model, wanted), 'create_date']);
  const gaps = (await gapsIn(model, fields, wanted)).map(({ model: _model, ...gap }) => gap);
  const found = { source, fields: split?.present ?? [], gaps };
  if (isDeepStrictEqual(found, { source: state.source, fields: state.fields, gaps: state.gaps }))
    return state;
  return changeModelState(states, model, (current) => ({
    ...readAnew(current, source, found.fields),
    ...found,
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
