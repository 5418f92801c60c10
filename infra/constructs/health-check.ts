import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from '#infra/config.ts';
import { bindTokens } from '#infra/constructs/bind-tokens.ts';
import type { Network } from '#infra/constructs/network.ts';
import type { Schedules } from '#infra/constructs/schedules.ts';
import { SyncFunction } from '#infra/constructs/sync-function.ts';
import type { Tables } from '#infra/constructs/tables.ts';

/**
 * How often the gauges of the instances are published, and instances that failed or were quiet are checked again.
 * Alarms need it more often than the check of every instance; it is their period, so it is not configurable.
 */
export const gaugePeriod = Duration.minutes(15);

export interface HealthCheckProps {
  readonly config: Config;
  readonly tables: Tables;
  readonly schedules: Schedules;
  readonly network?: Network | undefined;
}

/** health-check: asks each Moodle whether it can be synced with, and publishes how all of them fare. */
export function createHealthCheck(scope: Construct, props: HealthCheckProps): SyncFunction {
  const { config, tables, schedules, network } = props;
  const healthCheck = new SyncFunction(scope, 'HealthCheck', {
    config,
    name: 'health-check',
    // All instances are asked at once, each with two calls of at most 20 s.
    timeout: Duration.minutes(1),
    ...(network && { network }),
  });
  healthCheck.bindTable({
    table: tables.instances,
    actions: ['Scan', 'UpdateItem'],
    variable: 'INSTANCES_TABLE',
  });
  // What the pulls have found and could not tell.
  healthCheck.bindTable({ table: tables.mappings, actions: ['Query'], variable: 'MAPPINGS_TABLE' });
  bindTokens(healthCheck, config);

  const target = schedules.functionTarget('HealthCheck', healthCheck, {
    maxEventAge: gaugePeriod,
    retryAttempts: 0,
  });
  schedules.add('HealthCheckSchedule', {
    expression: config.schedules.healthCheck,
    description: 'Checks every Moodle',
    target,
    input: { task: 'check' },
  });
  schedules.add('HealthAgesSchedule', {
    expression: `rate(${gaugePeriod.toMinutes()} minutes)`,
    description: 'Publishes how the Moodles fare, and checks those that failed or were quiet',
    target,
    input: { task: 'ages' },
  });
  return healthCheck;
}
