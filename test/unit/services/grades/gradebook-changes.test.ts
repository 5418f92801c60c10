import { describe, expect, it } from 'vitest';
import { coursePlaceOf } from '#shared/services/grades/course-place.ts';
import {
  changedGrades,
  type GradebookBooks,
  gradebookChanges,
} from '#shared/services/grades/gradebook-changes.ts';
import { type KnownGrades, knownGradesOf } from '#shared/services/grades/known-grades.ts';
import type { ReportedGrade } from '#shared/services/grades/report.ts';

const about = { instance: 'main', place: coursePlaceOf('oec_subj_15_course_7') };
const none = { answers: new Map(), refused: new Set<string>() };
const grade = (fields: Partial<ReportedGrade> = {}): ReportedGrade => ({
  itemid: 3,
  activity: { module: 'item', id: 3 },
  name: 'Oral',
  raw: 12,
  min: 0,
  max: 20,
  gradedAt: 100,
  ...fields,
});
const student = (...grades: ReportedGrade[]) => ({ student: '26', userid: 7, grades });
const nothing: GradebookBooks = { known: new Map(), passMarks: {}, exams: new Map() };

/** The books after a pull of these grades. */
function booksAfter(...grades: ReportedGrade[]): GradebookBooks {
  const { rows } = gradebookChanges([student(...grades)], about, nothing, none);
  const known = new Map<string, KnownGrades>(rows.map((row) => ['26', knownGradesOf(row)]));
  return { ...nothing, known };
}

describe('gradebookChanges', () => {
  it('remembers each grade in one row of the student, under the course', () => {
    const { records, rows } = gradebookChanges(
      [student(grade(), grade({ itemid: 4 }))],
      about,
      nothing,
      none,
    );
    expect(records.map(({ id }) => id)).toEqual([
      'moodle_main_item_3_student_26',
      'moodle_main_item_4_student_26',
    ]);
    expect(rows.map(({ key }) => key)).toEqual(['gradebook/oec_subj_15_course_7/oec_student_26']);
    expect(Object.keys(knownGradesOf(rows[0]!))).toEqual(['3', '4']);
  });

  it('finds nothing where nothing is new, or nothing was ever there', () => {
    const books = booksAfter(grade());
    const same = student(grade({ gradedAt: 200, name: 'Viva' }), grade({ itemid: 4, raw: null }));
    expect(gradebookChanges([same], about, books, none)).toEqual({ records: [], rows: [], graded: [] });
  });

  it('keeps what it knows of columns that are missing', () => {
    const books = booksAfter(grade(), grade({ itemid: 4 }));
    const { rows } = gradebookChanges([student(grade({ raw: 13 }))], about, books, none);
    expect(Object.keys(knownGradesOf(rows[0]!))).toEqual(['3', '4']);
  });

  it.each<[string, Partial<ReportedGrade>]>([
    ['the grade', { raw: 13 }],
    ['the range', { max: 30 }],
    ['the feedback', { feedback: 'Well done' }],
    ['that there is one', { raw: null }],
  ])('writes a record when %s has changed', (_what, change) => {
    const books = booksAfter(grade());
    expect(gradebookChanges([student(grade(change))], about, books, none).records).toHaveLength(1);
  });

  it('writes a withdrawn grade once', () => {
    const books = booksAfter(grade());
    const withdrawn = student(grade({ raw: null }));
    const { records, rows } = gradebookChanges([withdrawn], about, books, none);
    expect(records).toMatchObject([{ marks: false, grade_raw: null, withdrawn: true }]);
    const after = { ...books, known: new Map([['26', knownGradesOf(rows[0]!)]]) };
    expect(gradebookChanges([withdrawn], about, after, none).records).toEqual([]);
  });

  it('counts to the total of the exam that the ERP has edited, and judges by its marks', () => {
    const exams = new Map([['moodle_main_item_3', { total: 200, minMarks: 121, gradePass: null }]]);
    const { records } = gradebookChanges([student(grade())], about, { ...booksAfter(grade()), exams }, none);
    expect(records).toMatchObject([{ marks: 120, status: 'fail' }]);
  });

  it('leaves what was refused as it is remembered', () => {
    const refused = new Set(['26/3']);
    expect(gradebookChanges([student(grade())], about, nothing, { ...none, refused }).rows).toEqual([]);
  });
});

describe('changedGrades', () => {
  it('has no grade for which only the pass mark is another: no quiz has to be asked for it', () => {
    const quiz = grade({ activity: { module: 'quiz', id: 5 } });
    const books = { ...booksAfter(quiz), passMarks: { 5: 10 } };
    expect(changedGrades(student(quiz), 'main', books)).toEqual([]);
    const { records } = gradebookChanges([student(quiz)], about, books, none);
    expect(records).toMatchObject([{ model: 'op.result.line', status: 'pass' }]);
  });
});
