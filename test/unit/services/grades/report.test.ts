import { describe, expect, it } from 'vitest';
import type { GradeItem, UserGrades } from '#shared/moodle/functions/grade-items.ts';
import { assignmentsOf, readReport, reportDigest } from '#shared/services/grades/report.ts';

const item = (fields: Partial<GradeItem> = {}): GradeItem => ({
  id: 3,
  itemname: 'Oral',
  itemtype: 'manual',
  itemmodule: null,
  iteminstance: null,
  itemnumber: 0,
  cmid: null,
  graderaw: 12,
  grademin: 0,
  grademax: 20,
  gradedategraded: 100,
  gradeishidden: false,
  outcomeid: null,
  rangeformatted: null,
  gradetype: 'value',
  ...fields,
});
const user = (userid: number, useridnumber: string, ...gradeitems: GradeItem[]): UserGrades => ({
  courseid: 1,
  userid,
  useridnumber,
  gradeitems,
});
const activity = (itemmodule: string, iteminstance: number, fields: Partial<GradeItem> = {}) =>
  item({ itemtype: 'mod', itemmodule, iteminstance, ...fields });

describe('readReport', () => {
  it('keeps what can become a record, by the student of the ERP', () => {
    expect(readReport([user(7, 'oec_student_26', item())])).toEqual({
      students: [
        {
          student: '26',
          userid: 7,
          grades: [
            {
              itemid: 3,
              activity: { module: 'item', id: 3 },
              name: 'Oral',
              raw: 12,
              min: 0,
              max: 20,
              gradedAt: 100,
            },
          ],
        },
      ],
      skipped: 0,
      unknown: 0,
    });
  });

  it('leaves out totals and what is hidden, without a word', () => {
    const items = [
      item({ itemtype: 'course' }),
      item({ itemtype: 'category' }),
      item({ gradeishidden: true }),
    ];
    expect(readReport([user(7, 'oec_student_26', ...items)])).toMatchObject({
      students: [{ grades: [] }],
      skipped: 0,
    });
  });

  it('skips words and what has no range, and counts those that were given', () => {
    const scale = item({ gradetype: 'scale', grademax: 3 });
    const rangeless = item({ grademax: null });
    const text = item({ gradetype: 'text', graderaw: null });
    const report = readReport([user(7, 'oec_student_26', scale, rangeless, text, item())]);
    expect(report.skipped).toBe(2);
    expect(report.students[0]?.grades).toHaveLength(1);
  });

  it('counts people with grades whom the ERP does not know', () => {
    const ungraded = item({ graderaw: null });
    const report = readReport([
      user(7, '', item()),
      user(8, '', ungraded),
      user(9, 'oec_faculty_4', item()),
      user(10, 'oec_student_x', item()),
    ]);
    expect(report).toEqual({ students: [], skipped: 0, unknown: 3 });
  });

  it('takes the older of two accounts with one idnumber', () => {
    const report = readReport([user(8, 'oec_student_26', item()), user(7, 'oec_student_26', item())]);
    expect(report).toMatchObject({ students: [{ userid: 7 }], unknown: 1 });
  });

  it('knows quizzes and assignments by their own ids, and all else by the column', () => {
    const columns = [
      activity('quiz', 5),
      activity('assign', 5),
      activity('assign', 5, { id: 4, itemnumber: 1000 }),
      activity('workshop', 5, { id: 6 }),
    ];
    const [student] = readReport([user(7, 'oec_student_26', ...columns)]).students;
    expect(student?.grades.map(({ activity: { module, id } }) => `${module} ${id}`)).toEqual([
      'quiz 5',
      'assign 5',
      'item 4',
      'item 6',
    ]);
  });
});

describe('reportDigest', () => {
  const digest = (...users: UserGrades[]) => reportDigest(readReport(users));
  const before = digest(user(7, 'oec_student_26', item()), user(8, 'oec_student_27', item()));

  it('is the same in another order, with another name or another date', () => {
    const renamed = item({ itemname: 'Viva', gradedategraded: 200 });
    expect(digest(user(8, 'oec_student_27', item()), user(7, 'oec_student_26', renamed))).toBe(before);
  });

  it.each<[string, Partial<GradeItem>]>([
    ['another grade', { graderaw: 13 }],
    ['another range', { grademax: 30 }],
    ['no grade', { graderaw: null }],
    ['no column', { gradeishidden: true }],
  ])('is another with %s', (_what, change) => {
    expect(digest(user(7, 'oec_student_26', item(change)), user(8, 'oec_student_27', item()))).not.toBe(
      before,
    );
  });

  it('tells a student without the grade from one who is missing', () => {
    const without = digest(user(7, 'oec_student_26', item({ graderaw: null })));
    expect(digest()).not.toBe(without);
  });
});

describe('assignmentsOf', () => {
  it('names each assignment that is graded with numbers once', () => {
    const columns = [activity('assign', 9), activity('assign', 5), activity('quiz', 4)];
    const scale = activity('assign', 6, { gradetype: 'scale' });
    const users = [user(7, 'oec_student_26', ...columns, scale), user(8, 'oec_student_27', ...columns)];
    expect(assignmentsOf(readReport(users))).toEqual([
      { id: 5, name: 'Oral', max: 20 },
      { id: 9, name: 'Oral', max: 20 },
    ]);
  });
});
