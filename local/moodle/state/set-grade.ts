import { nowInSeconds } from '../now-in-seconds.ts';
import type { Grade } from './gradebook.ts';
import type { SiteState } from './site-state.ts';

/** A grade to be stored; null takes back what was there. */
export type NewGrade = {
  itemid: number;
  userid: number;
  finalgrade: number | null;
  feedback?: string;
  /** When it was given; now unless told. */
  at?: number;
  timecreated?: number;
};

/**
 * Stores a grade that comes from its activity or was typed into a column of the teacher's own. One that is stored
 * once more with nothing changed keeps its time; one that a teacher has overridden stays as the teacher wants it.
 */
export function setGrade(state: SiteState, grade: NewGrade): void {
  if (!gradeOf(state, grade.itemid, grade.userid)?.overridden) store(state, grade, 0);
}

/** Stores a grade over whatever the activity says. */
export function overrideGrade(state: SiteState, grade: NewGrade): void {
  store(state, grade, grade.at ?? nowInSeconds());
}

export function gradeOf(state: SiteState, itemid: number, userid: number): Grade | undefined {
  return state.gradebook.grades.find('place', `${itemid}/${userid}`)[0];
}

function store(state: SiteState, grade: NewGrade, overridden: number): void {
  const { itemid, userid, finalgrade, at = nowInSeconds() } = grade;
  const before = gradeOf(state, itemid, userid);
  const feedback = grade.feedback ?? before?.feedback ?? '';
  const timecreated = grade.timecreated ?? before?.timecreated ?? null;
  const row = {
    itemid,
    userid,
    finalgrade,
    feedback,
    timecreated,
    timemodified: at,
    overridden,
    hidden: before?.hidden ?? 0,
  };
  if (!before) state.gradebook.grades.insert(row);
  else if (before.finalgrade !== finalgrade || before.feedback !== feedback)
    state.gradebook.grades.update(before.id, row);
}
