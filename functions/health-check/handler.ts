import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import middy from '@middy/core';
import * as z from 'zod';
import { awsOptions } from '#functions/aws-options.ts';
import { readEnvironment } from '#functions/environment.ts';
import { systemClock } from '#functions/system-clock.ts';
import { needsCheck } from '#shared/moodle/health/staleness.ts';
import { documentClient } from '#shared/store/documents.ts';
import { tokens } from '#shared/store/secrets/tokens.ts';
import { instanceStates } from '#shared/store/tables/instance-states.ts';
import { pullStates } from '#shared/store/tables/pull-states.ts';
import { checkInstance } from './check-instance.ts';
import { publishStates } from './metrics.ts';

const environment = readEnvironment(['INSTANCES_TABLE', 'MAPPINGS_TABLE', 'SECRET_PREFIX']);
const log = new Logger();
const metrics = new Metrics();
const documents = documentClient(awsOptions);
const states = instanceStates(documents, environment.INSTANCES_TABLE);
const ports = {
  states,
  pulls: pullStates(documents, environment.MAPPINGS_TABLE, systemClock.now),
  tokens: tokens(new SecretsManagerClient(awsOptions), environment.SECRET_PREFIX),
  now: systemClock.now,
  log,
};

/** `check`: every instance. `ages`: only those that failed or were quiet; the gauges are published by both. */
const eventSchema = z.object({ task: z.enum(['check', 'ages']) });

/** Checks instances and publishes how all of them fare. */
export const handler = middy<z.input<typeof eventSchema>, void>()
  .use(injectLambdaContext(log))
  .use(logMetrics(metrics))
  .handler(async (event): Promise<void> => {
    const { task } = eventSchema.parse(event);
    const before = await states.list();
    for (const error of before.unreadable) log.error('Instance left out', error);
    const now = systemClock.now();
    const checked = before.instances.filter(({ instance, state }) =>
      task === 'check'
        ? instance.status !== 'disabled'
        : isDue(instance.status, needsCheck(instance, state, now)),
    );
    await Promise.all(checked.map(({ instance }) => checkInstance(instance, ports)));
    publishStates(metrics, checked.length > 0 ? await states.list() : before, systemClock.now());
  });

/** A paused instance is checked in its turn only: nobody waits for it. */
function isDue(status: string, needed: boolean): boolean {
  return status === 'active' && needed;
}
