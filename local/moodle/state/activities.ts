import type { Journal } from '#local/state/journal.ts';
import { MoodleTable } from './table.ts';

/** An activity in a course: what Moodle calls a course module, with the name of its instance. */
export type CourseModule = {
  /** The `cmid` of many answers. */
  readonly id: number;
  courseid: number;
  modname: 'assign' | 'attendance' | 'forum' | 'quiz';
  /** The id in the activity's own table. */
  instance: number;
  name: string;
  visible: boolean;
  groupmode: number;
  /** Whether its completion is tracked. */
  completion: boolean;
  timemodified: number;
};

export type Forum = { readonly id: number };

export type Assignment = {
  readonly id: number;
  /** The highest grade; negative: the id of a scale; 0: not graded. */
  grade: number;
  /** 0 for none. */
  allowsubmissionsfromdate: number;
  duedate: number;
  /** Whether a grade is for the gradebook only once it is released. */
  markingworkflow: boolean;
  /** Whether grades are for the gradebook only once it was revealed whose they are. */
  blindmarking: boolean;
  revealidentities: boolean;
};

/** How far the marking of a grade is, where an assignment has a workflow; `''` where it has none. */
export type WorkflowState = '' | 'inmarking' | 'inreview' | 'released';

export type AssignmentGrade = {
  readonly id: number;
  assignment: number;
  userid: number;
  /** -1 where a grade was taken back. */
  grade: number;
  workflowstate: WorkflowState;
  grader: number;
  timecreated: number;
  timemodified: number;
};

export type Quiz = {
  readonly id: number;
  grade: number;
  /** 0 for none. */
  timeopen: number;
  timeclose: number;
};

/** The best grade of all attempts of one user. */
export type QuizGrade = { readonly id: number; quiz: number; userid: number; grade: number };

/** The tables of activities, but for those of attendance. */
export function activityTables(journal: Journal) {
  return {
    modules: new MoodleTable<CourseModule, 'course' | 'instance'>(journal, {
      course: 'courseid',
      instance: ['modname', 'instance'],
    }),
    forums: new MoodleTable<Forum, never>(journal, {}),
    assignments: new MoodleTable<Assignment, never>(journal, {}),
    assignmentGrades: new MoodleTable<AssignmentGrade, 'assignment' | 'place'>(journal, {
      assignment: 'assignment',
      place: ['assignment', 'userid'],
    }),
    quizzes: new MoodleTable<Quiz, never>(journal, {}),
    quizGrades: new MoodleTable<QuizGrade, 'quiz' | 'place'>(journal, {
      quiz: 'quiz',
      place: ['quiz', 'userid'],
    }),
  };
}
