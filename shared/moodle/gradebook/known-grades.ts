import * as z from 'zod';
import { parseIdnumber, studentIdnumber } from '#shared/models/references.ts';
import { isTooMuchOfCourse } from '#shared/moodle/pulls/losses.ts';
import type { PullRow, PullStates } from '#shared/moodle/pulls/pull-ports.ts';
import type { PullSession } from '#shared/moodle/pulls/pull-service.ts';
import { examKey } from '#shared/moodle/pulls/pulled-ids.ts';
import { payloadHash } from '#shared/sync/hash.ts';
import type { Exam } from './exam.ts';
import { type Marked, markedAs } from './grade-records.ts';
import type { Report, ReportedGrade } from './report.ts';

/** What is remembered of a grade that became a record. */
const knownGradeSchema = z.object({
  /** Stands for what its records say, or says that the grade was withdrawn. */
  grade: z.string(),
  /**
   * An empty cell means nothing: the student was out of the course, whose end takes all grades along, or an operator has
   * said that the grade stays. The record keeps what it says until there is a grade again.
   */
  emptied: z.boolean().optional(),
});
type KnownGrade = z.infer<typeof knownGradeSchema>;

/** The row of a student, by column. */
const studentSchema = z.object({ grades: z.record(z.string(), knownGradeSchema) }).catch({ grades: {} });
/** The row of what the course's quizzes ask for to be passed, by quiz. */
const passMarksSchema = z.record(z.string(), z.number()).catch({});
const passMarksRow = 'pass_marks';

/** What a grade that was taken back is known as. */
const withdrawn = 'withdrawn';

/** A dozen hexadecimal digits tell one student's grades in one column apart. */
const hashLength = 12;

/** What a student has in the columns of a course. */
export interface StudentGrades {
  /** The op.student's id. */
  student: string;
  grades: ReportedGrade[];
}

/** A cell of the gradebook that says something else than is known. */
export interface CellChange {
  student: string;
  grade: ReportedGrade;
  marked: Marked;
  /** Stands for all that its records are to say. */
  hash: string;
}

/** The grades of a course that have records, as they are remembered from the pulls before. */
export class KnownGrades {
  readonly #instance: string;
  readonly #course: string;
  readonly #students = new Map<string, Record<string, KnownGrade>>();
  readonly #passMarks = new Map<number, number>();
  /** Names of the rows that have to be stored. */
  readonly #changed = new Set<string>();

  private constructor(instance: string, course: string) {
    this.#instance = instance;
    this.#course = course;
  }

  /** @param course its idnumber */
  static async read(
    course: string,
    { instance, states }: Pick<PullSession, 'instance' | 'states'>,
  ): Promise<KnownGrades> {
    const known = new KnownGrades(instance.id, course);
    const prefix = `gradebook/${course}/`;
    for (const { key, values } of await states.list(instance.id, prefix)) {
      const name = key.slice(prefix.length);
      const person = parseIdnumber(name);
      if (person?.model === 'op.student') known.#students.set(person.id, studentSchema.parse(values).grades);
      if (name !== passMarksRow) continue;
      const passMarks = Object.entries(passMarksSchema.parse(values));
      for (const [quiz, least] of passMarks) known.#passMarks.set(Number(quiz), least);
    }
    return known;
  }

  /** The rows that have changed, to be put once the records are written. */
  changedRows(): PullRow[] {
    return [...this.#changed].map((name) => {
      const grades = this.#students.get(parseIdnumber(name)?.id ?? '');
      const values = name === passMarksRow ? Object.fromEntries(this.#passMarks) : { grades };
      return { key: `gradebook/${this.#course}/${name}`, values };
    });
  }

  /** Ids of the students of whom grades are known. */
  get students(): string[] {
    return [...this.#students.keys()];
  }

  /** How many grades have marks in the records: of the course, or of one student. */
  marks(ofStudent?: string): number {
    const students = ofStudent === undefined ? this.students : [ofStudent];
    return students.flatMap((student) => Object.values(this.#gradesOf(student)).filter(hasMarks)).length;
  }

  /** What a quiz asks for to be passed, where that is known. */
  passMark(quiz: number): number | undefined {
    return this.#passMarks.get(quiz);
  }

  notePassMark(quiz: number, least: number): void {
    this.#passMarks.set(quiz, least);
    this.#changed.add(passMarksRow);
  }

  /**
   * Compares grades with what is known of them.
   *
   * @param exams by id, those that will be made included
   * @returns `given`: grades that are new or say something else; `emptied`: cells whose grade is gone; `back`: grades
   *   that are there again as they were before their cell was emptied
   */
  compare(
    students: readonly StudentGrades[],
    exams: ReadonlyMap<string, Exam>,
  ): Record<'given' | 'emptied' | 'back', CellChange[]> {
    const changes = { given: [] as CellChange[], emptied: [] as CellChange[], back: [] as CellChange[] };
    for (const { student, grades } of students) {
      for (const grade of grades) {
        const before = this.#gradesOf(student)[grade.itemid];
        const exam = exams.get(examKey(this.#instance, grade.activity))!;
        const marked = markedAs(grade, exam);
        const change = { student, grade, marked, hash: hashOf(grade, marked, exam) };
        if (grade.raw === null) {
          if (hasMarks(before) && !before.emptied) changes.emptied.push(change);
        } else if (before?.grade !== change.hash) changes.given.push(change);
        else if (before.emptied) changes.back.push(change);
      }
    }
    return changes;
  }

  /**
   * The students who are, or were since the last pull, out of the course. When an enrolment ends, Moodle deletes the rows
   * of the student's grades, and whoever comes back has none; a grade that a teacher takes back leaves an empty one.
   *
   * @param students whom the report has
   */
  whoLeft(students: readonly StudentGrades[], { showsRows }: Pick<Report, 'showsRows'>): Set<string> {
    const hasRows = ({ grades }: StudentGrades) =>
      !showsRows || grades.length === 0 || grades.some((each) => each.hasRow);
    const present = new Set(students.filter(hasRows).map(({ student }) => student));
    return new Set(this.students.filter((student) => !present.has(student)));
  }

  /**
   * Whether so much of the course would be taken back that an operator has to be asked: too many of its grades, or all
   * that a student has.
   */
  isTooMuch(taken: readonly CellChange[], share: number): boolean {
    if (share >= 1) return false;
    if (isTooMuchOfCourse(taken.length, this.marks(), share)) return true;
    const byStudent = Map.groupBy(taken, ({ student }) => student);
    return [...byStudent].some(([id, { length }]) => length > 1 && length === this.marks(id));
  }

  /** The records say what the cell says. */
  set({ student, grade, hash }: CellChange): void {
    this.#set(student, grade.itemid, { grade: grade.raw === null ? withdrawn : hash });
  }

  /** The cell is empty, and the record stays as it is. */
  keep({ student, grade }: CellChange): void {
    const known = this.#gradesOf(student)[grade.itemid];
    if (known) this.#set(student, grade.itemid, { ...known, emptied: true });
  }

  /** There is a grade again, if not one that students see yet: whoever takes that back means it. */
  isGivenAgain({ student, grade }: CellChange): void {
    const known = this.#gradesOf(student)[grade.itemid];
    if (known?.emptied) this.#set(student, grade.itemid, { grade: known.grade });
  }

  /** The student is, or was, out of the course: whatever is empty from now on, hidden columns included, was emptied so. */
  leave(student: string): void {
    for (const [itemid, known] of Object.entries(this.#gradesOf(student)))
      if (hasMarks(known) && !known.emptied) this.#set(student, itemid, { ...known, emptied: true });
  }

  #gradesOf(student: string): Readonly<Record<string, KnownGrade>> {
    return this.#students.get(student) ?? {};
  }

  #set(student: string, itemid: number | string, grade: KnownGrade): void {
    this.#students.set(student, { ...this.#gradesOf(student), [itemid]: grade });
    this.#changed.add(studentIdnumber(student));
  }
}

/** The columns of a course, by their ids in Moodle, in which a student's grades have become records. */
export async function gradedColumns(
  states: Pick<PullStates, 'list'>,
  instance: string,
  place: { course: string; student: string },
): Promise<number[]> {
  const own = `gradebook/${place.course}/${studentIdnumber(place.student)}`;
  const row = (await states.list(instance, own)).find(({ key }) => key === own);
  return Object.keys(studentSchema.parse(row?.values).grades).map(Number);
}

function hashOf({ min, feedback = '', activity }: ReportedGrade, marked: Marked, exam: Exam): string {
  const said = { ...marked, of: exam.total, from: min, feedback, module: activity.module };
  return payloadHash(said).slice(0, hashLength);
}

function hasMarks(known: KnownGrade | undefined): known is KnownGrade {
  return known !== undefined && known.grade !== withdrawn;
}
