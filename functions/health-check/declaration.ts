import { declare } from '#functions/declaration.ts';
import { tokens } from '#shared/store/secrets/tokens.ts';
import { instanceStates } from '#shared/store/tables/instance-states.ts';
import { pullStates } from '#shared/store/tables/pull-states.ts';

/**
 * How often the gauges of the instances are published, and instances that failed or were quiet are checked again, in
 * minutes. Alarms need it more often than the check of every instance; it is their period, so it is not configurable.
 */
export const gaugeMinutes = 15;

/** health-check: asks each Moodle whether it can be synced with, and publishes how all of them fare. */
export const healthCheck = declare({
  name: 'health-check',
  // All instances are asked at once, each with two calls of at most 20 s.
  timeout: 60,
  source: { notLaterThan: gaugeMinutes * 60, retries: 0 },
  schedules: [
    {
      id: 'HealthCheckSchedule',
      when: ({ schedules }) => schedules.healthCheck,
      description: 'Checks every Moodle',
      input: { task: 'check' },
    },
    {
      id: 'HealthAgesSchedule',
      when: () => `rate(${gaugeMinutes} minutes)`,
      description: 'Publishes how the Moodles fare, and checks those that failed or were quiet',
      input: { task: 'ages' },
    },
  ],
  uses: {
    states: instanceStates.only('list', 'saveHealth'),
    // What the pulls have found and could not tell.
    pulls: pullStates.only('list'),
    tokens,
  },
});
