import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { SQSClient } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import * as z from 'zod';
import { awsOptions } from '#functions/aws-options.ts';
import { readEnvironment } from '#functions/environment.ts';
import { systemClock } from '#functions/system-clock.ts';
import { type Instance, takesAttendanceFromErp } from '#shared/moodle/instance/instance.ts';
import { pullServices } from '#shared/moodle/pull-services.ts';
import { planPull } from '#shared/moodle/pulls/pull.ts';
import { pullNames } from '#shared/moodle/pulls/pull-service.ts';
import { documentClient } from '#shared/store/documents.ts';
import { pullQueue } from '#shared/store/queues/pull-queue.ts';
import { sweepQueue } from '#shared/store/queues/sweep-queue.ts';
import { instancesStore } from '#shared/store/tables/instances-store.ts';
import { mappingsStore } from '#shared/store/tables/mappings-store.ts';
import { pullStates } from '#shared/store/tables/pull-states.ts';

const environment = readEnvironment([
  'MAPPINGS_TABLE',
  'INSTANCES_TABLE',
  'PULL_QUEUE_URL',
  'SWEEP_QUEUE_URL',
]);
const log = new Logger();
const documents = documentClient(awsOptions);
const sqs = new SQSClient(awsOptions);
const instances = instancesStore(documents, environment.INSTANCES_TABLE);
const sweeps = sweepQueue(sqs, environment.SWEEP_QUEUE_URL);
const ports = {
  mappings: mappingsStore(documents, environment.MAPPINGS_TABLE),
  states: pullStates(documents, environment.MAPPINGS_TABLE, systemClock.now),
  instances,
  queue: pullQueue(sqs, environment.PULL_QUEUE_URL),
  clock: systemClock,
  log,
};

const eventSchema = z.object({ pull: z.enum(pullNames) });

/** Plans a pull in every instance. One that cannot be planned is told of at the end and keeps no other from it. */
export const handler = middy<z.input<typeof eventSchema>, void>()
  .use(injectLambdaContext(log))
  .handler(async (event): Promise<void> => {
    const { pull } = eventSchema.parse(event);
    const { instances: all, unreadable } = await instances.list();
    for (const error of unreadable) log.error('Instance left out', error);
    if (pull === 'attendance') await sweepAttendance(all);
    const failures: unknown[] = [];
    for (const instance of all) {
      try {
        await planPull(pullServices[pull], instance, ports);
      } catch (error) {
        log.error('Pull not planned', { instance: instance.id, pull, error: error as Error });
        failures.push(error);
      }
    }
    if (failures.length > 0)
      throw new AggregateError(failures, `The pull ${pull} was not planned everywhere.`);
  });

/** Attendance is synced by one schedule in both directions: where the ERP takes it, what was missed is pushed. */
async function sweepAttendance(all: Instance[]): Promise<void> {
  const swept = all.filter((instance) => instance.status === 'active' && takesAttendanceFromErp(instance));
  await sweeps.send(swept.map(({ id }) => ({ sweep: 'attendance', instance: id })));
}
