import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { batch, type Kit, program, startKit, student, subject } from '../kit.ts';
import { Gate, meeting, sendUnit } from './support.ts';

describe('two workers that create the same record at once', () => {
  let kit: Kit;
  beforeAll(async () => {
    kit = await startKit();
    await kit.sync(program(1, { subject_ids: [1] }), subject(1));
  });
  afterAll(() => kit.stop());

  /** Has two workers meet in `functionName` over records that no unit has been queued for but these two. */
  async function meet(functionName: string, unit: Parameters<typeof sendUnit>[1], put: () => Promise<void>) {
    await kit.configure('demo', { status: 'disabled' });
    await put();
    await kit.settle();
    await kit.configure('demo', { status: 'active' });
    const site = kit.site();
    const undo = site.moodle.intercept(meeting(functionName, 2));
    const calls = await site.callsDuring(async () => {
      await Promise.all([sendUnit(kit, unit), sendUnit(kit, unit)]);
      await kit.settle();
    });
    undo();
    // Both have tried: they did meet.
    expect(calls.filter((call) => call.function === functionName).length).toBeGreaterThanOrEqual(2);
    expect(await kit.troubles()).toEqual({});
  }

  it('student: one account, one mapping, one mail', async () => {
    await meet('core_user_create_users', { service: 'students', ids: ['1', '2'] }, () =>
      kit.put(student(1), student(2)),
    );
    const { siteState } = kit.site().moodle;
    for (const idnumber of ['oec_student_1', 'oec_student_2']) {
      const accounts = siteState.usersByIdnumber(idnumber);
      expect(accounts).toHaveLength(1);
      expect(await kit.mapping(idnumber)).toMatchObject({ moodle_id: accounts[0]?.id, status: 'synced' });
      expect(siteState.mails.get(accounts[0]!.id)).toBe(1);
    }
  });

  it('category: one category, one mapping', async () => {
    await meet('core_course_create_categories', { service: 'programs', ids: ['7'] }, () =>
      kit.put(program(7)),
    );
    const categories = kit.site().moodle.siteState.categories.find('idnumber', 'oec_course_7');
    expect(categories).toHaveLength(1);
    expect(await kit.mapping('oec_course_7')).toMatchObject({ moodle_id: categories[0]?.id });
  });

  it('course: one course, one mapping', async () => {
    await meet('core_course_create_courses', { service: 'subjects', ids: ['8'] }, async () => {
      await kit.put(program(8, { subject_ids: [8] }), subject(8));
    });
    const courses = kit.site().moodle.siteState.courses.find('idnumber', 'oec_subj_8_course_8');
    expect(courses).toHaveLength(1);
    expect(await kit.mapping('oec_subj_8_course_8')).toMatchObject({ moodle_id: courses[0]?.id });
  });

  it('group: one group, one mapping', async () => {
    await meet('core_group_create_groups', { service: 'batches', ids: ['1'] }, () => kit.put(batch(1, 1)));
    const course = kit.site().moodle.siteState.courseByIdnumber('oec_subj_1_course_1')!;
    expect(await kit.site().groups('oec_subj_1_course_1')).toEqual({ oec_batch_1: 'Batch 1 (B1)' });
    const group = kit.site().moodle.siteState.groupByIdnumber(course.id, 'oec_batch_1');
    expect(await kit.mapping('oec_batch_1@oec_subj_1_course_1')).toMatchObject({ moodle_id: group?.id });
  });
});

describe('two workers that push two versions of one record', () => {
  let kit: Kit;
  let id = 0;
  beforeAll(async () => {
    kit = await startKit();
  });
  beforeEach(async () => {
    id += 1;
    await kit.sync(student(id, { last_name: 'First' }));
  });
  afterAll(() => kit.stop());

  /** Writes two newer versions; both workers wait at Moodle's door, then go through in the given order. */
  async function race(order: [number, number], where: 'before' | 'after'): Promise<void> {
    const gate = new Gate();
    let seen = 0;
    const undo = kit.site().moodle.intercept(async (call, proceed) => {
      seen += call.function === 'core_user_update_users' ? 1 : 0;
      if (call.function !== 'core_user_update_users' || seen > 2) return proceed();
      const answer = where === 'after' ? await proceed() : undefined;
      await gate.pass();
      return answer ?? proceed();
    });
    await kit.put(student(id, { last_name: 'Second' }));
    await gate.arrived(1);
    await kit.put(student(id, { last_name: 'Third' }));
    await gate.arrived(2);
    gate.release(order[0]);
    // The first is through with its books before the second goes on.
    await expect
      .poll(async () => (await kit.mapping(`oec_student_${id}`))?.revision, { timeout: 60_000 })
      .toBe(2);
    gate.release(order[1]);
    await kit.settle();
    await kit.advance(60_000);
    undo();
  }

  it.each([
    { order: [0, 1] as [number, number], where: 'before' as const, text: 'the newer writes last' },
    { order: [1, 0] as [number, number], where: 'before' as const, text: 'the older writes last' },
    { order: [0, 1] as [number, number], where: 'after' as const, text: 'the newer keeps its books last' },
    { order: [1, 0] as [number, number], where: 'after' as const, text: 'the older keeps its books last' },
  ])('ends with the newer in Moodle: $text', async ({ order, where }) => {
    await race(order, where);
    expect((await kit.site().user(`oec_student_${id}`))?.lastname).toBe('Third');
    expect(await kit.troubles()).toEqual({});
    // The books agree with Moodle: one more pass has nothing to write.
    const calls = await kit
      .site()
      .callsDuring(() => kit.sync(student(id, { last_name: 'Third', write_date: 'later' })));
    expect(calls).toEqual([]);
  });
});
