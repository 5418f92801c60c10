import { randomBytes } from 'node:crypto';
import type { MoodleClient } from '#shared/moodle/client/client.ts';
import { isMissingRecord, MoodleError } from '#shared/moodle/client/errors.ts';
import { createCategories } from '#shared/moodle/functions/categories.ts';
import { createCourses, type NewCourse } from '#shared/moodle/functions/courses.ts';
import { enrolUsers } from '#shared/moodle/functions/enrolments.ts';
import { createGroups } from '#shared/moodle/functions/groups.ts';
import { createUsers, getUsersByField, type NewUser } from '#shared/moodle/functions/users.ts';

/** The roles of a fresh Moodle that the sync gives, unless an instance says otherwise. */
export const roles = { editingTeacher: 3, student: 5 } as const;

/** Ids that no Moodle has given out. */
export const nowhere = 99_999_999;

/** A name that no other run and no other test has used. */
export function unique(stem: string): string {
  return `${stem}-${randomBytes(5).toString('hex')}`;
}

/** An account that Moodle takes as it is. */
export function newUser(fields: Partial<NewUser> = {}): NewUser {
  const name = unique('person');
  return {
    username: name,
    firstname: 'Ana',
    lastname: 'Marić',
    email: `${name}@example.org`,
    idnumber: name,
    password: 'Good-password-1',
    ...fields,
  };
}

export function newCourse(categoryid: number, fields: Partial<NewCourse> = {}): NewCourse {
  const name = unique('course');
  return { fullname: name, shortname: name, idnumber: name, categoryid, ...fields };
}

export async function makeUser(client: MoodleClient, fields: Partial<NewUser> = {}): Promise<number> {
  const [created] = await createUsers(client, [newUser(fields)]);
  return created!.id;
}

export async function makeCategory(
  client: MoodleClient,
  parent = 0,
): Promise<{ id: number; idnumber: string }> {
  const idnumber = unique('category');
  const [created] = await createCategories(client, [{ name: idnumber, idnumber, parent }]);
  return { id: created!.id, idnumber };
}

/** A course in a category of its own. */
export async function makeCourse(client: MoodleClient, fields: Partial<NewCourse> = {}): Promise<number> {
  const category = await makeCategory(client);
  const [created] = await createCourses(client, [newCourse(category.id, fields)]);
  return created!.id;
}

export async function makeGroup(client: MoodleClient, courseid: number): Promise<number> {
  const idnumber = unique('group');
  const [created] = await createGroups(client, [{ courseid, name: idnumber, idnumber, description: '' }]);
  return created!.id;
}

/** A new person who is enrolled in the course as a student. */
export async function makeStudent(client: MoodleClient, courseid: number): Promise<number> {
  const userid = await makeUser(client);
  await enrolUsers(client, [{ roleid: roles.student, userid, courseid }]);
  return userid;
}

export async function userById(client: MoodleClient, id: number) {
  const [user] = await getUsersByField(client, 'id', [id]);
  return user!;
}

/** Whether a code says that something is not in Moodle; releases.test.ts knows which release says it with which code. */
export const isMissing = (code: string | undefined) => code !== undefined && isMissingRecord(code);

/** The errorcode with which Moodle refuses the call, or undefined when it does not. */
export async function refusal(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (error instanceof MoodleError) return error.errorcode;
    throw error;
  }
}
