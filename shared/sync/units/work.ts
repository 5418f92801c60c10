import { planMoved } from '#shared/models/changes/ripple.ts';
import type { LinkReader, RecordReader } from '#shared/models/records.ts';
import type { MoodleCaller } from '#shared/moodle/client/caller.ts';
import { failureOf } from '#shared/moodle/failures.ts';
import { getSiteInfo } from '#shared/moodle/functions/site.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { Mapping, MappingStore } from '#shared/moodle/mappings/mapping.ts';
import { pushUnit } from '#shared/moodle/push/push.ts';
import type { PushContext } from '#shared/moodle/push/push-context.ts';
import type { Again, PushLedger } from '#shared/moodle/push/push-ledger.ts';
import type { ServiceRegistry } from '#shared/moodle/push/push-service.ts';
import { RecordView } from '#shared/moodle/push/record-view.ts';
import type { WakeQueue } from '#shared/moodle/push/work-unit.ts';
import { cutUnits, unitSize, type WorkUnit } from '#shared/moodle/push/work-unit.ts';
import type { Failure } from '#shared/sync/failure.ts';
import type { Brake } from '#shared/sync/limits/brake.ts';
import type { Breaker } from '#shared/sync/limits/breaker.ts';
import type { Clock, Log } from '#shared/sync/ports.ts';
import { type Delivery, letIn, type ParkingPorts, placeOf, putAside } from './parking.ts';
import { type AttentionReader, releaseDependents, releaseInstance } from './release.ts';

/** Takes what failed for the last time, for an operator to look at. */
export interface PermanentFailures {
  send(mapping: Mapping): Promise<void>;
}

/** What working off a unit needs. */
export interface WorkPorts extends ParkingPorts {
  records: RecordReader;
  links: LinkReader;
  mappings: MappingStore & AttentionReader;
  brake: Brake;
  breaker: Breaker;
  wakes: WakeQueue;
  permanentFailures: PermanentFailures;
  services: ServiceRegistry;
  clock: Clock;
  log: Log;
}

/**
 * Works off one unit, where its instance may be called and has a worker free for it; else the unit is put aside until it
 * is let in. What ends lets in the next.
 *
 * @returns what came of it, or undefined where the unit has to wait for the instance
 */
export async function work(
  unit: WorkUnit,
  instance: Instance,
  client: MoodleCaller,
  ports: WorkPorts,
  delivery: Delivery,
): Promise<PushLedger | undefined> {
  const place = placeOf(unit, delivery);
  if (!(await ports.bulkhead.enter(instance, place))) {
    await putAside(unit, ports, delivery);
    // Whoever has left in the meantime did not see it.
    await letIn(instance, ports, 1);
    return undefined;
  }
  if (!(await mayCall(instance, client, ports))) {
    await putAside(unit, ports, delivery);
    // The instance may have come back in the meantime, and whoever saw that did not see the unit.
    if (!(await ports.breaker.isOpen(instance))) await letIn(instance, ports, 1);
    return undefined;
  }
  try {
    return await workOff(unit, instance, client, ports, delivery.isRedelivered);
  } finally {
    await ports.bulkhead.leave(instance, place);
    await letIn(instance, ports, 1);
  }
}

/** Pushes the records, sends back what has to be tried again, and releases what waited for any of it. */
async function workOff(
  unit: WorkUnit,
  instance: Instance,
  client: MoodleCaller,
  ports: WorkPorts,
  isRedelivered: boolean,
): Promise<PushLedger> {
  const context: PushContext = {
    instance,
    client,
    view: new RecordView(instance, ports.records, ports.links, ports.mappings),
    brake: ports.brake,
    clock: ports.clock,
    log: ports.log,
    force: unit.force === true || isRedelivered,
    doubted: new Set(),
  };
  const callsBefore = client.statistics.calls;
  const record = await pushUnit(context, ports.services, unit);
  // First of all: whatever becomes of the rest, the others have to know.
  if (context.failure) await noteFailure(instance, context.failure, ports);
  for (const mapping of record.exhausted) await ports.permanentFailures.send(mapping);
  for (const [delaySeconds, units] of unitsAgain(instance.id, record.again)) {
    await ports.later.send(units, delaySeconds);
  }
  const moved = await planMoved(record.moved, ports);
  for (const [service, ids] of moved) await ports.later.send(cutUnits(instance.id, service, ids), 0);
  await releaseDependents(instance.id, 'waiting', record.recovered, ports);
  await releaseDependents(instance.id, 'conflict', record.updated, ports);
  if (!context.failure && client.statistics.calls > callsBefore) await noteAnswer(instance, ports);
  report(unit, record, ports.log);
  return record;
}

/** Asks whether an instance is back, if it is time; where it is, lets in what waits for it. */
export async function wake(instance: Instance, client: MoodleCaller, ports: WorkPorts): Promise<void> {
  if (await mayCall(instance, client, ports)) await letIn(instance, ports);
}

/**
 * Notes that an instance cannot be called as it is set up here: its row or its token cannot be read. An operator has to put
 * it right; it is looked again from time to time, as at one that does not answer.
 */
export async function noteUnusable(
  instance: { id: string },
  reason: string,
  ports: Pick<WorkPorts, 'breaker' | 'wakes'>,
): Promise<void> {
  const advice = 'Put right what the reason names; what waits is pushed by itself then.';
  const admission = await ports.breaker.admit(instance);
  if (admission.kind === 'probe') await ports.wakes.wake(instance.id, admission.nextSeconds);
  await noteFailure(instance, { class: 'misconfigured', code: 'unusable', reason, advice }, ports);
}

/**
 * Whether the instance may be called. Probes it if it is time, and before that sees to the next probe: should this worker
 * die, there is one all the same.
 */
async function mayCall(instance: Instance, client: MoodleCaller, ports: WorkPorts): Promise<boolean> {
  const admission = await ports.breaker.admit(instance);
  if (admission.kind !== 'probe') return admission.kind === 'call';
  await ports.wakes.wake(instance.id, admission.nextSeconds);
  try {
    await getSiteInfo(client);
  } catch (error) {
    await noteFailure(instance, failureOf(error), ports);
    return false;
  }
  await noteAnswer(instance, ports);
  return true;
}

/** Tells the breaker, and sees to the first probe where that opens it. */
async function noteFailure(
  instance: { id: string },
  failure: Failure,
  ports: Pick<WorkPorts, 'breaker' | 'wakes'>,
): Promise<void> {
  const probeIn = await ports.breaker.failed(instance, failure);
  if (probeIn !== undefined) await ports.wakes.wake(instance.id, probeIn);
}

/** An instance that is back gets what failed because it was away, and what has waited for it. */
async function noteAnswer(instance: Instance, ports: WorkPorts): Promise<void> {
  if (!(await ports.breaker.answered(instance))) return;
  const released = await releaseInstance(instance.id, ports);
  ports.log.info('Released what failed because the instance was away', {
    instance: instance.id,
    records: released,
  });
  await letIn(instance, ports);
}

/** Records to push again as units: together what failed for the same class of reasons and waits equally long. */
export function unitsAgain(instance: string, again: Again[]): Map<number, WorkUnit[]> {
  const groups = Map.groupBy(
    again,
    ({ service, delaySeconds, failureId, failureClass, waited }) =>
      `${delaySeconds} ${service} ${failureClass} ${failureId === undefined} ${waited}`,
  );
  const units = new Map<number, WorkUnit[]>();
  for (const group of groups.values()) {
    const [{ service, delaySeconds, waited }] = group as [Again];
    for (const ids of chunks([...new Set(group.map(({ id }) => id))])) {
      const failures = group.flatMap(({ id, failureId }) =>
        failureId && ids.includes(id) ? [failureId] : [],
      );
      const unit: WorkUnit = {
        instance,
        service,
        ids,
        ...(failures.length > 0 && { retry_of: failures }),
        ...(waited !== undefined && { waited }),
      };
      units.set(delaySeconds, [...(units.get(delaySeconds) ?? []), unit]);
    }
  }
  return units;
}

function chunks(ids: string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / unitSize) }, (_, index) =>
    ids.slice(index * unitSize, (index + 1) * unitSize),
  );
}

function report(unit: WorkUnit, record: PushLedger, log: Log): void {
  const outcomes: Record<string, Record<string, number>> = {};
  for (const outcome of record.outcomes.values()) {
    if (outcome.result === 'nothing') continue;
    outcomes[outcome.service] ??= {};
    const counts = outcomes[outcome.service]!;
    counts[outcome.result] = (counts[outcome.result] ?? 0) + 1;
    if (outcome.result !== 'failed') continue;
    const { failure, idnumber, source } = outcome;
    log.warn('Not pushed', {
      instance: unit.instance,
      model: source.model,
      record_id: source.id,
      idnumber,
      failure_class: failure.class,
      code: failure.code,
      field: failure.field,
      reason: failure.reason,
    });
  }
  const { instance, service, ids } = unit;
  log.info('Unit worked off', {
    instance,
    push_service: service,
    ids,
    outcomes,
    retry: unit.retry_of !== undefined,
  });
}
