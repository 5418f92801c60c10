import { describe, expect, it } from 'vitest';
import type { GradeItem, UserGrades } from '#shared/moodle/functions/grade-items.ts';
import { readReport, reportDigest } from '#shared/moodle/gradebook/report.ts';

const item = (fields: Partial<GradeItem> = {}): GradeItem => ({
  id: 3,
  itemname: 'Oral',
  itemtype: 'manual',
  itemmodule: null,
  iteminstance: null,
  itemnumber: 0,
  categoryid: 1,
  cmid: null,
  graderaw: 12,
  grademin: 0,
  grademax: 20,
  gradedategraded: 100,
  gradeishidden: false,
  outcomeid: null,
  gradetype: 'value',
  shown: 12,
  range: [0, 20],
  percentage: { value: 60, error: 0.005 },
  passed: null,
  hasRow: true,
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
  it('keeps what can become a record, by account', () => {
    expect(readReport([user(7, 'oec_student_26', item())])).toEqual({
      accounts: [
        {
          userid: 7,
          idnumber: 'oec_student_26',
          grades: [
            {
              itemid: 3,
              activity: { module: 'item', id: 3 },
              cmid: null,
              name: 'Oral',
              raw: 12,
              min: 0,
              max: 20,
              passed: null,
              gradedAt: 100,
              hasRow: true,
            },
          ],
        },
      ],
      skipped: 0,
      showsGrades: true,
      showsRows: true,
    });
  });

  it('leaves out totals and what is hidden, without a word', () => {
    const items = [
      item({ itemtype: 'course' }),
      item({ itemtype: 'category' }),
      item({ gradeishidden: true }),
    ];
    expect(readReport([user(7, 'oec_student_26', ...items)])).toMatchObject({
      accounts: [{ grades: [] }],
      skipped: 0,
    });
  });

  it('skips words and what has no range, and counts those that were given', () => {
    const scale = item({ gradetype: 'scale', grademax: 3, shown: null, range: null });
    const rangeless = item({ id: 4, gradetype: undefined, grademax: null, percentage: null });
    const text = item({ gradetype: 'text', graderaw: null });
    const report = readReport([user(7, 'oec_student_26', scale, rangeless, text, item())]);
    expect(report.skipped).toBe(2);
    expect(report.accounts[0]?.grades).toHaveLength(1);
  });

  it('does not take a cell that says nothing for an empty one', () => {
    const silent = readReport([
      user(7, 'oec_student_26', item({ graderaw: undefined }), item({ itemtype: 'course' })),
    ]);
    expect(silent).toMatchObject({ accounts: [{ grades: [] }], skipped: 0, showsGrades: false });
    expect(readReport([user(7, 'oec_student_26', item({ itemtype: 'course' }))]).showsGrades).toBe(true);
    const empty = readReport([user(7, 'oec_student_26', item({ graderaw: null, hasRow: false }))]);
    expect(empty).toMatchObject({ accounts: [{ grades: [{ raw: null }] }], showsRows: false });
  });

  it('finds the highest grade of a column without a range in the percentages of all', () => {
    const cell = (graderaw: number | null, value: number, fields: Partial<GradeItem> = {}) =>
      item({
        graderaw,
        shown: graderaw,
        gradetype: undefined,
        grademax: null,
        percentage: { value, error: 0.005 },
        ...fields,
      });
    const maximum = (...cells: GradeItem[]) =>
      readReport(cells.map((each, index) => user(index + 1, '', each))).accounts[0]?.grades[0]?.max;
    expect(maximum(cell(88, 88))).toBe(100);
    expect(maximum(cell(5.5, 73.33), cell(null, 0))).toBe(7.5);
    expect(maximum(cell(0.5, 0.5), cell(50, 50))).toBe(100);
    expect(maximum(cell(0, 0))).toBeUndefined();
    // Its second grade shows that it is a scale.
    expect(maximum(cell(2, 66.67), cell(3, 100, { shown: 12 }))).toBeUndefined();
  });

  it('hides what lies between the columns of a hidden category, whatever is said of it', () => {
    const column = (id: number, categoryid: number | null, fields: Partial<GradeItem> = {}) =>
      item({ id, categoryid, ...fields });
    const total = (id: number, category: number, gradeishidden: boolean) =>
      column(id, null, { itemtype: 'category', iteminstance: category, gradeishidden });
    const last = [
      column(3, 1),
      column(4, 2),
      column(5, 3),
      total(6, 3, false),
      column(7, 2),
      total(8, 2, true),
      column(9, 1),
    ];
    const first = [
      column(3, 1),
      total(8, 2, true),
      column(4, 2),
      total(6, 3, false),
      column(5, 3),
      column(7, 2),
      column(9, 1),
    ];
    for (const items of [last, first]) {
      const [account] = readReport([user(7, '', ...items)]).accounts;
      expect(account?.grades.map(({ itemid }) => itemid)).toEqual([3, 9]);
    }
    // Of the course's own total nothing is to be told: teachers hide it to show the grades alone.
    const course = item({ id: 10, itemtype: 'course', iteminstance: 1, gradeishidden: true });
    expect(readReport([user(7, '', column(3, 1), course)]).accounts[0]?.grades).toHaveLength(1);
  });

  it('knows quizzes and assignments by their own ids, and all else by the column', () => {
    const columns = [
      activity('quiz', 5),
      activity('assign', 5),
      activity('assign', 5, { id: 4, itemnumber: 1000 }),
      activity('workshop', 5, { id: 6 }),
    ];
    const [student] = readReport([user(7, 'oec_student_26', ...columns)]).accounts;
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
    ['a pass', { passed: true }],
  ])('is another with %s', (_what, change) => {
    expect(digest(user(7, 'oec_student_26', item(change)), user(8, 'oec_student_27', item()))).not.toBe(
      before,
    );
  });

  it('is another when an account shows another number', () => {
    expect(digest(user(7, 'oec_student_27', item()))).not.toBe(digest(user(7, 'oec_student_26', item())));
  });

  it('tells a student without the grade from one who is missing', () => {
    const without = digest(user(7, 'oec_student_26', item({ graderaw: null })));
    expect(digest()).not.toBe(without);
  });
});
