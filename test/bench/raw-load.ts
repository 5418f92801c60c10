import { expectedFacts } from '#local/run/verdict/expected-facts.ts';
import type { RecordItem } from '#shared/models/records.ts';
import type { MoodleClient } from '#shared/moodle/client/client.ts';
import { createCategories } from '#shared/moodle/functions/categories.ts';
import { createCourses } from '#shared/moodle/functions/courses.ts';
import { enrolUsers } from '#shared/moodle/functions/enrolments.ts';
import { addGroupMembers, createGroups } from '#shared/moodle/functions/groups.ts';
import { createUsers } from '#shared/moodle/functions/users.ts';
import { inLanes } from '#shared/sync/in-lanes.ts';

/** Items of a call, and calls at the same time: with more of either a Moodle 4.5 on two cores gains nothing. */
const callSize = 50;
const lanes = 4;
const roles = { teacher: 3, student: 5 };

/**
 * Brings a university to Moodle as fast as it goes: a call for 50 items, four calls at once, sorted by what they lock.
 * Nothing is looked up, remembered or tried again. What it makes bears `raw_` where the link's ID numbers have `oec_`.
 *
 * @param top the category to put it under
 * @throws the client's errors
 */
export async function rawLoad(client: MoodleClient, records: RecordItem[], top: number): Promise<void> {
  const facts = new Set(expectedFacts(records).flatMap((expected) => expected.facts));
  const like = (pattern: RegExp) => [...facts].filter((fact) => pattern.test(fact));
  const ids = new Map<string, number>();
  const id = (fact: string) => ids.get(fact)!;
  const own = (fact: string) => fact.replaceAll('oec_', 'raw_');

  async function make<Item>(
    names: string[],
    toItem: (name: string) => Item,
    create: (client: MoodleClient, items: Item[]) => Promise<{ id: number }[]>,
  ): Promise<void> {
    await inLanes(chunks(names), { lanes, hasTime: () => true }, async (chunk) => {
      const made = await create(client, chunk.map(toItem));
      for (const [index, name] of chunk.entries()) ids.set(name, made[index]!.id);
    });
  }

  async function add<Item>(
    items: Item[],
    write: (client: MoodleClient, items: Item[]) => Promise<void>,
  ): Promise<void> {
    await inLanes(chunks(items), { lanes, hasTime: () => true }, (chunk) => write(client, chunk));
  }

  const named = (fact: string) => ({ name: own(fact), idnumber: own(fact) });
  await make(like(/^oec_dept_\d+$/), (fact) => ({ ...named(fact), parent: top }), createCategories);
  const [department] = like(/^oec_dept_\d+$/);
  const parent = department === undefined ? top : id(department);
  await make(like(/^oec_course_\d+$/), (fact) => ({ ...named(fact), parent }), createCategories);
  await make(
    like(/^oec_subj_\d+_course_\d+$/),
    (fact) => ({
      ...{ fullname: own(fact), shortname: own(fact), idnumber: own(fact) },
      categoryid: id(`oec_course_${fact.split('_course_')[1]}`),
    }),
    createCourses,
  );
  await make(
    like(/^oec_batch_\d+@[^@]+$/),
    (fact) => {
      const [batch = '', course = ''] = fact.split('@');
      return { ...named(batch), courseid: id(course), description: '' };
    },
    createGroups,
  );
  await make(
    like(/^oec_(student|faculty)_\d+$/),
    (fact) => ({
      ...{ username: own(fact), idnumber: own(fact), email: `${own(fact)}@example.org` },
      ...{ firstname: 'Raw', lastname: own(fact), password: 'Good-password-1' },
    }),
    createUsers,
  );
  const enrolments = like(/^oec_(student|faculty)_\d+@oec_subj[^@]+$/).map((fact) => {
    const [person = '', course = ''] = fact.split('@');
    const roleid = person.startsWith('oec_faculty') ? roles.teacher : roles.student;
    return { roleid, userid: id(person), courseid: id(course) };
  });
  await add(
    enrolments.sort((a, b) => a.userid - b.userid || a.courseid - b.courseid),
    enrolUsers,
  );
  const members = like(/^oec_student_\d+@oec_batch[^@]+@[^@]+$/).map((fact) => {
    const [person = '', batch, course] = fact.split('@');
    return { groupid: id(`${batch}@${course}`), userid: id(person) };
  });
  await add(
    members.sort((a, b) => a.groupid - b.groupid || a.userid - b.userid),
    addGroupMembers,
  );
}

function chunks<Item>(items: Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / callSize) }, (_, index) =>
    items.slice(index * callSize, (index + 1) * callSize),
  );
}
