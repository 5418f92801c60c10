import { type Json, payloadHash } from '#shared/engine/hash.ts';
import type { GradeItem, UserGrades } from '#shared/moodle/functions/grade-items.ts';
import { parseIdnumber } from '#shared/oec/references.ts';
import { type Activity, activityOf } from './activity.ts';

/** What one student has in one column. */
export interface ReportedGrade {
  itemid: number;
  activity: Activity;
  name: string;
  /** null: there is no grade. */
  raw: number | null;
  min: number;
  max: number;
  /** Seconds since 1970. */
  gradedAt: number | null;
  /** Only where the instance asks for it. */
  feedback?: string;
}

export interface ReportedStudent {
  /** The op.student's id. */
  student: string;
  userid: number;
  grades: ReportedGrade[];
}

/** The grade report of a course, reduced to what can become a record. */
export interface Report {
  students: ReportedStudent[];
  /** Grades that are words of a scale, or have no range: OpenEduCat has no place for them. */
  skipped: number;
  /** People with grades whom the ERP does not know. */
  unknown: number;
}

/** Totals are left out: the ERP adds up by rules of its own. */
const totals = new Set(['course', 'category']);

/** What is hidden from students is not there yet: a teacher shows it when it may be known. */
function isMeant({ itemtype, gradeishidden }: GradeItem): boolean {
  return !totals.has(itemtype) && !gradeishidden;
}

/** Reduces a grade report. Of two accounts with one idnumber, which Moodle allows, the older one counts. */
export function readReport(users: UserGrades[]): Report {
  const students = new Map<string, ReportedStudent>();
  let skipped = 0;
  let unknown = 0;
  for (const { userid, useridnumber, gradeitems } of users.toSorted((a, b) => a.userid - b.userid)) {
    const columns = gradeitems.filter(isMeant);
    const grades = columns.flatMap(gradeOf);
    const person = parseIdnumber(useridnumber);
    if (person?.kind === 'student' && !students.has(person.id)) {
      students.set(person.id, { student: person.id, userid, grades });
      skipped += columns.filter((item) => item.graderaw !== null && gradeOf(item).length === 0).length;
    } else if (columns.some(({ graderaw }) => graderaw !== null)) {
      unknown += 1;
    }
  }
  return { students: [...students.values()], skipped, unknown };
}

function gradeOf(item: GradeItem): ReportedGrade[] {
  const { id: itemid, itemname, gradetype, grademin, grademax, graderaw, gradedategraded, feedback } = item;
  if (gradetype !== 'value' || grademax === null || grademax <= 0) return [];
  return [
    {
      itemid,
      activity: activityOf(item),
      name: itemname ?? '',
      raw: graderaw,
      min: grademin ?? 0,
      max: grademax,
      gradedAt: gradedategraded,
      ...(feedback !== undefined && { feedback }),
    },
  ];
}

/**
 * Tells whether a report says the same as the last one. Cells without a grade are part of it: a student who comes back
 * without the grade that was there before has lost it.
 */
export function reportDigest({ students }: Report): string {
  const inOrder = students.toSorted((a, b) => Number(a.student) - Number(b.student));
  const tuples = inOrder.map(
    ({ student, grades }): Json => [
      student,
      grades
        .toSorted((a, b) => a.itemid - b.itemid)
        .map(({ itemid, raw, min, max, feedback = '' }) => [itemid, raw, min, max, feedback]),
    ],
  );
  return payloadHash({ tuples });
}

/** An assignment as the gradebook knows it, noted for the pull that asks for assignment grades. */
export interface NotedAssignment {
  id: number;
  name: string;
  max: number;
}

/** The assignments that are graded with numbers. */
export function assignmentsOf({ students }: Report): NotedAssignment[] {
  const found = new Map<number, NotedAssignment>();
  for (const { activity, name, max } of students.flatMap(({ grades }) => grades))
    if (activity.module === 'assign') found.set(activity.id, { id: activity.id, name, max });
  return [...found.values()].sort((a, b) => a.id - b.id);
}
