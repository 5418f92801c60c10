import { declare } from '#functions/declaration.ts';
import { pullQueue, sweepQueue } from '#shared/store/queues/work-queues.ts';
import { instancesStore } from '#shared/store/tables/instances-store.ts';
import { mappingsStore } from '#shared/store/tables/mappings-store.ts';
import { pullStates } from '#shared/store/tables/pull-states.ts';

/** pull-planner: cuts what comes back from Moodle into tasks for pull-worker. */
export const pullPlanner = declare({
  name: 'pull-planner',
  timeout: 300,
  source: { notLaterThan: 900, retries: 2 },
  schedules: (
    [
      { id: 'PullGradebookSchedule', pull: 'gradebook', when: 'pullGradebook' },
      { id: 'PullCompletionSchedule', pull: 'completion', when: 'pullCompletion' },
      { id: 'SyncAttendanceSchedule', pull: 'attendance', when: 'syncAttendance' },
    ] as const
  ).map(({ id, pull, when }) => ({
    id,
    when: ({ schedules }) => schedules[when],
    description: `Plans the pull of ${pull}`,
    input: { pull },
  })),
  uses: {
    mappings: mappingsStore.only('page'),
    states: pullStates.only('list'),
    instances: instancesStore.only('list', 'getBreaker'),
    queue: pullQueue,
    // Attendance goes both ways by one schedule: with its pull, what the ERP has taken is swept.
    sweeps: sweepQueue,
  },
});
