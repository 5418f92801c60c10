import type { MoodleCaller } from '#shared/moodle/caller.ts';
import { getSiteInfo } from '#shared/moodle/functions/site.ts';
import type { Breaker } from './breaker.ts';
import { type Bulkhead, bulkheadSeconds } from './bulkhead.ts';
import { failureOf } from './failures.ts';
import type { Instance } from './instance.ts';
import type {
  Brake,
  Clock,
  LinkReader,
  Log,
  MappingStore,
  PermanentFailures,
  RecordReader,
} from './ports.ts';
import { pushUnit } from './push.ts';
import type { Again, PushRecord } from './push-record.ts';
import type { ServiceRegistry } from './push-service.ts';
import { type AttentionReader, releaseDependents, releaseInstance } from './release.ts';
import { waitSeconds } from './retry-tiers.ts';
import { planMoved } from './ripple.ts';
import type { Session } from './session.ts';
import { cutUnits, unitSize, type WorkUnit } from './work-unit.ts';
import { World } from './world.ts';

/** What working off a unit needs. */
export interface WorkPorts {
  records: RecordReader;
  links: LinkReader;
  mappings: MappingStore & AttentionReader;
  brake: Brake;
  breaker: Breaker;
  bulkhead: Bulkhead;
  /** Sends units after a delay of any length. */
  later: { send(units: WorkUnit[], delaySeconds: number): Promise<void> };
  permanentFailures: PermanentFailures;
  services: ServiceRegistry;
  clock: Clock;
  log: Log;
}

/** How a unit came. */
export interface Delivery {
  /** Of its message. */
  id: string;
  /**
   * Whether the message was delivered before: the worker that had it died or ran out of time, and what it wrote to
   * Moodle is unknown, so the hashes are not believed.
   */
  isRedelivered: boolean;
}

/**
 * Works off one unit, where its instance has a worker free for it.
 *
 * @returns what came of it, or undefined where the unit has to wait for the instance
 */
export async function work(
  unit: WorkUnit,
  instance: Instance,
  client: MoodleCaller,
  ports: WorkPorts,
  { id, isRedelivered }: Delivery,
): Promise<PushRecord | undefined> {
  if (!(await ports.bulkhead.enter(instance, id))) {
    await postpone(unit, ports, isRedelivered, bulkheadSeconds);
    return undefined;
  }
  try {
    return await workOff(unit, instance, client, ports, isRedelivered);
  } finally {
    await ports.bulkhead.leave(instance, id);
  }
}

/**
 * Asks the instance's breaker, pushes the records, sends back what has to be tried again, hands over what has failed
 * for the last time, and releases what waited for any of it.
 */
async function workOff(
  unit: WorkUnit,
  instance: Instance,
  client: MoodleCaller,
  ports: WorkPorts,
  isRedelivered: boolean,
): Promise<PushRecord | undefined> {
  const session: Session = {
    instance,
    client,
    world: new World(instance, ports.records, ports.links, ports.mappings),
    brake: ports.brake,
    clock: ports.clock,
    log: ports.log,
    force: unit.force === true || isRedelivered,
    doubted: new Set(),
  };
  const wait = await waitForInstance(instance, client, ports);
  if (wait !== undefined) {
    await postpone(unit, ports, isRedelivered, wait);
    return undefined;
  }
  const callsBefore = client.statistics.calls;
  const record = await pushUnit(session, ports.services, unit);
  for (const mapping of record.exhausted) await ports.permanentFailures.send(mapping);
  for (const [delaySeconds, units] of unitsAgain(instance.id, record.again)) {
    await ports.later.send(units, delaySeconds);
  }
  const moved = await planMoved(record.moved, ports);
  for (const [service, ids] of moved) await ports.later.send(cutUnits(instance.id, service, ids), 0);
  await releaseDependents(instance.id, 'waiting', record.recovered, ports);
  await releaseDependents(instance.id, 'conflict', record.updated, ports);
  if (session.failure) await ports.breaker.failed(instance, session.failure);
  else if (client.statistics.calls > callsBefore) await noteAnswer(instance, ports);
  report(unit, record, ports.log);
  return record;
}

/** Undefined when the instance may be called, else for how many seconds the unit has to wait. Probes if it is time. */
async function waitForInstance(
  instance: Instance,
  client: MoodleCaller,
  ports: WorkPorts,
): Promise<number | undefined> {
  const admission = await ports.breaker.admit(instance);
  if (admission.kind === 'call') return undefined;
  if (admission.kind === 'wait') return admission.seconds;
  try {
    await getSiteInfo(client);
  } catch (error) {
    await ports.breaker.failed(instance, failureOf(error));
    const next = await ports.breaker.admit(instance);
    return next.kind === 'wait' ? next.seconds : 0;
  }
  await noteAnswer(instance, ports);
  return undefined;
}

/** An instance that is back gets what failed because it was away. */
async function noteAnswer(instance: Instance, ports: WorkPorts): Promise<void> {
  if (!(await ports.breaker.answered(instance))) return;
  const released = await releaseInstance(instance.id, ports);
  ports.log.info('Released what failed because the instance was away', {
    instance: instance.id,
    records: released,
  });
}

/** Waiting units come back one after another and not all at the same moment. */
const spreadSeconds = 30;

/**
 * Sends a unit that cannot be tried now (instance away, paused, misconfigured) back for later. No attempt is lost.
 *
 * @param isRedelivered kept as a doubt about what Moodle holds
 */
export async function postpone(
  unit: WorkUnit,
  ports: Pick<WorkPorts, 'later'>,
  isRedelivered: boolean,
  seconds: number = waitSeconds,
): Promise<void> {
  const delay = Math.min(seconds + Math.floor(Math.random() * spreadSeconds), waitSeconds);
  await ports.later.send([isRedelivered ? { ...unit, force: true } : unit], delay);
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

function report(unit: WorkUnit, record: PushRecord, log: Log): void {
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
