import type { Deployment } from '#cli/connection/deployment.ts';
import { type BrakedService, brakes } from '#shared/moodle/brakes.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { brakeLimit, isBrakeOn } from '#shared/sync/limits/brake.ts';
import { type HeldReader, heldIn } from './held.ts';

/** The brake of one service in one instance. Times are ISO 8601 in UTC. */
export interface BrakeReading {
  instance: string;
  service: BrakedService;
  is_on: boolean;
  /** Since when it is on, or null. */
  engaged_at: string | null;
  /** Until when the operator has released it, or null. */
  released_until: string | null;
  /** Entities or marks that wait for the operator's word. */
  held: number;
  /** What was taken away in the hour that runs, and how much may be. */
  taken_this_hour: number;
  limit: number;
  /** How many entities the Moodle holds; of marks, how many came from it. */
  in_moodle: number;
}

const hour = 60 * 60 * 1000;

/** How the brakes of an instance stand. @param of only these */
export async function readBrakes(
  deployment: Deployment,
  instance: Instance,
  heldBy: HeldReader = heldIn(deployment, instance),
  of: readonly BrakedService[] = brakes,
): Promise<BrakeReading[]> {
  const { instances, now } = deployment;
  return Promise.all(
    of.map(async (service) => {
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
        held: (await heldBy(service)).count,
        taken_this_hour: isHourRunning ? state.count : 0,
        limit: brakeLimit(instance.brake, state.holds),
        in_moodle: state.holds,
      };
    }),
  );
}
