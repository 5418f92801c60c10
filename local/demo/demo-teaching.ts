import type { SimulatedMoodle } from '#local/moodle/simulated-moodle.ts';
import { DemoTeacher } from '#local/moodle/teacher/teacher.ts';

/** How many records of each model have to arrive for what the teachers did. */
export type TaughtRecords = Record<string, number>;

/** What the teachers of the demo have done, and what they may do next. */
export interface DemoTeaching {
  expected: TaughtRecords;
  /** Other grades for three students in a column of the gradebook that belongs to no activity. */
  changeThreeGrades(): void;
}

const taughtCourses = 3;
const studentsGraded = 8;
/** Of OpenEduCat's four booleans: present, late, absent, excused. */
const acronyms = ['P', 'P', 'L', 'A', 'E'];

/**
 * Teachers at work in the simulated Moodle, in the first courses that have students enough: each gives a quiz, an
 * assignment and an oral exam, takes attendance once, and a student completes the course.
 */
export function teachDemo({ siteState }: SimulatedMoodle): DemoTeaching {
  const teacher = new DemoTeacher(siteState);
  const classes = siteState.courses
    .all()
    .map((course) => ({ course, students: studentsOf(course.id) }))
    .filter(({ course, students }) => course.idnumber !== '' && students.length >= studentsGraded)
    .slice(0, taughtCourses);
  const oralExams = classes.map(({ course, students }) => {
    const graded = students.slice(0, studentsGraded);
    const quiz = teacher.activities.addQuiz(course.id, { name: 'Quiz 1', gradepass: 5, completion: true });
    const assignment = teacher.activities.addAssignment(course.id, { name: 'Essay' });
    const oralExam = teacher.gradebook.addItem(course.id, { name: 'Oral exam', grademax: 20 });
    for (const [index, userid] of graded.entries()) {
      teacher.activities.finishQuiz(quiz.id, userid, 3 + index);
      teacher.activities.gradeAssignment(assignment.id, userid, 52.5 + 5 * index);
      teacher.gradebook.grade(oralExam, userid, 10 + index);
    }
    const attendance = teacher.activities.addAttendance(course.id, { name: 'Attendance' });
    const session = teacher.attendance.addSession(attendance.id, { sessdate: 1_793_000_000 });
    teacher.attendance.take(
      session,
      graded.map((userid, index) => ({
        userid,
        statusid: teacher.attendance.statusId(attendance.id, acronyms[index % acronyms.length]!),
      })),
    );
    teacher.completion.requireActivities(course.id, [quiz.cmid]);
    teacher.completion.completeActivity(quiz.cmid, graded[0]!);
    teacher.completion.completeCourse(course.id, graded[0]!);
    return { item: oralExam, graded };
  });
  const marks = oralExams.length * studentsGraded;
  return {
    expected: {
      // Taking attendance gives a grade in the gradebook too.
      'op.exam.session': 4 * oralExams.length,
      'op.exam': 4 * oralExams.length,
      'op.result.line': 4 * marks,
      'op.exam.attendees': 2 * marks,
      'op.attendance.register': oralExams.length,
      'op.attendance.sheet': oralExams.length,
      'op.attendance.line': marks,
    },
    changeThreeGrades() {
      const [first] = oralExams;
      for (const userid of first?.graded.slice(0, 3) ?? [])
        teacher.gradebook.grade(first!.item, userid, 19.5);
    },
  };

  function studentsOf(courseId: number): number[] {
    return siteState
      .participants(courseId)
      .filter(({ user, enrolment }) => user.idnumber.startsWith('oec_student_') && !enrolment.suspended)
      .map(({ user }) => user.id);
  }
}
