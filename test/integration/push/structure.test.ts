import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batch, department, isWrite, type Kit, program, startKit, subject } from '#test/integration/kit.ts';

describe('departments and programs', () => {
  let kit: Kit;
  beforeAll(async () => {
    kit = await startKit();
  });
  afterAll(() => kit.stop());

  it('makes the tree of departments, parents first, and keeps names up', async () => {
    // The child has the lower id and is written first.
    await kit.sync(
      department(10, { parent_id: [11, 'Faculty'] }),
      department(11, { name: 'Arts & Letters' }),
    );
    expect(await kit.site().category('oec_dept_11')).toEqual({ name: 'Arts & Letters', parent: '' });
    expect(await kit.site().category('oec_dept_10')).toEqual({
      name: 'Department 10',
      parent: 'oec_dept_11',
    });
    await kit.sync(department(10, { parent_id: [11, 'Faculty'], name: 'Łódź “History” 🎓' }));
    expect(await kit.site().category('oec_dept_10')).toMatchObject({ name: 'Łódź “History” 🎓' });
  });

  it('leaves the category of a deleted department, and its programs, where they are', async () => {
    await kit.sync(department(30), program(30, { department_id: 30 }));
    await kit.syncDeletion(department(30));
    expect(await kit.site().category('oec_dept_30')).toEqual({ name: 'Department 30', parent: '' });
    expect(await kit.site().category('oec_course_30')).toMatchObject({ parent: 'oec_dept_30' });
    expect(await kit.troubles()).toEqual({});
  });

  it('puts a program under its parent program, else its department, else at the top, and moves it', async () => {
    await kit.sync(
      department(40),
      department(41),
      program(40, { department_id: [40, 'Department 40'] }),
      program(41, { parent_id: 40, department_id: 41 }),
      program(42),
    );
    expect(await kit.site().category('oec_course_40')).toMatchObject({ parent: 'oec_dept_40' });
    expect(await kit.site().category('oec_course_41')).toMatchObject({ parent: 'oec_course_40' });
    expect(await kit.site().category('oec_course_42')).toMatchObject({ parent: '' });
    await kit.sync(program(40, { department_id: 41 }), program(41, { parent_id: 42, name: 'Semester 1' }));
    expect(await kit.site().category('oec_course_40')).toMatchObject({ parent: 'oec_dept_41' });
    expect(await kit.site().category('oec_course_41')).toEqual({
      name: 'Semester 1',
      parent: 'oec_course_42',
    });
  });

  it('makes a call for none of them when the ERP writes them all again', async () => {
    const records = [department(60), program(60, { department_id: 60, subject_ids: [60] }), subject(60)];
    await kit.sync(...records, batch(60, 60));
    const calls = await kit
      .site()
      .callsDuring(() =>
        kit.sync(
          ...[...records, batch(60, 60)].map((item) => ({ ...item, write_date: '2026-10-01 00:00:00' })),
        ),
      );
    expect(calls.filter(isWrite)).toEqual([]);
    expect(calls).toEqual([]);
  });
});

describe('subjects and batches', () => {
  let kit: Kit;
  beforeAll(async () => {
    kit = await startKit();
  });
  afterAll(() => kit.stop());

  it('makes a course in each program that lists the subject, and keeps its names up', async () => {
    await kit.sync(
      program(1, { subject_ids: [1] }),
      program(2, { code: 'MBA', subject_ids: [1] }),
      subject(1, { name: 'Maths & Logic' }),
    );
    expect(await kit.site().course('oec_subj_1_course_1')).toMatchObject({
      fullname: 'Maths & Logic',
      shortname: 'S1_P1',
      category: 'oec_course_1',
      visible: true,
    });
    expect(await kit.site().course('oec_subj_1_course_2')).toMatchObject({
      shortname: 'S1_MBA',
      category: 'oec_course_2',
    });
    await kit.sync(subject(1, { name: 'Calculus', code: 'CALC' }));
    expect(await kit.site().course('oec_subj_1_course_1')).toMatchObject({
      fullname: 'Calculus',
      shortname: 'CALC_P1',
    });
    await kit.sync(program(2, { code: 'MSC', subject_ids: [1] }));
    expect(await kit.site().course('oec_subj_1_course_2')).toMatchObject({ shortname: 'CALC_MSC' });
  });

  it('hides the course in a program that no longer lists the subject and makes one in the program that does', async () => {
    await kit.sync(program(20, { subject_ids: [20] }), program(21), subject(20));
    await kit.sync(program(20), program(21, { subject_ids: [20] }));
    expect(await kit.site().course('oec_subj_20_course_20')).toMatchObject({ visible: false });
    expect(await kit.site().course('oec_subj_20_course_21')).toMatchObject({ visible: true });
    await kit.sync(program(20, { subject_ids: [20] }));
    expect(await kit.site().course('oec_subj_20_course_20')).toMatchObject({ visible: true });
  });

  it('makes nothing of an archived subject, nor of one that no program lists', async () => {
    await kit.sync(program(30, { subject_ids: [30] }), subject(30, { active: false }), subject(31));
    expect(await kit.site().course('oec_subj_30_course_30')).toBeUndefined();
    expect([...(await kit.mappings()).keys()].filter((name) => /subj_3[01]/.test(name))).toEqual([]);
  });

  it('makes a group in every course of the program, renames it, and keeps it when the batch ends', async () => {
    await kit.sync(program(40, { subject_ids: [40, 41] }), subject(40), subject(41), batch(40, 40));
    const both = async () => [
      await kit.site().groups('oec_subj_40_course_40'),
      await kit.site().groups('oec_subj_41_course_40'),
    ];
    expect(await both()).toEqual(Array(2).fill({ oec_batch_40: 'Batch 40 (B40)' }));
    await kit.sync(batch(40, 40, { name: 'Autumn', code: 'A & B' }));
    expect(await both()).toEqual(Array(2).fill({ oec_batch_40: 'Autumn (A & B)' }));
    await kit.sync(batch(40, 40, { name: 'Autumn', code: 'A & B', active: false }));
    await kit.syncDeletion(batch(40, 40));
    expect(await both()).toEqual(Array(2).fill({ oec_batch_40: 'Autumn (A & B)' }));
    expect(await kit.troubles()).toEqual({});
  });

  it('makes groups in the new program of a batch that moved', async () => {
    await kit.sync(
      program(50, { subject_ids: [50] }),
      program(51, { subject_ids: [50] }),
      subject(50),
      batch(50, 50),
    );
    expect(await kit.site().groups('oec_subj_50_course_51')).toEqual({});
    await kit.sync(batch(50, 51));
    expect(await kit.site().groups('oec_subj_50_course_51')).toEqual({ oec_batch_50: 'Batch 50 (B50)' });
    expect(await kit.site().groups('oec_subj_50_course_50')).toHaveProperty('oec_batch_50');
  });

  it('adopts a category, course and group that carry the idnumber when their mappings are lost', async () => {
    await kit.sync(program(60, { subject_ids: [60] }), subject(60), batch(60, 60));
    const before = await kit.site().course('oec_subj_60_course_60');
    const table = kit.cloud.resource('MappingsTableName');
    for (const idnumber of ['oec_course_60', 'oec_subj_60_course_60', 'oec_batch_60@oec_subj_60_course_60'])
      await kit.cloud.clients.dynamodb.send(
        new DeleteCommand({ TableName: table, Key: { instance: 'demo', idnumber } }),
      );
    await kit.sync(
      program(60, { name: 'Renamed', subject_ids: [60] }),
      subject(60, { name: 'Renamed too' }),
      batch(60, 60, { name: 'Third' }),
    );
    expect(await kit.site().category('oec_course_60')).toMatchObject({ name: 'Renamed' });
    expect(await kit.site().course('oec_subj_60_course_60')).toMatchObject({
      id: before?.id,
      fullname: 'Renamed too',
    });
    expect(await kit.site().groups('oec_subj_60_course_60')).toEqual({ oec_batch_60: 'Third (B60)' });
    expect(await kit.troubles()).toEqual({});
  });
});
