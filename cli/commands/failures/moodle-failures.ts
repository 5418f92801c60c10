import type { Deployment } from '#cli/connection/deployment.ts';
import { chosenInstance, chosenInstances } from '#cli/instances.ts';
import { OperatorError } from '#cli/operator-error.ts';
import { withProgress } from '#cli/output/progress.ts';
import { serviceModels, serviceNames } from '#shared/models/services.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import { type Hopeless, startOver, whyHopeless } from '#shared/moodle/mappings/start-over.ts';
import { leftOutOf } from '#shared/moodle/push/push-ledger.ts';
import type { WorkUnit } from '#shared/moodle/push/work-unit.ts';
import { permanentFailures } from '#shared/store/queues/permanent-failures.ts';
import { pushQueue } from '#shared/store/queues/work-queues.ts';
import type { RowStatus } from '#shared/sync/units/attempts.ts';
import {
  type FailureReading,
  type FailureTarget,
  type ReadOptions,
  type Retries,
  rowsNamed,
} from './failure-target.ts';

/** What names a failure. */
export const moodleName = ['instance', 'idnumber'] as const;

/** Every status but `synced`: what needs a look, the worst first. */
export const failureStatuses = [
  'permanently_failed',
  'invalid',
  'conflict',
  'held',
  'failed',
  'waiting',
] as const satisfies readonly RowStatus[];

const hopelessText: Record<Hopeless, string> = {
  synced: 'nothing is wrong with it',
  held: 'the brake holds it: `oec-moodle brake release` lets it go',
  invalid: 'it cannot be pushed as it is: it is pushed as soon as the record is corrected in the ERP',
  part: 'it comes with the record that it is a part of, once it can be taken in',
};

/** What is not in Moodle as it should be. */
export function moodleFailures(deployment: Deployment): FailureTarget<Mapping, WorkUnit> {
  const { open, outputs, mappings, instances } = deployment;
  return {
    there: 'Moodle',
    here: 'the ERP',
    corrected: 'the ERP',
    command: 'failures',
    worker: 'push-worker',
    loopsAlarm: 'PushWorkerLoopsAlarm',
    deadLetters: open(permanentFailures),
    queueName: 'PermanentlyFailed',
    queueUrl: outputs.PermanentlyFailedQueueUrl,
    otherQueues: {
      pull_failures: {
        name: 'PullFailures',
        url: outputs.PullFailuresQueueUrl,
        meaning: 'something of what Moodle holds was not fetched; the next hour asks again',
      },
      stream_failures: {
        name: 'StreamFailures',
        url: outputs.StreamFailuresQueueUrl,
        meaning: 'changes were not turned into work; the hourly sweep finds them',
      },
      schedule_failures: {
        name: 'ScheduleFailures',
        url: outputs.ScheduleFailuresQueueUrl,
        meaning: 'regular work could not be started; the next run makes good for it',
      },
    },

    nameParts: moodleName,
    labelOf: ({ idnumber }) => idnumber,
    notedAs: ({ idnumber }) => idnumber,
    identity: ['instance', 'model', 'record_id', 'idnumber', 'service'],
    counterpart: 'moodle_id',
    brakeOf: ({ service }) => service,
    testOf: ({ instance }) => `instance test ${instance}`,

    keyOf: ({ instance, service, record_id }) => workKey(instance, service, record_id),
    keysOf: ({ instance, service, ids }) => ids.map((id) => workKey(instance, service, id)),
    originOf: ({ instance, service }) => ({ instance, model: serviceModels[service] }),
    workOf: ({ instance, service, ids }) =>
      `${instance} ${service} ${ids.slice(0, 5).join(',')}${ids.length > 5 ? ',…' : ''}`,

    read: (only) => readMappings(deployment, only),
    rowsOf: (names) => rowsNamed(names, (instance, idnumbers) => mappings.getMany(instance, idnumbers)),
    async find([instance, idnumber]) {
      await chosenInstance(deployment, instance);
      return knownMapping(deployment, instance, idnumber);
    },
    relativesOf: (row) => ({
      waitsFor: (row.failure?.waits_for ?? []).map((idnumber) => [row.instance, idnumber]),
      leftOut: leftOutOf(row).map((idnumber) => [row.instance, idnumber]),
    }),
    async waitingForPeer(rows) {
      const away = new Set<string>();
      for (const id of new Set(rows.map(({ instance }) => instance))) {
        if ((await instances.getBreaker(id)).opened_at !== undefined) away.add(id);
      }
      return rows.filter(({ instance }) => away.has(instance));
    },
    retries: () => pushRetries(deployment),
  };
}

/** What a work unit names: all entities of one record in one service of one instance. */
function workKey(instance: string, service: string, recordId: string): string {
  return `${instance} ${service} ${recordId}`;
}

async function readMappings(
  deployment: Deployment,
  { instance: id, status: wanted }: ReadOptions,
): Promise<FailureReading<Mapping, WorkUnit>> {
  const statuses = failureStatuses.filter((status) => wanted === undefined || status === wanted);
  const { instances, unreadable } = await chosenInstances(deployment, id === undefined ? [] : [id]);
  const rows = await withProgress('lists of failures', async (progress) => {
    const found: Mapping[] = [];
    const total = instances.length * statuses.length;
    let done = 0;
    for (const instance of instances) {
      for (const status of statuses) {
        found.push(...(await deployment.mappings.listAttention(instance.id, status)));
        done += 1;
        progress.update(done, total);
      }
    }
    return found;
  });
  const ids = new Set(instances.map((instance) => instance.id));
  return { rows: rows.toSorted(inOrder), unreadable, knows: ({ instance }) => ids.has(instance) };
}

const byName = new Intl.Collator('en', { numeric: true });

function inOrder(a: Mapping, b: Mapping): number {
  return (
    byName.compare(a.instance, b.instance) ||
    serviceNames.indexOf(a.service) - serviceNames.indexOf(b.service) ||
    byName.compare(a.idnumber, b.idnumber)
  );
}

/** The mapping of an entity. @throws OperatorError when there is none, naming others of the same record */
async function knownMapping({ mappings }: Deployment, instance: string, idnumber: string): Promise<Mapping> {
  const found = (await mappings.getMany(instance, [idnumber])).get(idnumber);
  if (found) return found;
  const [record = idnumber] = idnumber.split('@');
  const near = (await mappings.listByPrefix(instance, record))
    .map((mapping) => mapping.idnumber)
    .filter((name) => name === record || name.startsWith(`${record}@`));
  throw new OperatorError(
    `${instance} knows nothing of ${idnumber}.`,
    near.length > 0
      ? `There is ${near.join(', ')}.`
      : 'Nothing has been pushed under it yet. An idnumber is one such as oec_student_26 or oec_student_26@enrolments.',
  );
}

async function pushRetries({
  instances,
  open,
  mappings,
  now,
}: Deployment): Promise<Retries<Mapping, WorkUnit>> {
  const statuses = new Map((await instances.list()).instances.map(({ id, status }) => [id, status]));
  const ports = { mappings, queue: open(pushQueue), now };
  return {
    whyNot(row) {
      const hopeless = whyHopeless(row);
      if (hopeless) return hopelessText[hopeless];
      const status = statuses.get(row.instance);
      if (status === 'active') return undefined;
      return `${row.instance} is ${status}: \`oec-moodle instance resume ${row.instance}\` first`;
    },
    // A worker drops the units of any other instance.
    maySend: (_message, { instance }) => statuses.get(instance) === 'active',
    async start(rows) {
      let units = 0;
      for (const [instance, own] of Map.groupBy(rows, (row) => row.instance)) {
        units += (await startOver(instance, own, ports)).length;
      }
      return units;
    },
    // What such a unit has written to Moodle before it ended its worker is unknown.
    sendAgain: (units) =>
      ports.queue.send(units.map(({ instance, service, ids }) => ({ instance, service, ids, force: true }))),
  };
}
