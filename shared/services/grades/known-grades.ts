import { payloadHash } from '#shared/engine/hash.ts';
import type { PullRow } from '#shared/engine/pull-ports.ts';
import type { PassMark } from './exam.ts';

/** What is remembered of a grade that became a record. */
export interface KnownGrade {
  /** Stands for what the marks were worked out from, or says that the grade was withdrawn. */
  grade: string;
  /** The pass mark that decided. */
  pass?: string;
  /** Whether there is an op.exam.attendees for it. */
  attends?: boolean;
}

/** What is remembered of a student in a course, by column (gradebook) or assignment. */
export type KnownGrades = Record<string, KnownGrade>;

const withdrawn = 'withdrawn';

/** A dozen hexadecimal digits tell one student's grades in one column apart. */
const hashLength = 12;

/** What a grade is recognised by: raw grade, range, the total that the marks are counted to, and feedback if pulled. */
export function gradeMark(
  grade: { raw: number | null; max: number; min?: number; feedback?: string },
  total: number,
): string {
  const { raw, max, min = 0, feedback = '' } = grade;
  return raw === null ? withdrawn : payloadHash({ raw, max, min, total, feedback }).slice(0, hashLength);
}

/** What a pass mark is recognised by. */
export function passText(pass: PassMark | undefined): string | undefined {
  return pass && `${pass.of} ${pass.least}`;
}

/** Whether a grade is another one than is known. Where nothing was known, there is nothing to withdraw. */
export function hasChanged(mark: string, known: KnownGrade | undefined): boolean {
  return known === undefined ? mark !== withdrawn : known.grade !== mark;
}

/** Whether a grade still is what it was, but passes or fails by another mark than the one that decided. */
export function isJudgedAnew(
  mark: string,
  pass: PassMark | undefined,
  known: KnownGrade | undefined,
): boolean {
  return known?.grade === mark && mark !== withdrawn && known.pass !== passText(pass);
}

/** Reads a row that a pull has put: `values` of the rows of one student. */
export function knownGradesOf({ values }: PullRow): KnownGrades {
  return (values.grades ?? {}) as KnownGrades;
}
