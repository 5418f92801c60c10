import type { PushedModel } from '#shared/models/models.ts';
import { instanceSchema } from '#shared/moodle/instance/instance.ts';
import { presentIds } from '#shared/odoo/calls/read.ts';
import { OdooAccessError } from '#shared/odoo/client/errors.ts';
import { inLanes } from '#shared/sync/in-lanes.ts';
import { askBrake } from '#shared/sync/limits/brake.ts';
import { changeModelState, type ModelState } from './model-state.ts';
import type { ExportPorts } from './ports.ts';

/** How much of a model may vanish in an hour before the operator is asked: as of an instance, where it says nothing. */
const settings = instanceSchema.shape.brake.parse(undefined);
/** Deletions at a time. */
const lanes = 20;
/** Vanished records that are later than all the ERP has: so many together are no registrar taking back a mistake. */
const newerToDistrust = 3;

type States = ReadonlyMap<PushedModel, ModelState>;

/**
 * Whether the ERP has gone back in time, as after a backup was restored: it has a record in an older state than it was
 * read in, has given an id again, or in several models the records that were saved last are gone.
 */
export function hasGoneBack(states: States): boolean {
  const all = [...states.values()];
  if (all.some(({ older, replaced }) => older !== undefined || replaced !== undefined)) return true;
  const behind = all.filter(({ gone }) => gone !== undefined && gone.newer > 0);
  return behind.length > 1 && behind.reduce((sum, { gone }) => sum + gone!.newer, 0) >= newerToDistrust;
}

/**
 * The state of a model after asking to take away what is gone. Never all of a model's records, never more than the
 * brake lets pass, and nothing where the ERP has gone back in time: that waits for the operator's word.
 *
 * @param count how many are gone for certain
 * @param now milliseconds since 1970
 */
export function askToSubtract(
  state: ModelState,
  count: number,
  isBack: boolean,
  now: number,
): { allowed: boolean; state: ModelState } {
  const asked = { ...state.brake, holds: state.gone?.of ?? 0 };
  const answer = askBrake(asked, settings, count, now, isBack || count >= asked.holds);
  if (answer.state === asked) return { allowed: answer.allowed, state };
  const { holds: _holds, ...brake } = answer.state;
  return { allowed: answer.allowed, state: { ...state, brake } };
}

/** The state once nothing is gone any more: what was held has come back, and there is nothing to wait for. */
export function withNothingHeld(state: ModelState): ModelState {
  if (state.gone !== undefined || state.brake.engaged_at === undefined) return state;
  return { ...state, brake: { ...state.brake, engaged_at: undefined } };
}

/**
 * Deletes from the table what the ERP no longer has, children before parents, once all models have been compared.
 *
 * @param isBack whether the ERP has gone back in time
 * @returns whether more is gone than was looked at
 * @throws OdooError
 */
export async function subtract(states: States, isBack: boolean, ports: ExportPorts): Promise<boolean> {
  let isMore = false;
  for (const [model, state] of [...states].reverse()) {
    if (state.gone) isMore = (await subtractFrom(model, state, isBack, ports)) || isMore;
    else if (withNothingHeld(state) !== state) await changeModelState(ports.states, model, withNothingHeld);
  }
  return isMore;
}

async function subtractFrom(
  model: PushedModel,
  state: ModelState,
  isBack: boolean,
  ports: ExportPorts,
): Promise<boolean> {
  const { ids, count } = state.gone!;
  const certain = await certainlyGone(model, ids, ports);
  if (certain === undefined) return false;
  // Of those that were not looked at, all may be gone.
  const asked = certain.length + (count - ids.length);
  if (asked === 0) {
    await changeModelState(ports.states, model, (current) => ({ ...current, gone: undefined }));
    return false;
  }
  let allowed = false;
  await changeModelState(ports.states, model, (current) => {
    const answer = askToSubtract(current, asked, isBack, ports.clock.now());
    allowed = answer.allowed;
    return answer.state;
  });
  if (!allowed) return false;
  await remove(model, certain, ports);
  ports.log.info('Deleted: the ERP no longer has them', { model, records: certain.length });
  await changeModelState(ports.states, model, (current) => ({ ...current, gone: undefined }));
  return count > ids.length;
}

/** Looks each vanished record up by itself; undefined, and noted, where a record rule hides one of them. */
async function certainlyGone(
  model: PushedModel,
  ids: readonly string[],
  { client, states }: ExportPorts,
): Promise<string[] | undefined> {
  try {
    const present = await presentIds(client, model, ids.map(Number));
    return ids.filter((id) => !present.has(Number(id)));
  } catch (error) {
    if (!(error instanceof OdooAccessError)) throw error;
    await changeModelState(states, model, (current) => ({
      ...current,
      gone: undefined,
      incomplete: 'hidden' as const,
    }));
    return undefined;
  }
}

async function remove(
  model: PushedModel,
  ids: readonly string[],
  { records, counts }: ExportPorts,
): Promise<void> {
  const items = await records.getMany(model, ids);
  await inLanes([...items.values()], { lanes }, async (item) => {
    if (await records.remove(item)) counts.deleted += 1;
  });
}
