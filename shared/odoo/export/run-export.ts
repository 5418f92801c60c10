import type { PushedModel } from '#shared/models/models.ts';
import { compare } from './compare.ts';
import { changeExportState, type ExportState } from './export-state.ts';
import { changeModelState, isReadable, type ModelState, readModelState } from './model-state.ts';
import { ofModel, withFields } from './of-model.ts';
import { endedWith, failureOf, logNews, type Outcome, withoutLease } from './outcome.ts';
import type { ExportPorts } from './ports.ts';
import { type NewestContact, newestContact, readChanges } from './read-changes.ts';
import { hasGoneBack, subtract } from './subtract.ts';

/** A model that could not be read through so often is passed over: it would hold up the comparison of all others. */
const mostUnread = 3;

/**
 * Makes a run, under a lease that has been taken: reads the changes of all models, and, where that is wanted, compares
 * all records. Where the ERP is away, the run ends and says so; nothing is concluded from it.
 *
 * @param state the state with the lease
 * @returns the state at the end
 * @throws Error for what is not the ERP's fault; the lease is given back
 */
export async function runExport(state: ExportState, ports: ExportPorts): Promise<ExportState> {
  const callsBefore = ports.client.statistics.calls;
  try {
    const outcome = await outcomeOf(state, ports);
    const calls = ports.client.statistics.calls - callsBefore;
    const models = await statesOf(ports.models, ports);
    const { after } = await changeExportState(ports.states, (current) =>
      endedWith(
        current,
        { outcome, models, holder: state.lease?.holder, run: { ...ports.counts, calls } },
        ports.clock.now(),
      ),
    );
    logNews(state, after, ports);
    return after;
  } catch (error) {
    await changeExportState(ports.states, (current) => withoutLease(current, state.lease?.holder));
    throw error;
  }
}

async function outcomeOf({ comparing_since: since }: ExportState, ports: ExportPorts): Promise<Outcome> {
  const outcome: Outcome = { isCaughtUp: false, isCompared: false };
  try {
    outcome.isCaughtUp = await changesOfAll(ports);
    if (outcome.isCaughtUp) outcome.transport = await ports.client.transport();
    if (!outcome.isCaughtUp || since === undefined) return outcome;
    return { ...outcome, ...(await comparisonOfAll(since, ports)) };
  } catch (error) {
    return { ...outcome, failure: failureOf(error) };
  }
}

/** @returns whether all has been read; else the time is over */
async function changesOfAll(ports: ExportPorts): Promise<boolean> {
  const contacts = newestContact(ports.client);
  for (const model of ports.models) {
    if (!ports.hasTime()) return false;
    const isDone = await ofModel(model, ports, (state) => changesOf(model, state, contacts, ports));
    if (!isDone) return false;
  }
  return true;
}

async function changesOf(
  model: PushedModel,
  read: ModelState,
  contacts: NewestContact,
  ports: ExportPorts,
): Promise<boolean> {
  const state = await withFields(model, read, false, ports);
  return isReadable(state) ? readChanges(model, state, contacts, ports) : true;
}

/** Compares those models that have not been since the comparison began, and then takes away what is gone. */
async function comparisonOfAll(
  since: string,
  ports: ExportPorts,
): Promise<Pick<Outcome, 'isCompared' | 'isBack' | 'isMore'>> {
  for (const model of ports.models) {
    if (!ports.hasTime()) return { isCompared: false };
    const isDone = await ofModel(model, ports, (state) => comparisonOf(model, state, since, ports));
    if (!isDone) return { isCompared: false };
  }
  const states = await statesOf(ports.models, ports);
  const compared = new Map([...states].filter(([, state]) => isCompared(state, since)));
  const isBack = hasGoneBack(compared);
  return { isCompared: true, isBack, isMore: await subtract(compared, isBack, ports) };
}

async function comparisonOf(
  model: PushedModel,
  read: ModelState,
  since: string,
  ports: ExportPorts,
): Promise<boolean> {
  if (isCompared(read, since)) return true;
  const state = await withFields(model, read, true, ports);
  // What is to be read anew as a whole is compared by that.
  if (!isReadable(state) || state.complete_at === undefined) return true;
  const end = await compare(model, state, ports);
  if (end !== 'unread') return end === 'done';
  const after = await changeModelState(ports.states, model, (current) =>
    unreadOnce(current, ports.clock.now()),
  );
  return after.unread === 0;
}

function unreadOnce(state: ModelState, now: number): ModelState {
  if (state.unread + 1 < mostUnread) return { ...state, unread: state.unread + 1 };
  return {
    ...state,
    unread: 0,
    compared_at: new Date(now).toISOString(),
    incomplete: 'too-long',
    gone: undefined,
  };
}

function isCompared({ compared_at }: ModelState, since: string): boolean {
  return compared_at !== undefined && compared_at >= since;
}

async function statesOf(
  models: readonly PushedModel[],
  { states }: ExportPorts,
): Promise<Map<PushedModel, ModelState>> {
  const all = new Map<PushedModel, ModelState>();
  for (const model of models) all.set(model, await readModelState(states, model));
  return all;
}
