import * as z from 'zod';
import type { PushedModel } from '#shared/oec/models.ts';
import { type ServiceName, serviceNames } from './entity.ts';
import { type Instance, takesAttendanceFromErp } from './instance.ts';
import { servicesOfModel } from './services-of-model.ts';

/** The sweeps, and the services that each looks through, parents before children. */
export const sweepServices = {
  structure: ['departments', 'programs', 'subjects', 'batches'],
  people: ['students', 'faculty'],
  enrolments: ['enrolments', 'teaching'],
  attendance: ['attendance'],
} as const satisfies Record<string, readonly ServiceName[]>;

export type SweepName = keyof typeof sweepServices;

/** Where a sweep of one instance goes on. */
export const sweepPositionSchema = z.object({
  service: z.enum(serviceNames),
  /** First what the records should be, then what is mapped and whose record is gone. */
  phase: z.enum(['records', 'mappings']),
  /** The record id or idnumber to go on after. */
  after: z.string().optional(),
  /** Mappings counted so far that hold something in Moodle. */
  holds: z.number().default(0),
  /** Ids of the records found so far whose push would take something away. */
  subtracting: z.array(z.string()).default([]),
});
export type SweepPosition = z.infer<typeof sweepPositionSchema>;

/** A message of the sweep queue: a sweep of all instances, of one, or the rest of one. */
export const sweepPartSchema = z.object({
  sweep: z.enum(Object.keys(sweepServices) as [SweepName, ...SweepName[]]),
  instance: z.string().optional(),
  position: sweepPositionSchema.optional(),
});
export type SweepPart = z.infer<typeof sweepPartSchema>;

/**
 * The sweeps of an instance, as its schedules would start them within the next hour.
 *
 * @param model only those that find what is to be pushed because of its records
 */
export function sweepsOf(instance: Instance, model?: PushedModel): { sweep: SweepName; instance: string }[] {
  const services = servicesOfModel(model);
  const looksFor = (own: readonly ServiceName[]) => own.some((service) => services.includes(service));
  return (Object.keys(sweepServices) as SweepName[])
    .filter((sweep) => looksFor(sweepServices[sweep]))
    .filter((sweep) => sweep !== 'attendance' || takesAttendanceFromErp(instance))
    .map((sweep) => ({ sweep, instance: instance.id }));
}

/** The beginning of a service. */
export function startOf(service: ServiceName): SweepPosition {
  return { service, phase: 'records', holds: 0, subtracting: [] };
}
