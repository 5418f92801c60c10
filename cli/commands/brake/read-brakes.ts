import type { Deployment } from '#cli/connection/deployment.ts';
import { type BrakedService, brakedServices, brakeLimit, isBrakeOn } from '#shared/engine/brake.ts';
import type { Instance } from '#shared/engine/instance.ts';
import type { Mapping } from '#shared/engine/mapping.ts';

/** The brake of one service in one instance. Times are ISO 8601 in UTC. */
export interface BrakeReading {
  instance: string;
  service: BrakedService;
  is_on: boolean;
  /** Since when it is on, or null. */
  engaged_at: string | null;
  /** Until when the operator has released it, or null. */
  released_until: string | null;
  /** Entities that wait for the operator's word. */
  held: number;
  /** What was taken away in the hour that runs, and how much may be. */
  taken_this_hour: number;
  limit: number;
  /** How many entities the Moodle holds. */
  in_moodle: number;
}

const hour = 60 * 60 * 1000;

/** How the brakes of an instance stand. */
export async function readBrakes(
  { instances, mappings, now }: Deployment,
  instance: Instance,
): Promise<BrakeReading[]> {
  const held = Map.groupBy(await mappings.listAttention(instance.id, 'held'), ({ service }) => service);
  return Promise.all(
    brakedServices.map(async (service) => {
      const state = await instances.getBrake(instance.id, service);
      const isHourRunning = state.since !== undefined && now() - Date.parse(state.since) < hour;
      const isReleased = state.released_until !== undefined && Date.parse(state.released_until) > now();
      const isOn = isBrakeOn(state);
      return {
        instance: instance.id,
        service,
        is_on: isOn,
        engaged_at: (isOn && state.engaged_at) || null,
        released_until: (isReleased && state.released_until) || null,
        held: held.get(service)?.length ?? 0,
        taken_this_hour: isHourRunning ? state.count : 0,
        limit: brakeLimit(instance.brake, state.holds),
        in_moodle: state.holds,
      };
    }),
  );
}

/** What the brake of a service holds, in the order of the idnumbers. */
export async function heldBy(
  { mappings }: Deployment,
  instance: string,
  service: BrakedService,
): Promise<Mapping[]> {
  const held = await mappings.listAttention(instance, 'held');
  return held
    .filter((mapping) => mapping.service === service)
    .toSorted((a, b) => a.idnumber.localeCompare(b.idnumber, 'en', { numeric: true }));
}
