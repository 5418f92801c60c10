import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InterceptedCall } from '#local/moodle/simulated-moodle.ts';
import type { Item } from '#shared/store/documents.ts';
import { batch, department, enrolment, type Kit, program, startKit, student, subject } from '../kit.ts';
import { killAtFirst, range, untilRedelivered } from './support.ts';

let kit: Kit;

/** Writes records, kills the workers at the first matching call, and waits until the units have come back. */
async function killDuring(
  when: 'before' | 'after',
  matches: (call: InterceptedCall) => boolean,
  ...items: Item[]
) {
  const { interceptor, killed } = killAtFirst(kit, when, matches);
  const undo = kit.site().moodle.intercept(interceptor);
  await kit.sync(...items);
  expect(await killed()).toBe(true);
  await kit.advance(untilRedelivered);
  undo();
}

const isCall = (name: string) => (call: InterceptedCall) => call.function === name;

describe('a worker killed between Moodle’s answer and the mapping', () => {
  beforeAll(async () => {
    kit = await startKit();
    await kit.sync(program(1, { subject_ids: [1] }), subject(1));
  });
  afterAll(() => kit.stop());

  it('user: is adopted at the next try, and mailed once', async () => {
    const { siteState } = kit.site().moodle;
    await killDuring('after', isCall('core_user_create_users'), ...range(1, 60).map((id) => student(id)));
    const accounts = range(1, 60).map((id) => siteState.usersByIdnumber(`oec_student_${id}`));
    expect(accounts.filter((found) => found.length !== 1)).toEqual([]);
    expect(accounts.flat().map((account) => siteState.mails.get(account.id))).toEqual(Array(60).fill(1));
    expect(await kit.mapping('oec_student_1')).toMatchObject({
      status: 'synced',
      moodle_id: accounts[0]?.[0]?.id,
    });
    expect(await kit.troubles()).toEqual({});
  });

  it('category: is adopted', async () => {
    await killDuring('after', isCall('core_course_create_categories'), department(1));
    const found = kit.site().moodle.siteState.categories.find('idnumber', 'oec_dept_1');
    expect(found).toHaveLength(1);
    expect(await kit.mapping('oec_dept_1')).toMatchObject({ status: 'synced', moodle_id: found[0]?.id });
  });

  it('course: is adopted', async () => {
    await killDuring(
      'after',
      isCall('core_course_create_courses'),
      program(2, { subject_ids: [2] }),
      subject(2),
    );
    const found = kit.site().moodle.siteState.courses.find('idnumber', 'oec_subj_2_course_2');
    expect(found).toHaveLength(1);
    expect(await kit.mapping('oec_subj_2_course_2')).toMatchObject({
      status: 'synced',
      moodle_id: found[0]?.id,
    });
    expect(await kit.troubles()).toEqual({});
  });

  it('group: is adopted', async () => {
    await killDuring('after', isCall('core_group_create_groups'), batch(1, 1));
    expect(await kit.site().groups('oec_subj_1_course_1')).toEqual({ oec_batch_1: 'Batch 1 (B1)' });
    expect(await kit.troubles()).toEqual({});
  });

  it.each(['enrol_manual_enrol_users', 'core_group_add_group_members'])(
    '%s: is done again without harm',
    async (name) => {
      const first = name.startsWith('enrol') ? 100 : 200;
      const ids = range(first, first + 9);
      await kit.sync(...ids.map((id) => student(id)));
      await killDuring('after', isCall(name), ...ids.map((id) => enrolment(id, id, 1, 1)));
      const participants = await kit.site().participants('oec_subj_1_course_1');
      for (const id of ids) expect(participants[`oec_student_${id}`]).toBe('student in oec_batch_1');
      expect(await kit.troubles()).toEqual({});
    },
  );
});

describe('a worker killed between two writes of one unit', () => {
  beforeAll(async () => {
    kit = await startKit();
    await kit.sync(program(1, { subject_ids: [1] }), subject(1), batch(1, 1));
  });
  afterAll(() => kit.stop());

  it('departments: the parents made before, the children not yet', async () => {
    let creations = 0;
    await killDuring(
      'before',
      (call) => call.function === 'core_course_create_categories' && ++creations === 2,
      department(1),
      department(2),
      department(3, { parent_id: [1, 'Department 1'] }),
    );
    const site = kit.site();
    expect(await site.category('oec_dept_3')).toEqual({ name: 'Department 3', parent: 'oec_dept_1' });
    for (const idnumber of ['oec_dept_1', 'oec_dept_2', 'oec_dept_3'])
      expect(site.moodle.siteState.categories.find('idnumber', idnumber)).toHaveLength(1);
    expect(await kit.troubles()).toEqual({});
  });

  it('students: made, with the update of adopted accounts still to come', async () => {
    const { siteState } = kit.site().moodle;
    await kit.sync(student(1));
    const { id } = siteState.userByIdnumber('oec_student_1')!;
    // An account that was there before: without an idnumber, by e-mail and name only.
    siteState.users.update(id, { idnumber: '', email: 'student2@example.org', lastname: 'Number2' });
    await killDuring('before', isCall('core_user_update_users'), student(2), student(3));
    expect(siteState.userByIdnumber('oec_student_2')?.id).toBe(id);
    expect(siteState.usersByIdnumber('oec_student_3')).toHaveLength(1);
    expect(await kit.troubles()).toEqual({});
  });

  it('enrolments: enrolled, not yet in the group', async () => {
    await kit.sync(student(10));
    await killDuring('before', isCall('core_group_add_group_members'), enrolment(10, 10, 1, 1));
    expect(await kit.site().participant('oec_subj_1_course_1', 'oec_student_10')).toBe(
      'student in oec_batch_1',
    );
    expect(await kit.troubles()).toEqual({});
  });
});

describe('a worker killed in the middle of enrolments whose record changes before redelivery', () => {
  beforeAll(async () => {
    kit = await startKit();
    await kit.sync(
      ...[1, 2].flatMap((id) => [
        program(id, { subject_ids: [id] }),
        subject(id),
        batch(id, id),
        batch(10 + id, id),
      ]),
    );
  });
  afterAll(() => kit.stop());

  /** Kills during the first enrolment, then has the ERP write `changed`, then lets the killed unit come back. */
  async function killAndChange(
    name: string,
    when: 'before' | 'after',
    first: Item,
    change: () => Promise<void>,
  ) {
    const { interceptor, killed } = killAtFirst(kit, when, isCall(name));
    const undo = kit.site().moodle.intercept(interceptor);
    await kit.sync(first);
    expect(await killed()).toBe(true);
    await change();
    await kit.advance(untilRedelivered);
    undo();
    expect(await kit.troubles()).toEqual({});
  }

  it('moved to another program: the old course is suspended', async () => {
    await kit.sync(student(1));
    await killAndChange('enrol_manual_enrol_users', 'after', enrolment(1, 1, 1, 1), () =>
      kit.sync(enrolment(1, 1, 2, 2)),
    );
    expect(await kit.site().participant('oec_subj_1_course_1', 'oec_student_1')).toMatch(/^suspended/);
    expect(await kit.site().participant('oec_subj_2_course_2', 'oec_student_1')).toBe(
      'student in oec_batch_2',
    );
  });

  it('deleted: the course is suspended', async () => {
    await kit.sync(student(2));
    const record = enrolment(2, 2, 1, 1);
    await killAndChange('enrol_manual_enrol_users', 'after', record, () => kit.syncDeletion(record));
    expect(await kit.site().participant('oec_subj_1_course_1', 'oec_student_2')).toMatch(/^suspended/);
  });

  it('moved to another batch: out of the old group', async () => {
    await kit.sync(student(3));
    await killAndChange('core_group_add_group_members', 'after', enrolment(3, 3, 1, 1), () =>
      kit.sync(enrolment(3, 3, 1, 11)),
    );
    expect(await kit.site().participant('oec_subj_1_course_1', 'oec_student_3')).toBe(
      'student in oec_batch_11',
    );
  });

  it('changed only at the moment of redelivery: the newest state wins', async () => {
    await kit.sync(student(4));
    await killAndChange('enrol_manual_enrol_users', 'after', enrolment(4, 4, 1, 1), () =>
      kit.put(enrolment(4, 4, 2, 2)),
    );
    expect(await kit.site().participant('oec_subj_1_course_1', 'oec_student_4')).toMatch(/^suspended/);
    expect(await kit.site().participant('oec_subj_2_course_2', 'oec_student_4')).toBe(
      'student in oec_batch_2',
    );
  });
});
