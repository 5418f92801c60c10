import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import * as z from 'zod';
import { readEnvironment } from '#functions/environment.ts';
import { systemClock } from '#functions/system-clock.ts';
import { planPull } from '#shared/engine/pull.ts';
import { pullNames } from '#shared/engine/pull-service.ts';
import { pullServices } from '#shared/services/pull-services.ts';
import { documentClient } from '#shared/store/documents.ts';
import { instancesStore } from '#shared/store/instances-store.ts';
import { mappingsStore } from '#shared/store/mappings-store.ts';
import { pullQueue } from '#shared/store/pull-queue.ts';
import { pullStates } from '#shared/store/pull-states.ts';

const environment = readEnvironment(['MAPPINGS_TABLE', 'INSTANCES_TABLE', 'PULL_QUEUE_URL']);
const log = new Logger();
const documents = documentClient(new DynamoDBClient({}));
const instances = instancesStore(documents, environment.INSTANCES_TABLE);
const ports = {
  mappings: mappingsStore(documents, environment.MAPPINGS_TABLE),
  states: pullStates(documents, environment.MAPPINGS_TABLE, systemClock.now),
  instances,
  queue: pullQueue(new SQSClient({}), environment.PULL_QUEUE_URL),
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
