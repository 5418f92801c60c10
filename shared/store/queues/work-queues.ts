import type { DriftTask } from '#shared/moodle/drift/drift.ts';
import type { PullTask } from '#shared/moodle/pulls/pull-service.ts';
import type { PushMessage, PushQueue } from '#shared/moodle/push/work-unit.ts';
import type { SweepPart } from '#shared/moodle/sweep/sweep-part.ts';
import type { RetentionTask } from '#shared/retention/ports.ts';
import { queueStore } from '#shared/store/part.ts';
import type { WakeQueue } from '#shared/sync/units/work.ts';
import { openQueue, unitQueue } from './unit-queue.ts';

// The message group is the instance, so that one university's September does not starve the others.
const groupOf = ({ instance }: { instance?: string | undefined }) => instance;

/** PushQueue: work units for push-worker. */
export const pushQueue = queueStore(
  'PushQueue',
  { send: 'SendMessage', wake: 'SendMessage' },
  (client, url): PushQueue & WakeQueue => {
    const queue = openQueue<PushMessage>(client, url, groupOf);
    return {
      send: (units, delaySeconds) => queue.send(units, delaySeconds),
      wake: (instance, delaySeconds) => queue.send([{ instance, wake: true }], delaySeconds),
    };
  },
);

/** SweepQueue: sweeps to make, and what is left of those that ran out of time. */
export const sweepQueue = unitQueue<SweepPart>('SweepQueue', groupOf);

/** PullQueue: tasks for pull-worker, and what is left of those that ran out of time. */
export const pullQueue = unitQueue<PullTask>('PullQueue', groupOf);

/** DriftQueue: comparisons with Moodles, and what is left of those that ran out of time. */
export const driftQueue = unitQueue<DriftTask>('DriftQueue', groupOf);

/** RetentionQueue: what is left of a run that ran out of time. */
export const retentionQueue = unitQueue<RetentionTask>('RetentionQueue');
