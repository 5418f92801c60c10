import { type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { erase, obstaclesTo } from '#shared/operate/person/erase.ts';
import { heldOf, isEmpty } from '#shared/operate/person/held.ts';
import type { Item } from '#shared/store/documents.ts';
import { Table } from '#shared/store/table.ts';
import { mappingsStore } from '#shared/store/tables/mappings-store.ts';
import { personStore } from '#shared/store/tables/person-store.ts';
import { recordsStore } from '#shared/store/tables/records-store.ts';
import { ownTables } from '#test/unit/store/own-tables.ts';

const ana = { model: 'op.student', id: '2', idnumber: 'oec_student_2' } as const;
const tables = { records: 'records', links: 'links', mappings: 'mappings', erpMappings: 'erp' };

let client: DynamoDBDocumentClient;
beforeEach(async () => {
  client = await ownTables({
    records: { partition: 'model', sort: 'id' },
    links: { partition: 'target', sort: 'source' },
    mappings: { partition: 'instance', sort: 'idnumber' },
    erp: { partition: 'model', sort: 'id' },
  });
});

const mapping = (idnumber: string, fields: Item = {}) => ({
  instance: 'main',
  idnumber,
  status: 'synced',
  active: false,
  revision: 1,
  ...fields,
});
const row = (model: string, id: string, fields: Item = {}) => ({
  model,
  id,
  instance: 'main',
  status: 'synced',
  revision: 1,
  ...fields,
});

/** What the tables hold of two students whose numbers begin alike, and of what both are in. */
const ofAna = {
  records: [
    {
      model: 'op.result.line',
      id: 'moodle_main_item_8_student_2',
      student_id: 2,
      marks: 7,
      instance: 'main',
    },
    { model: 'op.exam.attendees', id: 'moodle_main_quiz_5_student_2', student_id: 2, instance: 'former' },
    {
      model: 'op.attendance.line',
      id: 'moodle_main_session_9_student_2',
      student_id: [2, 'Ana'],
      instance: 'main',
    },
  ],
  mappings: [
    mapping('oec_student_2', { moodle_id: 41 }),
    mapping('oec_student_2@enrolments'),
    {
      instance: 'main',
      idnumber: 'pull/gradebook/oec_subj_1_course_1/oec_student_2',
      values: { grades: {} },
    },
    { ...mapping('oec_student_2', { moodle_id: 3 }), instance: 'former' },
  ],
  erp: [
    row('op.result.line', 'moodle_main_item_8_student_2', { erp_id: 77, written: { marks: 7 } }),
    { model: 'op.attendance.line', id: 'erp#78', erp_id: 78, record: 'moodle_main_session_9_student_2' },
    row('op.attendance.line', 'moodle_main_session_9_student_2', { erp_id: 78 }),
    // Of an enrolment that is gone.
    row('op.student.course', '25', { written: { x_moodle_completion: '{}' } }),
  ],
};
const ofOthers = {
  records: [
    {
      model: 'op.result.line',
      id: 'moodle_main_item_8_student_26',
      student_id: 26,
      marks: 9,
      instance: 'main',
    },
    { model: 'op.student', id: '26', first_name: 'Bo', email: 'bo@example.org' },
    { model: 'op.student.course', id: '30', student_id: [26, 'Bo'] },
  ],
  mappings: [
    mapping('oec_student_26', { moodle_id: 42, active: true }),
    {
      instance: 'main',
      idnumber: 'pull/gradebook/oec_subj_1_course_1/oec_student_26',
      values: { grades: {} },
    },
  ],
  erp: [
    row('op.result.line', 'moodle_main_item_8_student_26', { erp_id: 79 }),
    row('op.student.course', '30'),
  ],
};
const shared = [
  mapping('oec_sheet_3', { extra_data: { marks: { oec_student_2: 'P', oec_student_26: 'A' } } }),
  {
    instance: 'main',
    idnumber: 'pull/attendance/oec_subj_1_course_1/9',
    values: { marks: { 41: 'x', 42: 'y' } },
  },
];

async function fill(): Promise<void> {
  await new Table(client, 'records').write({ put: [...ofAna.records, ...ofOthers.records] });
  await new Table(client, 'mappings').write({ put: [...ofAna.mappings, ...ofOthers.mappings, ...shared] });
  await new Table(client, 'erp').write({ put: [...ofAna.erp, ...ofOthers.erp] });
}

const ports = () => ({
  store: personStore(client, tables),
  records: recordsStore(client, 'records'),
  mappings: mappingsStore(client, 'mappings'),
  instances: ['main'],
});
const held = () => heldOf(ana, ports());
async function all(table: string): Promise<Item[]> {
  return (await client.send(new ScanCommand({ TableName: table }))).Items ?? [];
}

describe('a person', () => {
  it('is found in every table, in former instances too, and nobody else with them', async () => {
    await fill();
    const found = await held();
    expect(found).toMatchObject({ record: undefined, erpRecords: [] });
    expect(found.pulledRecords.map(({ id }) => id).sort()).toEqual(ofAna.records.map(({ id }) => id).sort());
    expect(found.erpRows.map(({ id }) => id)).toEqual([
      'moodle_main_item_8_student_2',
      'moodle_main_session_9_student_2',
    ]);
    const [main, former] = found.instances;
    expect(main!.mappings.map(({ idnumber }) => idnumber)).toEqual([
      'oec_student_2',
      'oec_student_2@enrolments',
    ]);
    expect(main!.memories).toHaveLength(1);
    expect(main!.values.map(({ path, value }) => [path.at(-1), value])).toEqual([
      ['oec_student_2', 'P'],
      ['41', 'x'],
    ]);
    expect([former!.instance, former!.mappings.length]).toEqual(['former', 1]);
  });

  it('is erased from all of them, and nothing of others; a second time nothing is left to do', async () => {
    await fill();
    expect(await erase(ana, await held(), ports())).toMatchObject({
      records: 3,
      mappings: 4,
      erpRows: 3,
      values: 2,
    });
    expect(isEmpty(await held())).toBe(true);
    for (const name of ['records', 'mappings', 'erp'] as const) {
      const left = await all(name);
      expect(JSON.stringify(left)).not.toMatch(/student_2\b|"41"/);
      const others = name === 'mappings' ? [...ofOthers.mappings, ...shared] : ofOthers[name];
      expect(left).toHaveLength(others.length);
    }
    expect(await erase(ana, await held(), ports())).toMatchObject({ records: 0, mappings: 0, erpRows: 0 });
  });

  it('who has another record keeps the account for that, which then is alone', async () => {
    const account = { records: ['oec_student_2', 'oec_faculty_4'] };
    const fields = { moodle_id: 41, active: true, extra_data: { account } };
    await new Table(client, 'mappings').write({
      put: [mapping('oec_student_2', fields), mapping('oec_faculty_4', { ...fields, sync_hash: 'h' })],
    });
    expect(obstaclesTo(ana, await held())).toEqual([]);
    await erase(ana, await held(), ports());
    const [left, ...rest] = await all('mappings');
    expect(rest).toEqual([]);
    expect(left).toMatchObject({
      idnumber: 'oec_faculty_4',
      extra_data: { account: { records: ['oec_faculty_4'] } },
    });
    expect(left).not.toHaveProperty('sync_hash');
  });

  it('as a teacher is what the teaching hangs on', async () => {
    await new Table(client, 'records').write({
      put: [
        { model: 'op.session', id: '5', faculty_id: [4, 'Carl Lecturer'] },
        { model: 'op.session', id: '6', faculty_id: 41 },
      ],
    });
    const carl = { model: 'op.faculty', id: '4', idnumber: 'oec_faculty_4' } as const;
    expect((await heldOf(carl, ports())).erpRecords.map(({ id }) => id)).toEqual(['5']);
  });
});

describe('nobody is erased', () => {
  const obstacles = async () =>
    obstaclesTo(ana, await held()).map(({ in: side, reason }) => `${side}: ${reason}`);

  it('whom the ERP still has, or of whom it has anything', async () => {
    const enrolment = { model: 'op.student.course', id: '7', student_id: [2, 'Ana'] };
    await new Table(client, 'records').write({ put: [enrolment] });
    expect(await obstacles()).toEqual([
      'erp: The ERP still has records of the student 2: op.student.course 7.',
    ]);
    await new Table(client, 'records').write({
      put: [{ model: 'op.student', id: '2', email: 'ana@example.org' }],
    });
    expect(await obstacles()).toEqual(['erp: The ERP still has the student 2.']);
    const links = (await held()).links.map(({ target }) => target);
    expect(links).toEqual([expect.stringMatching(/^email#[0-9a-f]{64}$/)]);
  });

  it.each([
    ['is open', { moodle_id: 41, active: true }, 1],
    ['is held by the brake', { moodle_id: 41, status: 'held' }, 1],
    ['is suspended', { moodle_id: 41 }, 0],
    ['was never there', { status: 'invalid' }, 0],
  ])('whose account %s: %o', async (_what, fields, count) => {
    await new Table(client, 'mappings').write({ put: [mapping('oec_student_2', fields)] });
    expect(await obstacles()).toHaveLength(count);
  });
});
