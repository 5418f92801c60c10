import type { SimulatedMoodle } from '#local/moodle/simulated-moodle.ts';
import { studentIdnumber, subjectCourseIdnumber } from '#shared/models/references.ts';
import { MoodleClient } from '#shared/moodle/client/client.ts';
import { createCategories } from '#shared/moodle/functions/categories.ts';
import { createCourses } from '#shared/moodle/functions/courses.ts';
import { enrolUsers } from '#shared/moodle/functions/enrolments.ts';
import { createUsers } from '#shared/moodle/functions/users.ts';
import type { MappingStore } from '#shared/moodle/mappings/mapping.ts';
import { newMapping } from '#shared/moodle/mappings/mapping.ts';
import { teacherOf } from '#test/peers/teacher/teacher.ts';

const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** Courses that each student is in. */
const coursesOfStudent = 6;
const aYearAgo = Math.floor(Date.now() / 1000) - 365 * 24 * 3600;

/** A Moodle full of grades, and how to change some of them. */
export interface GradedUniversity {
  /** Grades that are not null. */
  grades: number;
  /** Those of quizzes and assignments. */
  activityGrades: number;
  quizzes: number;
  /** Gives a student a better grade in so many quizzes. */
  changeQuizzes(count: number): void;
  changeAssignment(): void;
}

/**
 * Fills a Moodle, and the mappings of its courses. Of each four items one is a quiz, one an assignment and two are
 * columns of the gradebook; one grade in twenty is missing.
 */
export async function fillMoodle(
  moodle: SimulatedMoodle,
  mappings: MappingStore,
  { courses, students, items }: { courses: number; students: number; items: number },
): Promise<GradedUniversity> {
  const client = new MoodleClient({ baseUrl: moodle.url, token: moodle.token });
  const { activities, gradebook } = teacherOf(moodle);
  const userids = await makeUsers(
    client,
    Math.max(students, Math.ceil((courses * students) / coursesOfStudent)),
  );
  for (const [index, moodle_id] of userids.entries()) {
    const id = String(index + 1);
    const mapping = newMapping('bench', studentIdnumber(id), 'students', { model: 'op.student', id });
    await mappings.save({ ...mapping, status: 'synced', active: true, moodle_id });
  }
  const courseids = await makeCourses(client, courses);
  const filled = { grades: 0, activityGrades: 0 };
  const quizzes: { id: number; userid: number }[] = [];
  const assignments: { id: number; userid: number }[] = [];
  for (const [index, courseid] of courseids.entries()) {
    const enrolled = range(students).map((n) => userids[(index * students + n) % userids.length] ?? 0);
    await enrolUsers(
      client,
      enrolled.map((userid) => ({ roleid: 5, userid, courseid })),
    );
    const idnumber = subjectCourseIdnumber(String(index + 1), '1');
    const mapping = newMapping('bench', idnumber, 'subjects', { model: 'op.subject', id: String(index + 1) });
    await mappings.save({ ...mapping, status: 'synced', active: true, moodle_id: courseid });
    for (const item of range(items)) {
      const name = `Item ${item}`;
      const at = aYearAgo + index * 3600;
      const [quiz, assignment] = [item % 4 === 1, item % 4 === 2];
      const made = quiz
        ? activities.addQuiz(courseid, { name, grade: 10, gradepass: 5 })
        : assignment
          ? activities.addAssignment(courseid, { name })
          : { id: gradebook.addItem(courseid, { name }) };
      for (const [n, userid] of enrolled.entries()) {
        if ((n + item) % 20 === 0) continue;
        filled.grades += 1;
        if (quiz || assignment) filled.activityGrades += 1;
        if (quiz) activities.finishQuiz(made.id, userid, (n % 9) + 0.5, { at });
        else if (assignment) activities.gradeAssignment(made.id, userid, (n % 100) + 0.5, { at });
        else gradebook.grade(made.id, userid, (n % 100) + 0.25, { at });
      }
      const userid = enrolled[0] ?? 0;
      if (quiz) quizzes.push({ id: made.id, userid });
      if (assignment) assignments.push({ id: made.id, userid });
    }
  }
  return {
    ...filled,
    quizzes: quizzes.length,
    changeQuizzes(count) {
      for (const { id, userid } of quizzes.slice(0, count)) activities.finishQuiz(id, userid, 10);
    },
    changeAssignment() {
      const [first] = assignments;
      if (first) activities.gradeAssignment(first.id, first.userid, 99);
    },
  };
}

async function makeUsers(client: MoodleClient, count: number): Promise<number[]> {
  const users = range(count).map((id) => ({
    username: `student${id}`,
    firstname: 'Student',
    lastname: `Number${id}`,
    email: `student${id}@example.org`,
    idnumber: studentIdnumber(String(id)),
    password: 'Password-1!',
  }));
  return inChunks(users, async (part) => (await createUsers(client, part)).map(({ id }) => id));
}

async function makeCourses(client: MoodleClient, count: number): Promise<number[]> {
  const [category] = await createCategories(client, [{ name: 'Bench', parent: 0, idnumber: 'oec_course_1' }]);
  const courses = range(count).map((id) => ({
    fullname: `Course ${id}`,
    shortname: `C${id}`,
    idnumber: subjectCourseIdnumber(String(id), '1'),
    categoryid: category?.id ?? 1,
  }));
  return inChunks(courses, async (part) => (await createCourses(client, part)).map(({ id }) => id));
}

async function inChunks<T>(all: T[], make: (part: T[]) => Promise<number[]>): Promise<number[]> {
  const made: number[] = [];
  for (let start = 0; start < all.length; start += 100)
    made.push(...(await make(all.slice(start, start + 100))));
  return made;
}
