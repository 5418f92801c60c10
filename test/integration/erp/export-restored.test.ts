import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptRecords, releaseDeletions } from '#shared/odoo/export/operator.ts';
import { type Kit, startKit } from '../kit.ts';
import {
  exportAll,
  exportChanges,
  exportState,
  findings,
  hour,
  minute,
  recordOf,
  statesOf,
} from './export-support.ts';
import { School } from './school.ts';

const day = 24 * hour;

describe('an ERP whose backup of last week was restored', () => {
  let kit: Kit;
  let school: School;
  /** Of the week that is lost: a student with an enrolment, and a student whose name was changed. */
  let lost: number;
  let lostEnrolment: number;
  let renamed: number;
  beforeAll(async () => {
    kit = await startKit({ schedules: 'none', erp: {} });
    school = new School(kit.erp, 4);
    await exportAll(kit);
    const restore = kit.erp.backup();
    await kit.advance(7 * day);
    lost = school.student();
    lostEnrolment = school.enrolment(lost);
    renamed = school.students[0]!;
    kit.erp.registrar.write('op.student', renamed, { last_name: 'Renamed' });
    await exportAll(kit);
    restore();
    kit.expectErrors(/"Export finding"/);
  });
  afterAll(() => kit.stop());

  const placeOf = (student: number) =>
    kit.site().participant(school.course(school.subjects[0]), `oec_student_${student}`);

  it('takes nothing away and brings back nothing old, and the operator is told', async () => {
    await kit.advance(minute);
    await exportAll(kit);
    expect(await findings(kit)).toEqual([
      'op.student deletions-held',
      'op.student older-records',
      'op.student.course deletions-held',
    ]);
    expect((await exportState(kit)).back_since).toBeDefined();
    expect((await kit.site().user(`oec_student_${renamed}`))?.lastname).toBe('Renamed');
    expect(await placeOf(lost)).toMatch(/^student/);
    expect(await recordOf(kit, 'op.student.course', lostEnrolment)).toBeDefined();
  });

  it('does not give the account of a student to another one that got the same id', async () => {
    const other = kit.erp.registrar.create('op.student', {
      name: 'Other Sample',
      first_name: 'Other',
      last_name: 'Sample',
      birth_date: '2006-02-03',
      email: 'other@example.org',
    });
    expect(other).toBe(lost);
    await kit.advance(minute);
    await exportChanges(kit);
    expect((await kit.site().user(`oec_student_${lost}`))?.firstname).toBe('Student5');
    const { findings: found } = await exportState(kit);
    expect(found).toContainEqual(
      expect.objectContaining({ code: 'other-records', model: 'op.student', count: 1, ids: [String(lost)] }),
    );
    // The comparison of all records says the same.
    await exportAll(kit);
    expect(await findings(kit)).toContain('op.student other-records');
    expect((await kit.site().user(`oec_student_${lost}`))?.firstname).toBe('Student5');
  });

  it('goes on exporting what is saved from now on', async () => {
    const student = school.students[1]!;
    kit.erp.registrar.write('op.student', student, { last_name: 'Newer' });
    const contact = school.contact(student);
    kit.erp.registrar.write('res.partner', contact, { email: 'newer@example.org' });
    await kit.advance(minute);
    await exportChanges(kit);
    expect(await kit.site().user(`oec_student_${student}`)).toMatchObject({
      lastname: 'Newer',
      email: 'newer@example.org',
    });
  });

  it('takes the ERP as it is once the operator has said so', async () => {
    const now = kit.cloud.clock.now();
    await acceptRecords(statesOf(kit), ['op.student'], now + hour, now);
    await releaseDeletions(statesOf(kit), ['op.student', 'op.student.course'], now + hour, now);
    await exportChanges(kit);
    expect((await kit.site().user(`oec_student_${renamed}`))?.lastname).toBe('Sample');
    expect((await kit.site().user(`oec_student_${lost}`))?.firstname).toBe('Other');
    expect(await recordOf(kit, 'op.student.course', lostEnrolment)).toBeUndefined();
    expect(await placeOf(lost)).toMatch(/^suspended student/);
    expect(await findings(kit)).toEqual([]);
    await kit.advance(2 * hour);
    await exportAll(kit);
    expect(await findings(kit)).toEqual([]);
    expect((await exportState(kit)).back_since).toBeUndefined();
  });
});
