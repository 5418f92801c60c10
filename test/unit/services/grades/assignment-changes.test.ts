import { describe, expect, it } from 'vitest';
import {
  assignmentChanges,
  assignmentsDigest,
  booksOf,
  gradesSince,
} from '#shared/services/grades/assignment-changes.ts';
import { coursePlaceOf } from '#shared/services/grades/course-place.ts';

const course = 'oec_subj_15_course_7';
const about = { instance: 'main', place: coursePlaceOf(course) };
const given = { maxima: new Map([[5, 50]]), exams: new Map() };
const graded = (...grades: [number, number | null, number][]) => [
  {
    assignmentid: 5,
    grades: grades.map(([userid, grade, timemodified]) => ({ userid, grade, timemodified })),
  },
];

describe('assignmentChanges', () => {
  const students = new Map([[7, '26']]);

  it('writes an attendee for each grade of a student, and remembers who that is in Moodle', () => {
    const answer = graded([7, 28.5, 100], [8, 30, 90]);
    const {
      records,
      rows,
      graded: first,
    } = assignmentChanges(answer, about, { known: new Map(), students }, given);
    expect(records).toMatchObject([{ id: 'moodle_main_assign_5_student_26', marks: 29, grade_percent: 57 }]);
    expect(first).toEqual(new Map([[5, 100]]));
    const books = booksOf(course, rows);
    expect(books.students).toEqual(students);
    expect(assignmentChanges(answer, about, books, given).records).toEqual([]);
    const withdrawn = graded([7, null, 200]);
    expect(assignmentChanges(withdrawn, about, books, given).records).toMatchObject([{ withdrawn: true }]);
  });

  it('has nothing to withdraw where nothing was', () => {
    const books = { known: new Map(), students };
    expect(assignmentChanges(graded([7, null, 100]), about, books, given).records).toEqual([]);
  });
});

describe('an answer', () => {
  it("is cut to the course's own time: other courses in the call may be further behind", () => {
    const answer = graded([7, 1, 100], [8, 2, 200]);
    expect(gradesSince(answer, 150)).toEqual(graded([8, 2, 200]));
    expect(gradesSince(answer, 201)).toEqual([]);
  });

  it('says the same in another order and at another time', () => {
    const one = assignmentsDigest(graded([7, 1, 100], [8, 2, 200]));
    expect(assignmentsDigest(graded([8, 2, 300], [7, 1, 100]))).toBe(one);
    expect(assignmentsDigest(graded([8, 2, 300], [7, null, 100]))).not.toBe(one);
  });
});
