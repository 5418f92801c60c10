import { isInDoubt, isUndecided, type Mapping, newMapping } from '#shared/moodle/mappings/mapping.ts';
import { isLookDue } from '#shared/moodle/push/conflict-owners.ts';
import type { Built, Entity } from '#shared/moodle/push/entity.ts';
import { leftOutIdnumber, leftOutOf } from '#shared/moodle/push/push-ledger.ts';
import type { PushService } from '#shared/moodle/push/push-service.ts';
import { isFailureOfInstance } from '#shared/sync/failure.ts';
import { payloadHash } from '#shared/sync/hash.ts';
import { lostMilliseconds } from '#shared/sync/units/waits.ts';

/** What a sweep does about an entity: nothing, push it, or push it where the brake allows to take something away. */
export type Verdict = 'leave' | 'push' | 'subtract';

/** What a verdict depends on besides the entity and its mapping. */
export interface Circumstances {
  instance: string;
  service: PushService;
  /** Milliseconds since 1970. */
  now: number;
  isBrakeOn: boolean;
  /** Whether what a waiting mapping waits for is there, or no longer expected; whether a conflict's other side has changed. */
  isReleased(mapping: Mapping): Promise<boolean>;
}

/** Compares what a record should be in Moodle with what its mapping says, as the worker does, but touches nothing. */
export async function judge(
  built: Built,
  idnumber: string,
  mapping: Mapping | undefined,
  circumstances: Circumstances,
): Promise<Verdict> {
  // A failure to change something that the ERP no longer has is told of no longer.
  if (built.kind === 'nothing') return mapping?.failure ? 'push' : 'leave';
  if (built.kind === 'failed') {
    if (mapping?.failure?.reason !== built.failure.reason) return 'push';
    return (await mayGoOn(mapping, circumstances)) ? 'push' : 'leave';
  }
  const { entity } = built;
  if (mapping?.moodle_id === undefined && !entity.active) return isInDoubt(mapping) ? 'push' : 'leave';
  if (!mapping) return verdictOn(entity, undefined, idnumber, circumstances);
  if (isUndecided(mapping)) return 'leave';
  const hash = payloadHash(entity.payload);
  if (mapping.sync_hash === hash && !circumstances.service.isOpen?.(entity, mapping)) {
    return mapping.status === 'synced' && !isLeftOutChanged(entity, mapping) ? 'leave' : 'push';
  }
  const verdict = verdictOn(entity, mapping, idnumber, circumstances);
  // While the brake is on, the worker would find no more than the sweep does.
  if (mapping.status === 'held') return verdict === 'subtract' && circumstances.isBrakeOn ? 'leave' : verdict;
  const isFailedAsItIs = mapping.failure !== undefined && mapping.attempted_hash === hash;
  if (isFailedAsItIs && !(await mayGoOn(mapping, circumstances))) return 'leave';
  return verdict;
}

function verdictOn(
  entity: Entity,
  mapping: Mapping | undefined,
  idnumber: string,
  { instance, service, now }: Circumstances,
): Verdict {
  const known = mapping ?? newMapping(instance, idnumber, service.name, entity.source);
  return service.takesAway(entity, known, now) ? 'subtract' : 'push';
}

/** Whether something that failed, with nothing changed since, is to be tried again now. */
async function mayGoOn(mapping: Mapping, circumstances: Circumstances): Promise<boolean> {
  const { now, isReleased } = circumstances;
  switch (mapping.status) {
    case 'failed':
      return isLate(mapping.next_attempt_at, now) || isToBeReleased(mapping, circumstances);
    case 'waiting':
      return isReleased(mapping);
    case 'conflict':
      return isLookDue(mapping, now) || (await isReleased(mapping));
    default:
      return false;
  }
}

/**
 * Whether it failed only because the instance was away, and the worker that saw it come back did not release it. Nor
 * is it left while the instance is still away: sweeps are made then only where no unit waits that would probe it.
 */
function isToBeReleased(mapping: Mapping, { now }: Circumstances): boolean {
  return isFailureOfInstance(mapping.failure) && isLate(mapping.last_failed_at, now);
}

function isLate(time: string | undefined, now: number): boolean {
  return time === undefined || Date.parse(time) + lostMilliseconds <= now;
}

/** Whether other records are left out of the entity now than at its last push: their mappings are to follow. */
function isLeftOutChanged(entity: Entity, mapping: Mapping): boolean {
  const now = (entity.leftOut ?? []).map(({ source }) => leftOutIdnumber(source));
  return now.sort().join() !== leftOutOf(mapping).sort().join();
}
