import { type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { linksOf, recordTarget } from '#shared/models/links.ts';
import { isPushedModel, type PushedModel } from '#shared/models/models.ts';
import { expire } from '#shared/retention/retention.ts';
import type { Item } from '#shared/store/documents.ts';
import { Table } from '#shared/store/table.ts';
import { linksStore } from '#shared/store/tables/links-store.ts';
import { mappingsStore } from '#shared/store/tables/mappings-store.ts';
import { pulledRecords } from '#shared/store/tables/pulled-records.ts';
import { recordsStore } from '#shared/store/tables/records-store.ts';
import { enrolment, student } from '#test/integration/records.ts';
import { ownTables } from '../store/own-tables.ts';

const before = Date.parse('2026-01-01T00:00:00Z');
const [old, recent] = ['2025-06-30', '2026-06-30'];

let client: DynamoDBDocumentClient;
beforeEach(async () => {
  client = await ownTables({
    records: { partition: 'model', sort: 'id' },
    links: { partition: 'target', sort: 'source' },
    mappings: { partition: 'instance', sort: 'idnumber' },
  });
});

async function put(...items: Item[]): Promise<void> {
  await new Table(client, 'records').write({ put: items });
  const pushed = items.filter(({ model }) => isPushedModel(String(model)));
  const links = pushed.flatMap((item) =>
    linksOf(item.model as PushedModel, item).map((target) => ({
      target,
      source: recordTarget(item.model as PushedModel, String(item.id)),
    })),
  );
  await new Table(client, 'links').write({ put: links });
}

/** A mark in program 1 that was pulled on a day. */
const mark = (id: number, pulled: string, fields: Item = {}) => ({
  model: 'op.result.line',
  id: `moodle_main_item_8_student_${id}`,
  student_id: id,
  course_id: 1,
  instance: 'main',
  sync_stamp: 's',
  pulled_at: `${pulled}T10:00:00.000Z`,
  ...fields,
});
const mapping = (idnumber: string, synced: string, fields: Item = {}) => ({
  instance: 'main',
  idnumber,
  status: 'synced',
  active: false,
  revision: 1,
  last_synced_at: `${synced}T10:00:00.000Z`,
  ...fields,
});
const finished = (id: number, day: string) =>
  enrolment(id, id, 1, 1, { state: 'finished', write_date: `${day} 10:00:00` });

const ports = () => ({
  records: recordsStore(client, 'records'),
  links: linksStore(client, 'links'),
  mappings: mappingsStore(client, 'mappings'),
  pulled: pulledRecords(client, 'records'),
  instances: ['main'],
  log: { debug() {}, info() {}, warn() {}, error() {} },
});
const run = () => expire(undefined, before, ports(), () => true);
async function keys(table: string, name: string): Promise<string[]> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: table }));
  return Items.map((item) => String(item[name])).sort();
}
const marksLeft = async () =>
  (await keys('records', 'id')).filter((id) => id.startsWith('moodle_')).map((id) => id.split('_').at(-1));

describe('marks from Moodle', () => {
  it.each([
    ['of an enrolment that ended long ago', [student(1), finished(1, old)], old, false],
    ['of one that ended lately', [student(1), finished(1, recent)], old, true],
    ['that were pulled lately', [student(1), finished(1, old)], recent, true],
    ['of a running enrolment', [student(1), enrolment(1, 1, 1, 1)], old, true],
    ['of one that was begun again', [student(1), finished(1, old), enrolment(2, 1, 1, 1)], old, true],
    ['while an enrolment cannot be read', [student(1), enrolment(1, 1, 1, 1, { course_id: 'x' })], old, true],
    [
      'of a student who was archived long ago, without the enrolment being ended',
      [student(1, { active: false, write_date: `${old} 10:00:00` }), enrolment(1, 1, 1, 1)],
      old,
      false,
    ],
  ])('%s', async (_what, records, pulled, isKept) => {
    await put(...records, mark(1, pulled));
    await run();
    expect(await marksLeft()).toEqual(isKept ? ['1'] : []);
  });

  it('of records that are gone stay as long after Moodle was told: they may have been deleted by mistake', async () => {
    await put(student(3), student(4), ...[1, 2, 3, 4, 5].map((id) => mark(id, old)));
    await new Table(client, 'mappings').write({
      put: [
        mapping('oec_student_1', old),
        mapping('oec_student_2', recent),
        mapping('oec_student_3@enrolments', old),
        mapping('oec_student_4@enrolments', recent),
        mapping('oec_student_5', old, { status: 'held' }),
      ],
    });
    await run();
    expect(await marksLeft()).toEqual(['2', '4', '5']);
  });

  it('are those that came from Moodle, and none of the ERP’s own', async () => {
    const own = { ...mark(1, old), model: 'op.attendance.line', id: '77' };
    await put(student(1), finished(1, old), own);
    await run();
    expect(await keys('records', 'id')).toContain('77');
  });

  it('that a pull writes at this moment stay', async () => {
    await put(student(1), finished(1, old), mark(1, old, { sync_stamp: 'newer' }));
    expect(await ports().pulled.expire({ ...mark(1, old) })).toBe(false);
    expect(await marksLeft()).toEqual(['1']);
  });
});

describe('mappings of people', () => {
  it('go a while after the ERP has deleted them and Moodle has closed them out, with what pulls remember', async () => {
    await put(student(9));
    const memory = (id: number) => ({
      instance: 'main',
      idnumber: `pull/gradebook/oec_subj_1_course_1/oec_student_${id}`,
      values: {},
    });
    const inCourse = { extra_data: { courses: { oec_subj_1_course_1: { state: 'active', groups: {} } } } };
    await new Table(client, 'mappings').write({
      put: [
        mapping('oec_student_1', old),
        mapping('oec_student_1@enrolments', old),
        mapping('oec_faculty_1', old),
        mapping('oec_parent_1', old),
        mapping('oec_parent_1@children', old),
        mapping('oec_student_2', recent),
        mapping('oec_student_3', old, { active: true }),
        mapping('oec_student_4', old, { status: 'failed' }),
        mapping('oec_student_5@enrolments', old, inCourse),
        mapping('oec_student_6@enrolments', old, {
          extra_data: { cohorts: { 'oec_batch_1@cohort': 'member' } },
        }),
        mapping('oec_student_9', old),
        mapping('oec_sheet_1', old),
        ...[1, 2, 9].map(memory),
        { instance: 'main', idnumber: 'pull/gradebook/oec_subj_1_course_1/pass-marks', values: {} },
      ],
    });
    await run();
    expect(await keys('mappings', 'idnumber')).toEqual([
      'oec_sheet_1',
      'oec_student_2',
      'oec_student_3',
      'oec_student_4',
      'oec_student_5@enrolments',
      'oec_student_6@enrolments',
      'oec_student_9',
      'pull/gradebook/oec_subj_1_course_1/oec_student_2',
      'pull/gradebook/oec_subj_1_course_1/oec_student_9',
      'pull/gradebook/oec_subj_1_course_1/pass-marks',
    ]);
  });
});

it('what there is no time for comes in further parts, and everything is looked at once', async () => {
  await put(student(1), finished(1, old), mark(1, old));
  await new Table(client, 'mappings').write({ put: [mapping('oec_student_2', old)] });
  let parts = 0;
  let position = await expire(undefined, before, ports(), () => false);
  for (; position && parts < 20; parts += 1) position = await expire(position, before, ports(), () => false);
  expect([parts, await marksLeft(), await keys('mappings', 'idnumber')]).toEqual([6, [], []]);
});
