import type { PullRow } from '#shared/engine/pull-ports.ts';
import { studentIdnumber } from '#shared/oec/references.ts';
import { rowKey } from './gradebook-changes.ts';
import { type KnownGrade, type KnownStudent, type KnownStudents, marksIn } from './known-grades.ts';

/** What is remembered of the students of a course, and which of it a pull has changed. */
export class KnownRows {
  readonly #students: Map<string, KnownStudent>;
  readonly #changed = new Set<string>();

  constructor(known: KnownStudents) {
    this.#students = new Map(known);
  }

  set(student: string, itemid: number, grade: KnownGrade): void {
    const { grades, ...rest } = this.#students.get(student) ?? { grades: {} };
    this.#change(student, { ...rest, grades: { ...grades, [itemid]: grade } });
  }

  /** The cell is empty, and the record stays as it is. */
  keep(student: string, itemid: number): void {
    const known = this.#students.get(student)?.grades[itemid];
    if (known) this.set(student, itemid, { ...known, emptied: true });
  }

  /** @param present who is in the report */
  noteAway(present: ReadonlySet<string>): void {
    for (const [student, { away = false, ...known }] of this.#students) {
      const isAway = !present.has(student);
      if (isAway !== away) this.#change(student, { ...known, ...(isAway && { away: true }) });
    }
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
