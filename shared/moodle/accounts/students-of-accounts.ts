import { recordTarget } from '#shared/models/links.ts';
import { parseRecord } from '#shared/models/models.ts';
import { parseIdnumber, studentIdnumber, subjectCourseOf } from '#shared/models/references.ts';
import { chunkByVariables } from '#shared/moodle/client/form.ts';
import { getUsersByField } from '#shared/moodle/functions/users.ts';
import { rangeOf } from '#shared/moodle/mappings/read-mappings.ts';
import type { PullSession } from '#shared/moodle/pulls/pull-service.ts';
import { eachPage } from '#shared/sync/each-page.ts';
import { isNumbered } from './account-names.ts';

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
 * for among the students of the course's program and, where the instance gives ID numbers, among all. Others, such as
 * those who enrolled themselves, are none of the ERP's: they are left out and counted.
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
  const shown = idnumbers ?? (await shownIdnumbers(accounts, session));
  await find([...known, ...[...shown.values()].flatMap(studentIn)]);
  if (students.size < accounts.size) await find(await studentsOfProgram(course, session));
  // Who has left the program: where the instance gives ID numbers, they name no mapping.
  const left = [...accounts].filter((id) => !students.has(id) && (shown.get(id) ?? '') !== '');
  if (left.length > 0 && isNumbered(session.instance)) {
    const all = await studentsByAccount(session);
    await find(left.flatMap((id) => all.get(id) ?? []));
  }
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

const byAccount = new WeakMap<AccountSession, Promise<ReadonlyMap<number, string>>>();

/** The students of all accounts, read once in a session. */
function studentsByAccount(session: AccountSession): Promise<ReadonlyMap<number, string>> {
  const read = byAccount.get(session) ?? readStudents(session);
  byAccount.set(session, read);
  return read;
}

async function readStudents({ instance, mappings }: AccountSession): Promise<Map<number, string>> {
  const students = new Map<number, string>();
  const range = { ...rangeOf('students'), notes: [] };
  for await (const page of eachPage((after) => mappings.page(instance.id, { ...range, after })))
    for (const { service, moodle_id: id, record_id } of page.mappings)
      if (service === 'students' && id !== undefined) students.set(id, record_id);
  return students;
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
