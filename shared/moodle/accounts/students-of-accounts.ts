import { recordTarget } from '#shared/models/links.ts';
import { parseRecord } from '#shared/models/models.ts';
import { parseIdnumber, studentIdnumber, subjectCourseOf } from '#shared/models/references.ts';
import { chunkByVariables } from '#shared/moodle/client/form.ts';
import { getUsersByField } from '#shared/moodle/functions/users.ts';
import type { PullSession } from '#shared/moodle/pulls/pull-service.ts';

/** What finding the students behind accounts needs. */
export type AccountSession = Pick<
  PullSession,
  'instance' | 'client' | 'mappings' | 'links' | 'records' | 'count'
>;

/** What is known of accounts before their students are looked for. */
export interface AccountHints {
  /** The ID numbers that Moodle shows, by account; asked for where they are not given. */
  idnumbers?: ReadonlyMap<number, string>;
  /** Ids of students who have marks in the course already: of two records of one person, theirs are these marks. */
  known?: Iterable<string>;
}

/**
 * Ids of the students to whom accounts in a course belong. Only the mappings tell: an ID number in Moodle may be edited
 * by the account's own user, so it says where to look and proves nothing. An account that says something else is looked
 * for among the students of the course's program. Others, such as those who enrolled themselves, are none of the ERP's:
 * they are left out and counted.
 *
 * @param course the idnumber of the course
 */
export async function studentsOfAccounts(
  userids: Iterable<number>,
  course: string,
  session: AccountSession,
  { idnumbers, known = [] }: AccountHints = {},
): Promise<Map<number, string>> {
  const accounts = new Set(userids);
  const students = new Map<number, string>();
  if (accounts.size === 0) return students;
  const shown = [...(idnumbers ?? (await shownIdnumbers(accounts, session))).values()];
  await find([...known, ...shown.flatMap(studentIn)]);
  if (students.size < accounts.size) await find(await studentsOfProgram(course, session));
  if (students.size < accounts.size) session.count('PeopleUnknown', accounts.size - students.size);
  return students;

  async function find(candidates: string[]): Promise<void> {
    const distinct = [...new Set(candidates)];
    const mappings = await session.mappings.getMany(session.instance.id, distinct.map(studentIdnumber));
    for (const id of distinct) {
      const account = mappings.get(studentIdnumber(id))?.moodle_id;
      if (account !== undefined && accounts.has(account) && !students.has(account)) students.set(account, id);
    }
  }
}

function studentIn(idnumber: string): string[] {
  const parts = parseIdnumber(idnumber);
  return parts?.model === 'op.student' ? [parts.id] : [];
}

async function shownIdnumbers(
  accounts: ReadonlySet<number>,
  { client }: AccountSession,
): Promise<Map<number, string>> {
  const shown = new Map<number, string>();
  for (const chunk of chunkByVariables([...accounts], () => 1)) {
    for (const { id, idnumber = '' } of await getUsersByField(client, 'id', chunk)) shown.set(id, idnumber);
  }
  return shown;
}

async function studentsOfProgram(course: string, { links, records }: AccountSession): Promise<string[]> {
  const program = recordTarget('op.course', subjectCourseOf(course).programId);
  const enrolments = await records.getMany(
    'op.student.course',
    await links.sources(program, 'op.student.course'),
  );
  return [...enrolments.values()].flatMap((item) => {
    const reading = parseRecord('op.student.course', item);
    return reading.ok ? reading.record.studentId : [];
  });
}
