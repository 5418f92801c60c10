import * as z from 'zod';
import { compose } from '#functions/compose.ts';
import { scheduleHandler } from '#functions/handlers.ts';
import { type Instance, takesAttendanceFromErp } from '#shared/moodle/instance/instance.ts';
import { pullServices } from '#shared/moodle/pull-services.ts';
import { planPull } from '#shared/moodle/pulls/pull.ts';
import { pullNames } from '#shared/moodle/pulls/pull-ports.ts';
import { pullPlanner } from './declaration.ts';

const { parts, clock, log } = compose(pullPlanner);

const eventSchema = z.object({ pull: z.enum(pullNames) });

/** Plans a pull in every instance. One that cannot be planned is told of at the end and keeps no other from it. */
export const handler = scheduleHandler({ log }, eventSchema, async ({ pull }) => {
  const { instances: all, unreadable } = await parts.instances.list();
  for (const error of unreadable) log.error('Instance left out', error);
  if (pull === 'attendance') await sweepAttendance(all);
  const failures: unknown[] = [];
  for (const instance of all) {
    try {
      await planPull(pullServices[pull], instance, { ...parts, clock, log });
    } catch (error) {
      log.error('Pull not planned', { instance: instance.id, pull, error: error as Error });
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `The pull ${pull} was not planned everywhere.`);
});

/** Attendance is synced by one schedule in both directions: where the ERP takes it, what was missed is pushed. */
async function sweepAttendance(all: Instance[]): Promise<void> {
  const swept = all.filter((instance) => instance.status === 'active' && takesAttendanceFromErp(instance));
  await parts.sweeps.send(swept.map(({ id }) => ({ sweep: 'attendance', instance: id })));
}
