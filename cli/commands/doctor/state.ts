import type { Deployment } from '#cli/connection/deployment.ts';
import { brakesOn } from '#shared/moodle/brakes.ts';
import { type InstanceState, isStale, secondsSinceSuccess } from '#shared/moodle/health/staleness.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { failed, ok, type Said, unknown, warning } from './check.ts';

/** Every Moodle is checked every four hours unless the schedule is another; with some time to do it, in milliseconds. */
const checkedWithin = 5 * 60 * 60 * 1000;

/** What the link keeps about an instance: settings that stop it, its last check, its breaker and its brakes. */
export async function checkState(
  { instances, now }: Deployment,
  instance: Instance,
  state: InstanceState,
): Promise<Said[]> {
  return [
    checkStatus(instance),
    checkAge(state, now()),
    checkStaleness(instance, state, now()),
    await checkBreaker(instances, instance, state),
    await checkBrakes(instances, instance, state),
  ].flat();
}

function checkStatus({ id, status }: Instance): Said {
  if (status === 'active') return ok('It is active.');
  return status === 'paused'
    ? warning('It is paused: changes wait.', `\`oec-moodle instance resume ${id}\` lets them through.`)
    : warning(
        'It is disabled: it is left out of everything.',
        `\`oec-moodle instance resume ${id}\` ends that.`,
      );
}

function checkAge({ health }: InstanceState, now: number): Said {
  if (!health) {
    return unknown('health-check has not looked at it yet; it does within 15 minutes of its registration.');
  }
  const hours = Math.round((now - Date.parse(health.checked_at)) / 3_600_000);
  if (now - Date.parse(health.checked_at) <= checkedWithin) {
    return ok(`health-check looked at it last at ${health.checked_at} and found: ${health.status}.`);
  }
  return warning(
    `health-check looked at it last ${hours} hours ago (every 4 hours unless schedules.healthCheck says otherwise).`,
    'See the log of health-check, its schedules, and the messages in ScheduleFailures.',
  );
}

function checkStaleness(instance: Instance, state: InstanceState, now: number): Said[] {
  if (instance.status !== 'active') return [];
  if (!isStale(instance, state, now)) return [ok('It is not stale.')];
  const hours = Math.floor(secondsSinceSuccess(state, now) / 3600);
  return [
    failed(
      `It is stale: no success for ${hours} hours (stale_after_hours is ${instance.stale_after_hours}).`,
      'Do what the other findings say; what waits is sent by itself afterwards.',
    ),
  ];
}

async function checkBreaker(
  store: Deployment['instances'],
  { id }: Instance,
  { isBreakerOpen }: InstanceState,
): Promise<Said> {
  if (!isBreakerOpen) return ok('Its breaker is closed.');
  const { opened_at = 0, code } = await store.getBreaker(id);
  return failed(
    `Its breaker has been open since ${new Date(opened_at).toISOString()} (${code}): nobody calls it but one probe at a time.`,
    'Put right what the other findings name. No record loses an attempt; what waits is pushed when it is back.',
  );
}

async function checkBrakes(
  store: Deployment['instances'],
  { id }: Instance,
  state: InstanceState,
): Promise<Said[]> {
  if (state.brakesOn === 0) return [ok('No brake is on.')];
  const brakes = await brakesOn(store, id);
  return brakes.map(({ service, state: brake }) =>
    warning(
      `Its brake for ${service} has been on since ${brake.engaged_at}: unusually much would have been suspended, ` +
        'hidden or unenrolled.',
      `See \`oec-moodle brake show ${id}\`, and release it if it is meant.`,
    ),
  );
}
