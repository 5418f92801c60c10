import type { Random } from '#local/demo/random.ts';
import { teacherOf } from '#test/peers/teacher/teacher.ts';
import type { Kit } from '../kit.ts';

/** A column of a course's gradebook, and how its teacher grades in it. */
export interface Column {
  course: string;
  module: 'quiz' | 'assign' | 'item';
  /** The quiz's or assignment's own id, the column's where it belongs to no activity. */
  activity: number;
  itemid: number;
  max: number;
}

/** Columns of a course at most: an exam has many marks, and not every mark an exam of its own. */
const mostColumns = 3;

/** Teachers who make quizzes, assignments and columns of the gradebook, grade, change and take back, at random. */
export class RandomTeachers {
  readonly columns: Column[] = [];
  /** Every grade that a student ever had in a column, by `itemid/userid`. */
  readonly history = new Map<string, Set<number | null>>();
  readonly #kit: Kit;
  readonly #random: Random;

  constructor(kit: Kit, random: Random) {
    this.#kit = kit;
    this.#random = random;
  }

  /** Does so many things: what is chosen depends on who is in Moodle by now. */
  work(count: number): void {
    for (let left = count; left > 0; left -= 1) this.#gradeOne();
  }

  #gradeOne(): void {
    const { siteState } = this.#kit.site().moodle;
    const courses = siteState.courses
      .all()
      .filter(({ idnumber, visible }) => idnumber.startsWith('oec_subj_') && visible)
      .map(({ id, idnumber }) => ({ id, idnumber, students: this.#studentsOf(id) }))
      .filter(({ students }) => students.length > 0);
    if (courses.length === 0) return;
    const { id, idnumber, students } = this.#random.pick(courses);
    const known = this.columns.filter(({ course }) => course === idnumber);
    const isNew = known.length === 0 || (known.length < mostColumns && this.#random.below(6) === 0);
    const column = isNew ? this.#addColumn(id, idnumber) : this.#random.pick(known);
    this.#grade(column, this.#random.pick(students));
  }

  #studentsOf(course: number): number[] {
    return this.#kit
      .site()
      .moodle.siteState.participants(course)
      .filter(({ user, enrolment }) => user.idnumber.startsWith('oec_student_') && !enrolment.suspended)
      .map(({ user }) => user.id);
  }

  #addColumn(courseid: number, course: string): Column {
    const { activities, gradebook } = teacherOf(this.#kit.site().moodle);
    const name = `Exam ${this.columns.length + 1}`;
    const module = this.#random.pick(['quiz', 'assign', 'item'] as const);
    const max = this.#random.pick([10, 20, 100]);
    const column = { course, module, max };
    if (module === 'item') {
      const itemid = gradebook.addItem(courseid, { name, grademax: max });
      this.columns.push({ ...column, activity: itemid, itemid });
    } else {
      const added =
        module === 'quiz'
          ? activities.addQuiz(courseid, { name, grade: max, gradepass: max / 2 })
          : activities.addAssignment(courseid, { name, grade: max });
      this.columns.push({ ...column, activity: added.id, itemid: added.itemid });
    }
    return this.columns.at(-1)!;
  }

  /** A grade, another one, or none any more. */
  #grade({ module, activity, itemid, max }: Column, userid: number): void {
    const { activities, gradebook } = teacherOf(this.#kit.site().moodle);
    const at = Math.floor(this.#kit.cloud.clock.now() / 1000);
    const isTakenBack = this.#random.below(4) === 0 && this.history.has(`${itemid}/${userid}`);
    const grade = isTakenBack ? null : this.#random.below(max * 4 + 1) / 4;
    if (module === 'item') gradebook.grade(itemid, userid, grade, { at });
    else if (module === 'assign') activities.gradeAssignment(activity, userid, grade, { at });
    else if (grade === null) activities.deleteAttempts(activity, userid, { at });
    else activities.finishQuiz(activity, userid, grade, { at });
    const key = `${itemid}/${userid}`;
    const stored = this.#kit.site().moodle.siteState.gradebook.grades.find('place', key)[0];
    this.history.set(key, (this.history.get(key) ?? new Set()).add(stored?.finalgrade ?? null));
  }
}
