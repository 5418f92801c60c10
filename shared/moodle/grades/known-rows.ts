import { studentIdnumber } from '#shared/models/references.ts';
import type { PullRow } from '#shared/moodle/pulls/pull-ports.ts';
import { rowKey } from './gradebook-changes.ts';
import { hasMarks, type KnownGrade, type KnownStudent, type KnownStudents, marksIn } from './known-grades.ts';

/** What is remembered of the students of a course, and which of it a pull has changed. */
export class KnownRows {
  readonly #students: Map<string, KnownStudent>;
  readonly #changed = new Set<string>();

  constructor(known: KnownStudents) {
    this.#students = new Map(known);
  }

  set(student: string, itemid: number, grade: KnownGrade): void {
    const grades = this.#students.get(student)?.grades ?? {};
    this.#change(student, { grades: { ...grades, [itemid]: grade } });
  }

  /** The cell is empty, and the record stays as it is. */
  keep(student: string, itemid: number): void {
    const known = this.#students.get(student)?.grades[itemid];
    if (known) this.set(student, itemid, { ...known, emptied: true });
  }

  /** There is a grade again, if not one that students see yet: whoever takes that back means it. */
  isGivenAgain(student: string, itemid: number): void {
    const known = this.#students.get(student)?.grades[itemid];
    if (known?.emptied) this.set(student, itemid, { grade: known.grade });
  }

  /** The student is, or was, out of the course: whatever is empty from now on, hidden columns included, was emptied so. */
  leave(student: string): void {
    for (const [itemid, known] of Object.entries(this.#students.get(student)?.grades ?? {}))
      if (hasMarks(known) && !known.emptied) this.keep(student, Number(itemid));
  }

  /** How many grades have marks in the records. */
  get marks(): number {
    return [...this.#students.values()].reduce((sum, student) => sum + marksIn(student), 0);
  }

  /** The rows to be stored. */
  changed(course: string): PullRow[] {
    return [...this.#changed].map((student) => ({
      key: rowKey(course, studentIdnumber(student)),
      values: { ...this.#students.get(student) },
    }));
  }

  #change(student: string, known: KnownStudent): void {
    this.#students.set(student, known);
    this.#changed.add(student);
  }
}
