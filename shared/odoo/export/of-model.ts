import type { PushedModel } from '#shared/models/models.ts';
import {
  NotOdooError,
  OdooDatabaseError,
  OdooError,
  OdooLoginError,
  OdooMissingFieldError,
  OdooMissingModelError,
  OdooUnavailableError,
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
    if (!isOfTheModel(error)) throw error;
    await noteRefusal(model, state, error, states);
    return true;
  }
}

function isOfTheModel(error: unknown): error is OdooError {
  const isOfTheErp =
    error instanceof OdooLoginError ||
    error instanceof OdooDatabaseError ||
    error instanceof NotOdooError ||
    error instanceof OdooUnavailableError;
  return error instanceof OdooError && !isOfTheErp;
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
