import type { ServiceName } from '#shared/models/services.ts';
import { type BrakeState, type BrakeStore, isBrakeOn } from '#shared/sync/limits/brake.ts';

/** The services that can take something away: accounts, courses, enrolments, the roles of parents. The others have nothing to brake. */
export const brakedServices = [
  'subjects',
  'students',
  'faculty',
  'parents',
  'enrolments',
  'teaching',
  'children',
] as const satisfies readonly ServiceName[];

/** The same on the way back: marks that a pull takes back in the records, and those that the import deletes in the ERP. */
export const markBrakes = ['marks', 'imported-marks'] as const;

export type MarkBrake = (typeof markBrakes)[number];

export function isMarkBrake(name: string): name is MarkBrake {
  return (markBrakes as readonly string[]).includes(name);
}

/** Everything that can be held: the brakes that an operator sees. */
export const brakes = [...brakedServices, ...markBrakes] as const;

export type BrakedService = (typeof brakes)[number];

/** The brakes of an instance that wait for the operator's word. */
export async function brakesOn(
  store: Pick<BrakeStore, 'getBrake'>,
  instance: string,
): Promise<{ service: BrakedService; state: BrakeState }[]> {
  const states = await Promise.all(
    brakes.map(async (service) => ({ service, state: await store.getBrake(instance, service) })),
  );
  return states.filter(({ state }) => isBrakeOn(state));
}
