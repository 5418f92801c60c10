import { randomInt } from 'node:crypto';
import type { RecordItem } from '#shared/models/records.ts';
import type { MoodleCaller } from '#shared/moodle/client/caller.ts';
import { createCategories } from '#shared/moodle/functions/categories.ts';
import {
  batch,
  department,
  enrolment,
  faculty,
  program,
  session,
  student,
  subject,
} from '#test/integration/records.ts';

/** How large a university is. */
export interface Size {
  programs: number;
  /** Of each program, each with a course. */
  subjects: number;
  /** Of each program. */
  batches: number;
  students: number;
  teachers: number;
  /** Subjects that each student has chosen; all of the program unless given. */
  chosen?: number;
}

const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/**
 * A university whose ID numbers, names and addresses no other one in the same Moodle has: its records are counted from
 * a number drawn by lot. Every student is in courses of one program and in a group of it.
 *
 * @param first number from which records are counted
 */
export function freshUniversity(
  { programs, subjects, batches, students, teachers, chosen }: Size,
  first = randomInt(1_000_000, 1_000_000_000),
): RecordItem[] {
  const id = (number: number) => first + number;
  const address = (kind: string, number: number) => `${kind}${id(number)}@example.org`;
  const subjectsOf = (number: number) => range(subjects).map((n) => id((number - 1) * subjects + n));
  const items = [
    department(id(1)),
    ...range(programs).map((n) => program(id(n), { department_id: id(1), subject_ids: subjectsOf(n) })),
    ...range(programs * subjects).map((n) => subject(id(n))),
    ...range(programs * batches).map((n) => batch(id(n), id(((n - 1) % programs) + 1))),
    ...range(students).map((n) => student(id(n), { email: address('student', n) })),
    ...range(teachers).map((n) => faculty(id(n), { email: address('teacher', n) })),
    ...range(students).map((n) => {
      const group = ((n - 1) % (programs * batches)) + 1;
      const number = ((group - 1) % programs) + 1;
      const all = subjectsOf(number);
      // Not all choose the same.
      const own = range(chosen ?? 0).map((choice) => all[(n + choice) % subjects]);
      return enrolment(id(n), id(n), id(number), id(group), { subject_ids: own });
    }),
    ...range(teachers).map((n) => {
      const number = ((n - 1) % (programs * subjects)) + 1;
      return session(id(n), id(n), id(number), id(Math.ceil(number / subjects)));
    }),
  ];
  return items as RecordItem[];
}

/** A new category at the top of a Moodle, for one university to lie in. */
export async function freshCategory(client: MoodleCaller, name: string): Promise<number> {
  const [made] = await createCategories(client, [{ name }]);
  return made!.id;
}
