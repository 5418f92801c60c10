import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { PullName } from '#shared/moodle/pulls/pull-ports.ts';
import type { PullCount } from '#shared/moodle/pulls/pull-service.ts';
import type { Item } from '#shared/store/documents.ts';
import { batch, enrolment, type Kit, program, student, subject } from '#test/integration/kit.ts';

export const minute = 60_000;
export const hour = 60 * minute;

/** 2026-11-02 10:00:00 UTC, as Moodle counts. */
export const monday = Date.parse('2026-11-02T10:00:00Z') / 1000;

/** The course of subject 1 in program 1. */
export const course = 'oec_subj_1_course_1';

/** Students who are enrolled in program 1 with so many subjects, in Moodle already. */
export async function studying(kit: Kit, students: number, subjects = 1): Promise<void> {
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  await kit.sync(
    program(1, { subject_ids: numbers(subjects) }),
    ...numbers(subjects).map((id) => subject(id)),
    batch(1, 1),
    ...numbers(students).flatMap((id) => [student(id), enrolment(id, id, 1, 1)]),
  );
}

/** Moodle's id of a course of program 1, or of a student's account. */
export async function courseId(kit: Kit, idnumber = course): Promise<number> {
  return idOf(kit, idnumber);
}

export async function userId(kit: Kit, id: number): Promise<number> {
  return idOf(kit, `oec_student_${id}`);
}

async function idOf(kit: Kit, idnumber: string): Promise<number> {
  const moodleId = (await kit.mapping(idnumber))?.moodle_id;
  if (moodleId === undefined) throw new Error(`${idnumber} is not in Moodle.`);
  return moodleId;
}

/** Pulls as the schedule does, and waits until all tasks are worked off. @returns the calls made to Moodle */
export async function pull(kit: Kit, ...names: PullName[]) {
  return kit.site().callsDuring(async () => {
    for (const name of names) {
      await kit.cloud.invoke('pull-planner', { pull: name });
      await kit.settle();
    }
  });
}

/** Sends a task to the pull queue, as pull-planner does. */
export async function sendTask(kit: Kit, task: { pull: PullName } & Record<string, unknown>): Promise<void> {
  const body = { instance: 'demo', planned_at: kit.cloud.clock.now(), ...task };
  await kit.cloud.clients.sqs.send(
    new SendMessageCommand({
      QueueUrl: kit.cloud.resource('PullQueue'),
      MessageGroupId: 'demo',
      MessageBody: JSON.stringify(body),
    }),
  );
}

/** All records of a model as they lie in the table, in the order of their ids. */
export async function stored(kit: Kit, model: string): Promise<Item[]> {
  const { Items = [] } = await kit.cloud.clients.dynamodb.send(
    new QueryCommand({
      TableName: kit.cloud.resource('RecordsTableName'),
      KeyConditionExpression: 'model = :model',
      ExpressionAttributeValues: { ':model': model },
    }),
  );
  return Items;
}

/** The same without what every pulled record has: where it came from, and when. */
export async function pulled(kit: Kit, model: string): Promise<Item[]> {
  return (await stored(kit, model)).map(
    ({ model: _model, connector_no_export, sync_stamp, instance, pulled_at, ...fields }) => {
      if (connector_no_export !== true || !sync_stamp || !instance || !pulled_at)
        throw new Error(`${fields.id} does not say where it came from.`);
      return fields;
    },
  );
}

/** The stamps of all pulled records by model and id: another stamp is another write. */
export async function stamps(kit: Kit): Promise<Record<string, unknown>> {
  const models = ['op.exam.session', 'op.exam', 'op.exam.attendees', 'op.result.line'];
  const items = (await Promise.all(models.map((model) => stored(kit, model)))).flat();
  return Object.fromEntries(items.map(({ model, id, sync_stamp }) => [`${model} ${id}`, sync_stamp]));
}

/** Which pulled records are written while `work` runs, as `{model} {id}`. */
export async function writtenDuring(kit: Kit, work: () => Promise<unknown>): Promise<string[]> {
  const before = await stamps(kit);
  await work();
  const after = await stamps(kit);
  return Object.keys(after)
    .filter((key) => after[key] !== before[key])
    .sort();
}

/** What pull-worker has counted for its metrics since the cloud was started. */
export function counted(kit: Kit): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const line of kit.cloud.logs('pull-worker')) {
    if (!line.includes('"_aws"')) continue;
    const entry = JSON.parse(line.slice(line.indexOf('{'))) as Record<string, number | number[]>;
    for (const name of counts) {
      for (const value of [entry[name] ?? []].flat()) sums[name] = (sums[name] ?? 0) + value;
    }
  }
  return sums;
}

const counts: PullCount[] = [
  'RecordsPulled',
  'CoursesUnchanged',
  'ValuesSkipped',
  'PeopleUnknown',
  'PullsRefused',
];
