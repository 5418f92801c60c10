import { nowInSeconds } from '../now-in-seconds.ts';
import type { Assignment, AssignmentGrade, CourseModule, WorkflowState } from '../state/activities.ts';
import { addAttendance } from '../state/attendance-activity.ts';
import { addModule } from '../state/course-modules.ts';
import { addGradeItem, itemOfActivity, type NewGradeItem, setGrade } from '../state/grades.ts';
import { adminId, requireRow, SiteVisitor } from './site-visitor.ts';

/** An activity by its three ids: its own, its course module's and its column's in the gradebook. */
export type AddedActivity = { id: number; cmid: number; itemid: number };

type NewActivity = {
  name: string;
  gradepass?: number;
  completion?: boolean;
  /** False for one that is made hidden: its column is not hidden then. */
  visible?: boolean;
  /** The grade category of its column. */
  category?: number;
};

export type NewAssignment = NewActivity & Partial<Omit<Assignment, 'id' | 'revealidentities'>>;

/** Quizzes, assignments and attendance activities of a course, and how they are graded. */
export class TeacherActivities extends SiteVisitor {
  /** @param quiz.grade the highest grade, 10 unless told */
  addQuiz(
    courseid: number,
    quiz: NewActivity & { grade?: number; timeopen?: number; timeclose?: number },
  ): AddedActivity {
    const { grade = 10, timeopen = 0, timeclose = 0 } = quiz;
    const { id } = this.state.activities.quizzes.insert({ grade, timeopen, timeclose });
    return this.add(courseid, 'quiz', id, quiz, { grademax: grade });
  }

  /** @param assignment.grade the highest grade, 100 unless told */
  addAssignment(courseid: number, assignment: NewAssignment): AddedActivity {
    const { grade = 100 } = assignment;
    const id = this.insertAssignment({ ...assignment, grade });
    return this.add(courseid, 'assign', id, assignment, { grademax: grade });
  }

  addAttendance(courseid: number, attendance: { name: string; groupmode?: number }): AddedActivity {
    return addAttendance(this.state, { courseid, ...attendance });
  }

  /** Grades an assignment; null takes the grade back. Where it has a workflow, the grade waits to be released. */
  gradeAssignment(
    assignment: number,
    userid: number,
    grade: number | null,
    { at = nowInSeconds(), workflowstate }: { at?: number; workflowstate?: WorkflowState } = {},
  ): void {
    const { assignmentGrades } = this.state.activities;
    const before = this.gradeIn(assignment, userid);
    const state = workflowstate ?? before?.workflowstate ?? 'inmarking';
    const times = { timemodified: at, timecreated: before?.timecreated ?? at };
    const row = { assignment, userid, grade: grade ?? -1, workflowstate: state, grader: adminId, ...times };
    if (before) assignmentGrades.update(before.id, row);
    else assignmentGrades.insert(row);
    this.publish(assignment, userid, at);
  }

  /** A student finishes an attempt at a quiz; the best of all attempts counts. */
  finishQuiz(
    quiz: number,
    userid: number,
    grade: number,
    { at = nowInSeconds() }: { at?: number } = {},
  ): void {
    const { quizGrades } = this.state.activities;
    const before = quizGrades.first('place', `${quiz}/${userid}`);
    const best = Math.max(before?.grade ?? 0, grade);
    if (before) quizGrades.update(before.id, { grade: best });
    else quizGrades.insert({ quiz, userid, grade: best });
    const itemid = this.itemId('quiz', quiz);
    setGrade(this.state, { itemid, userid, finalgrade: best, at, timecreated: at });
  }

  protected insertAssignment(assignment: Partial<Assignment> & { grade: number }): number {
    const { grade, allowsubmissionsfromdate = 0, duedate = 0 } = assignment;
    const { markingworkflow = false, blindmarking = false } = assignment;
    const marking = { markingworkflow, blindmarking, revealidentities: false };
    return this.state.activities.assignments.insert({ grade, allowsubmissionsfromdate, duedate, ...marking })
      .id;
  }

  protected gradeIn(assignment: number, userid: number): AssignmentGrade | undefined {
    return this.state.activities.assignmentGrades.first('place', `${assignment}/${userid}`);
  }

  /** Hands a grade to the gradebook, or takes it out of there while it is not to be known. */
  protected publish(assignment: number, userid: number, at: number): void {
    const settings = requireRow(this.state.activities.assignments, assignment, 'assignment');
    const row = this.gradeIn(assignment, userid);
    const isReleased = !settings.markingworkflow || row?.workflowstate === 'released';
    const isKnown = isReleased && (!settings.blindmarking || settings.revealidentities);
    const finalgrade = row && isKnown && row.grade >= 0 ? row.grade : null;
    setGrade(this.state, { itemid: this.itemId('assign', assignment), userid, finalgrade, at });
  }

  protected add(
    courseid: number,
    modname: CourseModule['modname'],
    instance: number,
    { name, gradepass = 0, completion = false, visible = true, category }: NewActivity,
    column: Partial<NewGradeItem>,
  ): AddedActivity {
    const cmid = addModule(this.state, { courseid, modname, instance, name, completion, visible });
    const activity = {
      itemtype: 'mod',
      itemname: name,
      itemmodule: modname,
      iteminstance: instance,
    } as const;
    const itemid = addGradeItem(this.state, courseid, {
      idnumber: '',
      gradepass,
      categoryid: category ?? null,
      ...column,
      ...activity,
    });
    return { id: instance, cmid, itemid };
  }

  protected itemId(modname: string, instance: number): number {
    const item = itemOfActivity(this.state, modname, instance);
    if (!item) throw new Error(`${modname} ${instance} is not graded`);
    return item.id;
  }
}
