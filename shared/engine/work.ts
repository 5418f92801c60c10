import type { MoodleClient } from '#shared/moodle/client.ts';
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
import { waitSeconds } from './retry-tiers.ts';
import type { Session } from './session.ts';
import { unitSize, type WorkUnit } from './work-unit.ts';
import { World } from './world.ts';

/** What working off a unit needs. */
export interface WorkPorts {
  records: RecordReader;
  links: LinkReader;
  mappings: MappingStore;
  brake: Brake;
  /** Sends units after a delay of any length. */
  later: { send(units: WorkUnit[], delaySeconds: number): Promise<void> };
  permanentFailures: PermanentFailures;
  services: ServiceRegistry;
  clock: Clock;
  log: Log;
}

/**
 * Works off one unit: pushes its records, sends back what has to be tried again, and hands over what has failed
 * for the last time.
 *
 * @param isRedelivered true where the message was delivered before: the worker that had it died or ran out of time,
 *   and what it wrote to Moodle is unknown, so the hashes are not believed
 */
export async function work(
  unit: WorkUnit,
  instance: Instance,
  client: MoodleClient,
  ports: WorkPorts,
  isRedelivered: boolean,
): Promise<PushRecord> {
  const session: Session = {
    instance,
    client,
    world: new World(instance, ports.records, ports.links, ports.mappings),
    brake: ports.brake,
    clock: ports.clock,
    log: ports.log,
    force: unit.force === true || isRedelivered,
  };
  const record = await pushUnit(session, ports.services, unit);
  for (const mapping of record.exhausted) await ports.permanentFailures.send(mapping);
  for (const [delaySeconds, units] of unitsAgain(instance.id, record.again))
    await ports.later.send(units, delaySeconds);
  report(unit, record, ports.log);
  return record;
}

/** Sends a unit that cannot be tried now (paused, unreadable settings, no token) back for later. No attempt is lost. */
export async function postpone(unit: WorkUnit, ports: Pick<WorkPorts, 'later'>): Promise<void> {
  await ports.later.send([unit], waitSeconds);
}

/** Records to push again as units: together what waits equally long. */
export function unitsAgain(instance: string, again: Again[]): Map<number, WorkUnit[]> {
  const groups = Map.groupBy(
    again,
    ({ service, delaySeconds, failureId }) => `${delaySeconds} ${service} ${failureId === undefined}`,
  );
  const units = new Map<number, WorkUnit[]>();
  for (const group of groups.values()) {
    const [{ service, delaySeconds }] = group as [Again];
    for (const ids of chunks([...new Set(group.map(({ id }) => id))])) {
      const failures = group.flatMap(({ id, failureId }) =>
        failureId && ids.includes(id) ? [failureId] : [],
      );
      const unit: WorkUnit = { instance, service, ids, ...(failures.length > 0 && { retry_of: failures }) };
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
  const counts: Record<string, number> = {};
  for (const outcome of record.outcomes.values()) {
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
  log.info('Unit worked off', {
    instance: unit.instance,
    service: unit.service,
    records: unit.ids.length,
    ...counts,
  });
}
