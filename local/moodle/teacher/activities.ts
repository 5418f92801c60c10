import { nowInSeconds } from '../now-in-seconds.ts';
import type { CourseModule } from '../state/activities.ts';
import { addAttendance } from '../state/attendance-activity.ts';
import { addModule, deleteModule } from '../state/course-modules.ts';
import { addGradeItem, itemOfActivity, type NewGradeItem } from '../state/grade-items.ts';
import { setGrade } from '../state/set-grade.ts';
import type { SiteState } from '../state/site-state.ts';
import { adminId } from './admin-id.ts';
import { requireRow } from './require-row.ts';

/** An activity by its three ids: its own, its course module's and its column's in the gradebook. */
export type AddedActivity = { id: number; cmid: number; itemid: number };

type NewActivity = { name: string; gradepass?: number; completion?: boolean };

/** Quizzes, assignments and attendance activities of a course, and how they are graded. */
export class TeacherActivities {
  readonly #state: SiteState;

  constructor(state: SiteState) {
    this.#state = state;
  }

  /** @param quiz.grade the highest grade, 10 unless told */
  addQuiz(
    courseid: number,
    quiz: NewActivity & { grade?: number; timeopen?: number; timeclose?: number },
  ): AddedActivity {
    const { grade = 10, timeopen = 0, timeclose = 0 } = quiz;
    const { id } = this.#state.activities.quizzes.insert({ grade, timeopen, timeclose });
    return this.#add(courseid, 'quiz', id, quiz, { grademax: grade });
  }

  /** @param assignment.grade the highest grade, 100 unless told */
  addAssignment(
    courseid: number,
    assignment: NewActivity & { grade?: number; allowsubmissionsfromdate?: number; duedate?: number },
  ): AddedActivity {
    const { grade = 100, allowsubmissionsfromdate = 0, duedate = 0 } = assignment;
    const row = { grade, allowsubmissionsfromdate, duedate };
    const { id } = this.#state.activities.assignments.insert(row);
    return this.#add(courseid, 'assign', id, assignment, { grademax: grade });
  }

  /** @param assignment.scale words from worst to best; a grade is a word's place, from 1 */
  addAssignmentWithScale(
    courseid: number,
    assignment: NewActivity & { scale: readonly string[] },
  ): AddedActivity {
    const { scale } = assignment;
    // Scales have no table here: any negative number says that there is one.
    const { id } = this.#state.activities.assignments.insert({
      grade: -1,
      allowsubmissionsfromdate: 0,
      duedate: 0,
    });
    const column = { gradetype: 'scale', scale, grademin: 1, grademax: scale.length } as const;
    return this.#add(courseid, 'assign', id, assignment, column);
  }

  addAttendance(courseid: number, attendance: { name: string; groupmode?: number }): AddedActivity {
    return addAttendance(this.#state, { courseid, ...attendance });
  }

  /** Grades an assignment; null takes the grade back. */
  gradeAssignment(
    assignment: number,
    userid: number,
    grade: number | null,
    { at = nowInSeconds() }: { at?: number } = {},
  ): void {
    const { assignmentGrades } = this.#state.activities;
    const before = assignmentGrades.find('place', `${assignment}/${userid}`)[0];
    const row = { assignment, userid, grade: grade ?? -1, grader: adminId, timemodified: at };
    if (before) assignmentGrades.update(before.id, row);
    else assignmentGrades.insert({ ...row, timecreated: at });
    setGrade(this.#state, { itemid: this.#itemId('assign', assignment), userid, finalgrade: grade, at });
  }

  /** A student finishes an attempt at a quiz; the best of all attempts counts. */
  finishQuiz(
    quiz: number,
    userid: number,
    grade: number,
    { at = nowInSeconds() }: { at?: number } = {},
  ): void {
    const { quizGrades } = this.#state.activities;
    const before = quizGrades.find('place', `${quiz}/${userid}`)[0];
    const best = Math.max(before?.grade ?? 0, grade);
    if (before) quizGrades.update(before.id, { grade: best });
    else quizGrades.insert({ quiz, userid, grade: best });
    const itemid = this.#itemId('quiz', quiz);
    setGrade(this.#state, { itemid, userid, finalgrade: best, at, timecreated: at });
  }

  /** Deletes a student's attempts at a quiz, and with them the grade. */
  deleteAttempts(quiz: number, userid: number, { at = nowInSeconds() }: { at?: number } = {}): void {
    const grade = this.#state.activities.quizGrades.find('place', `${quiz}/${userid}`)[0];
    if (!grade) return;
    this.#state.activities.quizGrades.delete(grade.id);
    setGrade(this.#state, { itemid: this.#itemId('quiz', quiz), userid, finalgrade: null, at });
  }

  /** Hides an activity, and with it its column. */
  hide(cmid: number): void {
    const { modules } = this.#state.activities;
    const { modname, instance } = requireRow(modules, cmid, 'activity');
    modules.update(cmid, { visible: false });
    const item = itemOfActivity(this.#state, modname, instance);
    if (item) this.#state.gradebook.items.update(item.id, { hidden: true });
  }

  /** Deletes an activity with everybody's grades in it. */
  delete(cmid: number): void {
    deleteModule(this.#state, requireRow(this.#state.activities.modules, cmid, 'activity'));
  }

  #add(
    courseid: number,
    modname: CourseModule['modname'],
    instance: number,
    { name, gradepass = 0, completion = false }: NewActivity,
    column: Partial<NewGradeItem>,
  ): AddedActivity {
    const cmid = addModule(this.#state, { courseid, modname, instance, name, completion });
    const activity = {
      itemtype: 'mod',
      itemname: name,
      itemmodule: modname,
      iteminstance: instance,
    } as const;
    const itemid = addGradeItem(this.#state, courseid, { idnumber: '', gradepass, ...column, ...activity });
    return { id: instance, cmid, itemid };
  }

  #itemId(modname: string, instance: number): number {
    const item = itemOfActivity(this.#state, modname, instance);
    if (!item) throw new Error(`${modname} ${instance} is not graded`);
    return item.id;
  }
}
