import { describe, expect, it } from 'vitest';
import { moodleLimits } from '#shared/models/fields/moodle-limits.ts';
import { type PushedModel, parseRecord } from '#shared/models/models.ts';

/** The problems of an item as `field rule`, so that a test reads as a list of rules. */
function problemsOf(model: PushedModel, item: unknown): string[] {
  const result = parseRecord(model, item);
  return result.ok ? [] : result.problems.map(({ field, rule }) => `${field} ${rule}`);
}

describe('records as a real Odoo 18 sent them', () => {
  it('reads a department and its child', () => {
    expect(
      parseRecord('op.department', {
        id: 5,
        name: 'Faculty of Science',
        code: 'SCI',
        parent_id: false,
        write_date: '2026-11-23 21:24:53',
      }),
    ).toEqual({
      ok: true,
      record: { id: '5', name: 'Faculty of Science', code: 'SCI', parentId: undefined },
    });
    expect(
      parseRecord('op.department', {
        id: 6,
        name: 'Physics & Astronomy',
        code: 'PHY',
        parent_id: [5, 'Faculty of Science'],
      }),
    ).toEqual({ ok: true, record: { id: '6', name: 'Physics & Astronomy', code: 'PHY', parentId: '5' } });
  });

  it('reads a program', () => {
    expect(
      parseRecord('op.course', {
        id: 29,
        name: 'BSc Physics Semester 1',
        code: 'BSCPHY-1',
        parent_id: [28, 'BSc Physics'],
        department_id: [3, 'Department of Accounts'],
        subject_ids: [70, 69],
        evaluation_type: 'normal',
        active: true,
        write_date: '2026-11-23 21:24:53',
      }),
    ).toEqual({
      ok: true,
      record: {
        id: '29',
        name: 'BSc Physics Semester 1',
        code: 'BSCPHY-1',
        parentId: '28',
        departmentId: '3',
        subjectIds: ['69', '70'],
        active: true,
      },
    });
  });

  it('reads a subject', () => {
    expect(
      parseRecord('op.subject', {
        id: 70,
        name: 'Optics',
        code: 'PHY102',
        type: 'both',
        subject_type: 'elective',
        department_id: [3, 'Department of Accounts'],
        active: true,
      }),
    ).toEqual({
      ok: true,
      record: {
        id: '70',
        name: 'Optics',
        code: 'PHY102',
        subjectType: 'elective',
        departmentId: '3',
        active: true,
      },
    });
  });

  it('reads a batch', () => {
    expect(
      parseRecord('op.batch', {
        id: 12,
        code: 'PHY-2026',
        name: 'Physics 2026',
        start_date: '2026-09-01',
        end_date: '2027-06-30',
        course_id: [29, 'BSc Physics Semester 1'],
        active: true,
      }),
    ).toEqual({
      ok: true,
      record: {
        id: '12',
        code: 'PHY-2026',
        name: 'Physics 2026',
        startDate: '2026-09-01',
        endDate: '2027-06-30',
        programId: '29',
        active: true,
      },
    });
  });

  it('reads an enrolment', () => {
    expect(
      parseRecord('op.student.course', {
        id: 25,
        student_id: [26, 'Ana Sample'],
        course_id: [29, 'BSc Physics Semester 1'],
        batch_id: [12, 'Physics 2026'],
        roll_number: '17',
        subject_ids: [],
        academic_years_id: false,
        academic_term_id: false,
        state: 'running',
      }),
    ).toEqual({
      ok: true,
      record: {
        id: '25',
        studentId: '26',
        programId: '29',
        batchId: '12',
        subjectIds: [],
        state: 'running',
      },
    });
  });

  it('reads a timetable session', () => {
    expect(
      parseRecord('op.session', {
        id: 5,
        name: 'Carl Lecturer:Mechanics:09:00AM-10:30AM',
        faculty_id: [16, 'Carl Lecturer'],
        subject_id: [69, 'Mechanics'],
        course_id: [29, 'BSc Physics Semester 1'],
        batch_id: [12, 'Physics 2026'],
        start_datetime: '2026-11-23 08:00:00',
        end_datetime: '2026-11-23 09:30:00',
        state: 'draft',
        active: true,
        company_id: [1, 'OpenEduCat'],
      }),
    ).toEqual({
      ok: true,
      record: {
        id: '5',
        facultyId: '16',
        subjectId: '69',
        programId: '29',
        batchId: '12',
        state: 'draft',
        startsAt: Date.UTC(2026, 10, 23, 8) / 1000,
        endsAt: Date.UTC(2026, 10, 23, 9, 30) / 1000,
        active: true,
      },
    });
  });
});

describe('structure that Moodle would not take', () => {
  const batch = { id: 1, name: 'A', code: 'A', course_id: 2 };

  it('needs a name, and the codes that short names are made of', () => {
    expect(problemsOf('op.department', { id: 1, name: ' ', code: '' })).toEqual(['name required']);
    expect(problemsOf('op.course', { id: 1, name: false })).toEqual(['name required', 'code required']);
    expect(problemsOf('op.subject', { id: 1 })).toEqual(['name required', 'code required']);
    expect(problemsOf('op.batch', { ...batch, name: '', code: '' }).sort()).toEqual([
      'code required',
      'name required',
    ]);
  });

  it.each([
    ['op.department', 255],
    ['op.course', 255],
    ['op.subject', 1333],
    ['op.batch', 200],
  ] as const)('takes a name of %s up to %i characters, an emoji counting one', (model, limit) => {
    const item = { ...batch, code: 'A' };
    expect(problemsOf(model, { ...item, name: '🎓'.repeat(limit) })).toEqual([]);
    expect(problemsOf(model, { ...item, name: 'x'.repeat(limit + 1) })).toEqual(['name too-long']);
  });

  it('never lets a short name grow past 255 characters', () => {
    const subject = { id: 1, name: 'S', code: 's'.repeat(200) };
    const program = { id: 2, name: 'P', code: 'p'.repeat(54) };
    expect(`${subject.code}_${program.code}`).toHaveLength(moodleLimits.courseShortname);
    expect(problemsOf('op.subject', subject)).toEqual([]);
    expect(problemsOf('op.course', program)).toEqual([]);
    expect(problemsOf('op.subject', { ...subject, code: `${subject.code}s` })).toEqual(['code too-long']);
    expect(problemsOf('op.course', { ...program, code: `${program.code}p` })).toEqual(['code too-long']);
  });

  it('never lets a group name of batch name and code grow past 254 characters', () => {
    const longest = { ...batch, name: 'n'.repeat(200), code: 'c'.repeat(51) };
    expect(`${longest.name} (${longest.code})`).toHaveLength(moodleLimits.groupName);
    expect(problemsOf('op.batch', longest)).toEqual([]);
    expect(problemsOf('op.batch', { ...batch, code: 'c'.repeat(52) })).toEqual(['code too-long']);
  });

  it('takes a "<" only where a blank follows', () => {
    expect(problemsOf('op.subject', { id: 1, code: 'L', name: 'Law & "Order" < 3 > 2' })).toEqual([]);
    expect(problemsOf('op.subject', { id: 1, code: 'L', name: 'Bold <b>Law</b>' })).toEqual(['name html']);
    expect(problemsOf('op.subject', { id: 1, code: 'L', name: 'a <3' })).toEqual(['name html']);
    expect(problemsOf('op.subject', { id: 1, code: 'L', name: 'ends with <' })).toEqual(['name html']);
  });

  it('refuses characters no database holds', () => {
    expect(problemsOf('op.batch', { ...batch, name: 'A\u0000B' })).toEqual(['name format']);
    expect(problemsOf('op.batch', { ...batch, name: 'A\ud83dB' })).toEqual(['name format']);
    expect(problemsOf('op.batch', { ...batch, name: 'A\uffffB' })).toEqual(['name format']);
    expect(problemsOf('op.subject', { id: 1, name: 'S', code: 'A\ufffeB' })).toEqual(['code format']);
    expect(problemsOf('op.department', { id: 1, name: 'A\ufdd0B\ue000' })).toEqual([]);
  });

  it('refuses 0 as the name of a category, and only of one', () => {
    expect(problemsOf('op.department', { id: 1, name: '0' })).toEqual(['name format']);
    expect(problemsOf('op.course', { id: 1, name: 0, code: '0' })).toEqual(['name format']);
    expect(problemsOf('op.department', { id: 1, name: '00' })).toEqual([]);
    expect(problemsOf('op.subject', { id: 1, name: '0', code: '0' })).toEqual([]);
    expect(problemsOf('op.batch', { ...batch, name: '0', code: '0' })).toEqual([]);
  });

  it('needs the references a record is nothing without', () => {
    expect(problemsOf('op.batch', { ...batch, course_id: false })).toEqual(['course_id required']);
    expect(problemsOf('op.student.course', { id: 1 })).toEqual(['student_id required', 'course_id required']);
    const alone = { id: 1, student_id: 1, course_id: 1, batch_id: false };
    expect(problemsOf('op.student.course', alone), 'a batch may be missing since 2025').toEqual([]);
    expect(problemsOf('op.session', { id: 1 })).toEqual([
      'faculty_id required',
      'subject_id required',
      'course_id required',
    ]);
  });

  it('refuses a record that is its own parent', () => {
    expect(problemsOf('op.department', { id: 4, name: 'A', parent_id: [4, 'A'] })).toEqual([
      'parent_id own-parent',
    ]);
    expect(problemsOf('op.course', { id: '4', name: 'A', code: 'A', parent_id: 4 })).toEqual([
      'parent_id own-parent',
    ]);
  });

  it('lets pass what does no harm in Moodle', () => {
    expect(problemsOf('op.batch', { ...batch, start_date: '2027-01-01', end_date: '2026-01-01' })).toEqual(
      [],
    );
    expect(problemsOf('op.department', { id: 1, name: 'No code' })).toEqual([]);
  });

  it('says in a sentence what is wrong and what to do', () => {
    expect(parseRecord('op.department', { id: 1, name: 'x'.repeat(300) })).toEqual({
      ok: false,
      problems: [
        {
          field: 'name',
          rule: 'too-long',
          reason:
            'The name of this department has 300 characters; at most 255 fit for the category. Shorten it in OpenEduCat.',
        },
      ],
    });
  });
});
