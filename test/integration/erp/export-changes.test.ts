import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kit, startKit } from '../kit.ts';
import {
  callsDuring,
  exportAll,
  exportChanges,
  exportState,
  minute,
  recordOf,
  second,
  untilSettled,
} from './export-support.ts';
import { School } from './school.ts';

/** A stack with an ERP and a school in it, which has been exported. */
async function exportedSchool(erp: Parameters<typeof startKit>[0] = {}) {
  const kit = await startKit({ schedules: 'none', erp: {}, ...erp });
  const school = new School(kit.erp);
  await exportChanges(kit);
  return { kit, school };
}

describe('what is saved in the ERP', () => {
  let kit: Kit;
  let school: School;
  beforeAll(async () => {
    ({ kit, school } = await exportedSchool());
  });
  afterAll(() => kit.stop());

  /** Lets a registrar do something, and a minute pass. */
  async function afterwards<T>(work: (registrar: Kit['erp']['registrar']) => T): Promise<T> {
    await kit.advance(minute);
    const result = work(kit.erp.registrar);
    await exportChanges(kit);
    return result;
  }

  it('is all in Moodle after the first export', async () => {
    const { program, department, batch, subjects, students } = school;
    expect(await kit.site().category(`oec_dept_${department}`)).toMatchObject({ name: 'Science' });
    expect(await kit.site().category(`oec_course_${program}`)).toMatchObject({
      parent: `oec_dept_${department}`,
    });
    expect(await kit.site().participants(school.course(subjects[0]))).toEqual(
      Object.fromEntries(students.map((id) => [`oec_student_${id}`, `student in oec_batch_${batch}`])),
    );
    expect(await kit.troubles()).toEqual({});
    expect(await exportState(kit)).toMatchObject({
      last_success: expect.any(String),
      models: { 'op.student': { status: 'complete' } },
    });
  });

  it('as a change of the student arrives', async () => {
    const [student] = school.students as [number];
    await afterwards((registrar) => registrar.write('op.student', student, { last_name: 'Example' }));
    expect((await kit.site().user(`oec_student_${student}`))?.lastname).toBe('Example');
  });

  it('as a change of the contact only arrives', async () => {
    const [, student] = school.students as [number, number];
    const dated = (await recordOf(kit, 'op.student', student))?.write_date;
    const contact = school.contact(student);
    await afterwards((registrar) => registrar.write('res.partner', contact, { email: 'new@example.org' }));
    expect((await kit.site().user(`oec_student_${student}`))?.email).toBe('new@example.org');
    expect((await recordOf(kit, 'op.student', student))?.write_date).toBe(dated);
  });

  it('as another subject of the program arrives', async () => {
    const { program, subjects, students, batch } = school;
    await afterwards((registrar) =>
      registrar.write('op.course', program, { subject_ids: [[4, subjects[1]]] }),
    );
    const participants = await kit.site().participants(school.course(subjects[1]));
    expect(participants[`oec_student_${students[0]}`]).toBe(`student in oec_batch_${batch}`);
  });

  it('as a new student with an enrolment arrives', async () => {
    const student = await afterwards(() => {
      const id = school.student();
      school.enrolment(id);
      return id;
    });
    expect(await kit.site().participant(school.course(school.subjects[0]), `oec_student_${student}`)).toBe(
      `student in oec_batch_${school.batch}`,
    );
  });

  it('as an archived student arrives', async () => {
    const student = school.students[2]!;
    await afterwards((registrar) => registrar.archive('op.student', student));
    expect((await kit.site().user(`oec_student_${student}`))?.suspended).toBe(true);
  });

  it('as a deleted enrolment arrives within the hour', async () => {
    const enrolment = school.enrolments[3]!;
    const student = school.students[3]!;
    await afterwards((registrar) => registrar.unlink('op.student.course', enrolment));
    const place = () => kit.site().participant(school.course(school.subjects[0]), `oec_student_${student}`);
    expect(await place()).toMatch(/^student/);
    await exportAll(kit);
    expect(await recordOf(kit, 'op.student.course', enrolment)).toBeUndefined();
    expect(await place()).toMatch(/^suspended student/);
  });

  it('as a deleted department arrives with the programs that lose it, though nothing dates that', async () => {
    const { registrar } = kit.erp;
    const department_id = registrar.create('op.department', { name: 'Arts', code: 'ART' });
    const program = registrar.create('op.course', { name: 'Painting', code: 'PNT', department_id });
    await exportChanges(kit);
    expect((await kit.site().category(`oec_course_${program}`))?.parent).toBe(`oec_dept_${department_id}`);
    registrar.unlink('op.department', department_id);
    await exportAll(kit);
    expect(await recordOf(kit, 'op.course', program)).toMatchObject({ department_id: false });
    expect((await kit.site().category(`oec_course_${program}`))?.parent).toBe('');
    expect(await kit.troubles()).toEqual({});
  });

  it('in a transaction that took five minutes arrives, when others have long saved later ones', async () => {
    const late = kit.erp.registrar.begin();
    const id = late.create('op.student', {
      name: 'Late Sample',
      first_name: 'Late',
      last_name: 'Sample',
      birth_date: '2006-02-03',
      email: 'late@example.org',
    });
    late.write('op.subject', school.subjects[0], { name: 'Statics' });
    for (let minutes = 0; minutes < 5; minutes++) await afterwards(() => school.student());
    expect(await kit.site().user(`oec_student_${id}`)).toBeUndefined();
    await afterwards(() => late.commit());
    expect(await kit.site().user(`oec_student_${id}`)).toMatchObject({ firstname: 'Late' });
    expect(await kit.site().course(school.course(school.subjects[0]))).toMatchObject({ fullname: 'Statics' });
  });

  it('costs at most two calls a model and not one write once nothing changes any more', async () => {
    await kit.advance(untilSettled);
    await exportChanges(kit);
    const before = await recordsWritten(kit);
    expect(before).toBeGreaterThan(10);
    const site = kit.site().moodle.calls.length;
    const calls = await callsDuring(kit, () => exportChanges(kit));
    const models = new Set(Object.keys(calls).map((name) => name.slice(0, name.lastIndexOf('.'))));
    expect([...models].sort()).toEqual([
      'op.batch',
      'op.course',
      'op.department',
      'op.faculty',
      'op.session',
      'op.student',
      'op.student.course',
      'op.subject',
      'res.partner',
    ]);
    for (const [name, count] of Object.entries(calls)) expect(count, name).toBe(1);
    expect(kit.erp.calls.reduce((sum, { items }) => sum + items, 0)).toBe(1);
    expect(await recordsWritten(kit)).toBe(before);
    expect(kit.site().moodle.calls.length).toBe(site);
  });
});

/** How many records the export says that it has written or deleted so far. */
async function recordsWritten(kit: Kit): Promise<number> {
  const lines = kit.cloud.logs('erp-export').filter((line) => line.includes('"RecordsExported"'));
  return lines.reduce((sum, line) => {
    const { RecordsExported = 0, RecordsDeleted = 0 } = JSON.parse(line.slice(line.indexOf('{')));
    return sum + [RecordsExported, RecordsDeleted].flat().reduce((one, other) => one + other, 0);
  }, 0);
}

describe.each(['16.0', '17.0'] as const)('an Odoo %s without the timetable', (release) => {
  it('is exported, with what is missing and its consequence', async () => {
    const { kit, school } = await exportedSchool({
      erp: { release, withoutModules: ['openeducat_timetable'] },
    });
    try {
      school.teacher([school.subjects[0]]);
      await kit.advance(second);
      await exportAll(kit);
      const participants = Object.values(await kit.site().participants(school.course(school.subjects[0])));
      expect(participants.toSorted()).toEqual([
        'editingteacher',
        ...school.students.map(() => `student in oec_batch_${school.batch}`),
      ]);
      expect((await exportState(kit)).findings).toMatchObject([
        {
          code: 'missing-model',
          severity: 'warning',
          model: 'op.session',
          message: expect.stringContaining('Teachers'),
        },
      ]);
    } finally {
      await kit.stop();
    }
  });
});
