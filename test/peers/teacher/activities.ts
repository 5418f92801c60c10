import { nowInSeconds } from '#local/moodle/now-in-seconds.ts';
import type { WorkflowState } from '#local/moodle/state/activities.ts';
import { itemOfActivity, setGrade } from '#local/moodle/state/grades.ts';
import {
  type AddedActivity,
  type NewAssignment,
  TeacherActivities,
} from '#local/moodle/teacher/activities.ts';
import { requireRow } from '#local/moodle/teacher/site-visitor.ts';
import { deleteModule } from './deleting.ts';

/** What a teacher does with quizzes and assignments once they are there. */
export class Activities extends TeacherActivities {
  /** @param assignment.scale words from worst to best; a grade is a word's place, from 1 */
  addAssignmentWithScale(
    courseid: number,
    assignment: NewAssignment & { scale: readonly string[] },
  ): AddedActivity {
    const { scale } = assignment;
    // Scales have no table here: any negative number says that there is one.
    const id = this.insertAssignment({ ...assignment, grade: -1 });
    const column = { gradetype: 'scale', scale, grademin: 1, grademax: scale.length } as const;
    return this.add(courseid, 'assign', id, assignment, column);
  }

  /** Changes how far the marking of a grade is: `released` shows it, anything else takes it out of the gradebook. */
  setWorkflowState(assignment: number, userid: number, workflowstate: WorkflowState): void {
    const row = this.gradeIn(assignment, userid);
    if (!row) return;
    this.state.activities.assignmentGrades.update(row.id, { workflowstate });
    this.publish(assignment, userid, nowInSeconds());
  }

  /** Says whose the work is that was marked blindly. */
  revealIdentities(assignment: number): void {
    const { assignments, assignmentGrades } = this.state.activities;
    assignments.update(assignment, { revealidentities: true });
    for (const { userid } of assignmentGrades.find('assignment', assignment))
      this.publish(assignment, userid, nowInSeconds());
  }

  /** Gives a student another attempt: it is not graded, and the gradebook keeps what there was. */
  reopenAttempt(assignment: number, userid: number): void {
    const row = this.gradeIn(assignment, userid);
    if (row) this.state.activities.assignmentGrades.update(row.id, { grade: -1 });
  }

  /** Changes the highest grade of an assignment, and the grades with it. */
  rescale(assignment: number, grade: number): void {
    const { activities, gradebook } = this.state;
    const { grade: before } = requireRow(activities.assignments, assignment, 'assignment');
    const itemid = this.itemId('assign', assignment);
    const scaled = (value: number) => (value * grade) / before;
    activities.assignments.update(assignment, { grade });
    gradebook.items.update(itemid, { grademax: grade });
    for (const row of activities.assignmentGrades.find('assignment', assignment))
      if (row.grade >= 0) activities.assignmentGrades.update(row.id, { grade: scaled(row.grade) });
    for (const { id, finalgrade } of gradebook.grades.find('item', itemid))
      if (finalgrade !== null) gradebook.grades.update(id, { finalgrade: scaled(finalgrade) });
  }

  /** Deletes a student's attempts at a quiz, and with them the grade. */
  deleteAttempts(quiz: number, userid: number, { at = nowInSeconds() }: { at?: number } = {}): void {
    const grade = this.state.activities.quizGrades.first('place', `${quiz}/${userid}`);
    if (!grade) return;
    this.state.activities.quizGrades.delete(grade.id);
    setGrade(this.state, { itemid: this.itemId('quiz', quiz), userid, finalgrade: null, at });
  }

  /** Hides an activity, and with it its column; or shows both. */
  hide(cmid: number, hidden = true): void {
    const { modules } = this.state.activities;
    const { modname, instance } = requireRow(modules, cmid, 'activity');
    modules.update(cmid, { visible: !hidden });
    const item = itemOfActivity(this.state, modname, instance);
    if (item) this.state.gradebook.items.update(item.id, { hidden: Number(hidden) });
  }

  /** Deletes an activity with everybody's grades in it. */
  delete(cmid: number): void {
    deleteModule(this.state, requireRow(this.state.activities.modules, cmid, 'activity'));
  }

  /** Deletes an assignment and gets it back from the recycle bin: under new ids, with the grades and their old times. */
  recycleAssignment({ id, cmid, itemid }: AddedActivity): AddedActivity {
    const { activities, gradebook } = this.state;
    const { name, courseid } = requireRow(activities.modules, cmid, 'activity');
    const { id: _id, ...assignment } = requireRow(activities.assignments, id, 'assignment');
    const { gradepass } = requireRow(gradebook.items, itemid, 'grade item');
    const given = activities.assignmentGrades.find('assignment', id);
    this.delete(cmid);
    const restored = this.addAssignment(courseid, { ...assignment, name, gradepass });
    for (const { userid, grade, workflowstate, timemodified: at } of given)
      this.gradeAssignment(restored.id, userid, grade < 0 ? null : grade, { at, workflowstate });
    return restored;
  }
}
