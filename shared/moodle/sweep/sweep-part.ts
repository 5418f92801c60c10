import * as z from 'zod';
import { type PushedModel, pushedModels, servicesOfModel, sweptModels } from '#shared/models/models.ts';
import { type SweepName, serviceModels, serviceNames } from '#shared/models/services.ts';
import { type Instance, takesAttendanceFromErp } from '#shared/moodle/instance/instance.ts';

const counts = z.partialRecord(z.enum(serviceNames), z.number());
const ids = z.partialRecord(z.enum(serviceNames), z.array(z.string()));

/** Where a sweep of one instance goes on. */
export const sweepPositionSchema = z.object({
  model: z.enum(pushedModels),
  /** First what the records should be, then what is mapped and whose record is gone. */
  phase: z.enum(['records', 'mappings']),
  /** The record id or idnumber to go on after. */
  after: z.string().optional(),
  /** Mappings of each service counted so far that hold something in Moodle. */
  holds: counts.default({}),
  /** Ids of the records found so far whose push by a service would take something away. */
  subtracting: ids.default({}),
});
export type SweepPosition = z.infer<typeof sweepPositionSchema>;

/** A message of the sweep queue: a sweep of all instances, of one, or the rest of one. */
export const sweepPartSchema = z.object({
  sweep: z.enum(Object.keys(sweptModels) as [SweepName, ...SweepName[]]),
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
  const models = servicesOfModel(model).map((service) => serviceModels[service]);
  const looksThrough = (own: readonly PushedModel[]) =>
    own.some((each) => models.includes(each as (typeof models)[number]));
  return (Object.keys(sweptModels) as SweepName[])
    .filter((sweep) => looksThrough(sweptModels[sweep]))
    .filter((sweep) => sweep !== 'attendance' || takesAttendanceFromErp(instance))
    .map((sweep) => ({ sweep, instance: instance.id }));
}

/** The beginning of a model. */
export function startOf(model: PushedModel): SweepPosition {
  return { model, phase: 'records', holds: {}, subtracting: {} };
}

/** As often as sweeps are started, in milliseconds. */
const nextStart = 60 * 60_000;

/**
 * Whether the start of a sweep has lain in its queue for so long that the next one lies there too: of an hour in which
 * nothing could be run one sweep is left, and not all of them at once. One that was tried before is tried to the end, so that
 * an operator hears of it.
 *
 * @param sentAt,now milliseconds since 1970
 */
export function isOutdated(
  { instance }: SweepPart,
  { sentAt, receiveCount }: { sentAt: number; receiveCount: number },
  now: number,
): boolean {
  return instance === undefined && receiveCount === 1 && now - sentAt >= nextStart;
}
