import type { PullRow } from '#shared/moodle/pulls/pull-ports.ts';
import { type Json, payloadHash } from '#shared/sync/hash.ts';

/** What is remembered of a grade that became a record. */
export interface KnownGrade {
  /** Stands for what its records say, or says that the grade was withdrawn. */
  grade: string;
  /**
   * An empty cell means nothing: the student was out of the course, whose end takes all grades along, or an operator has
   * said that the grade stays. The record keeps what it says until there is a grade again.
   */
  emptied?: boolean;
}

/** What is remembered of a student in a course. */
export interface KnownStudent {
  /** By column. */
  grades: Record<string, KnownGrade>;
}

/** The grades of a course that have records, by the op.student's id. */
export type KnownStudents = ReadonlyMap<string, KnownStudent>;

const withdrawn = 'withdrawn';

/** A dozen hexadecimal digits tell one student's grades in one column apart. */
const hashLength = 12;

/** What a grade is recognised by: all that its records say of it. */
export function gradeMark(said: { [key: string]: Json }): string {
  return payloadHash(said).slice(0, hashLength);
}

/** What a grade that was taken back is known as. */
export const takenBack: KnownGrade = { grade: withdrawn };

/** Whether there is a record with marks. */
export function hasMarks(known: KnownGrade | undefined): known is KnownGrade {
  return known !== undefined && known.grade !== withdrawn;
}

/** Reads a row that a pull has put. */
export function knownStudentOf({ values }: PullRow): KnownStudent {
  const { grades = {} } = values as Partial<KnownStudent>;
  return { grades };
}

/** How many of these grades have marks in the records. */
export function marksIn({ grades }: KnownStudent): number {
  return Object.values(grades).filter(hasMarks).length;
}
