import { declare } from '#functions/declaration.ts';
import { reserveForPage } from '#functions/reserves.ts';
import { pushQueue, sweepQueue } from '#shared/store/queues/work-queues.ts';
import { instancesStore } from '#shared/store/tables/instances-store.ts';
import { linksStore } from '#shared/store/tables/links-store.ts';
import { mappingsStore } from '#shared/store/tables/mappings-store.ts';
import { parkedUnits } from '#shared/store/tables/parked-units.ts';
import { recordsStore } from '#shared/store/tables/records-store.ts';
import { brakes } from '#shared/store/tables/shared-limits.ts';

/** push-sweep: finds what the stream and the retries have missed, three times an hour. */
export const pushSweep = declare({
  name: 'push-sweep',
  // A sweep of many records goes on in a part of its own after that.
  timeout: 300,
  // It computes rather than waits, and keeps the records of a university in memory: a whole processor.
  memory: 1769,
  // Two instances at a time: one with a million records does not hold up the others.
  source: { queue: 'SweepQueue', workers: 2, failures: 'ScheduleFailuresQueue' },
  schedules: (
    [
      { id: 'PushStructureSchedule', sweep: 'structure', when: 'pushStructure' },
      { id: 'PushStudentsSchedule', sweep: 'students', when: 'pushStudents' },
      { id: 'PushTeachersSchedule', sweep: 'teachers', when: 'pushTeachers' },
    ] as const
  ).map(({ id, sweep, when }) => ({
    id,
    when: ({ schedules }) => schedules[when],
    description: `Sweeps ${sweep}: pushes what the stream and the retries have missed`,
    input: { sweep },
  })),
  uses: {
    records: recordsStore.only('getMany', 'page'),
    links: linksStore,
    mappings: mappingsStore.only('getMany', 'listByPrefix', 'page'),
    instances: instancesStore.only('get', 'list', 'getBrake', 'getBreaker', 'setHolds'),
    brake: brakes,
    parking: parkedUnits.only('oldest'),
    queue: pushQueue,
    sweeps: sweepQueue,
  },
  settings: { SWEEP_PAGE_SIZE: 500, SWEEP_RESERVE_SECONDS: reserveForPage / 1000 },
});
