import { setTimeout as sleep } from 'node:timers/promises';
import type { Interceptor } from '#local/moodle/simulated-moodle.ts';

/** What a call costs a Moodle 4.5.6 before it does anything, in milliseconds: PHP starts for each. */
const bootstrap = 20;

/** Milliseconds for each item of a call of 50, measured on 4.5.6 with MariaDB on two cores. */
const perItem: Record<string, number> = {
  core_user_create_users: 9.6,
  core_user_update_users: 1.6,
  core_course_create_categories: 10,
  core_course_create_courses: 21,
  core_group_create_groups: 10,
  enrol_manual_enrol_users: 7.5,
  core_group_add_group_members: 4.7,
};

/** Makes a simulated Moodle as slow as a real one on a machine of two cores, which works on two calls at a time. */
export function realDelays(cores = 2): Interceptor {
  const busy: Promise<unknown>[] = Array.from({ length: cores }, () => Promise.resolve());
  let next = 0;
  return async (call, proceed) => {
    const core = next++ % cores;
    const work = busy[core]!.then(() => sleep(bootstrap + call.items * (perItem[call.function] ?? 0)));
    busy[core] = work;
    await work;
    return proceed();
  };
}
