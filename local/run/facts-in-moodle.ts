import type { MoodleClient } from '#shared/moodle/client/client.ts';
import { getAllCategories } from '#shared/moodle/functions/categories.ts';
import { getCoursesByIds } from '#shared/moodle/functions/courses.ts';
import { getEnrolledUsers } from '#shared/moodle/functions/enrolments.ts';
import { getCourseGroups } from '#shared/moodle/functions/groups.ts';
import { getUsersByField } from '#shared/moodle/functions/users.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';

/** Values asked for in one look-up: stays far below the variables that Moodle takes. */
const chunkSize = 500;

/**
 * Reads Moodle back through its web services: the facts, in the words of `expectedFacts`, that can be seen there.
 * Costs two calls for each course, and a few more.
 *
 * @param accounts idnumbers of the accounts to look for
 * @param mappings where the courses are; what else the mappings say is not believed
 * @throws the errors of the Moodle client
 */
export async function factsInMoodle(
  client: MoodleClient,
  accounts: string[],
  mappings: Mapping[],
): Promise<Set<string>> {
  const facts = new Set((await getAllCategories(client)).map(({ idnumber }) => idnumber));
  for (const idnumbers of chunks(accounts)) {
    for (const user of await getUsersByField(client, 'idnumber', idnumbers)) facts.add(user.idnumber);
  }
  const courseIds = mappings.flatMap(({ service, moodle_id: id }) =>
    service === 'subjects' && id !== undefined ? [id] : [],
  );
  for (const ids of chunks(courseIds)) {
    for (const course of await getCoursesByIds(client, ids)) {
      for (const fact of await factsOfCourse(client, course)) facts.add(fact);
    }
  }
  return facts;
}

async function factsOfCourse(
  client: MoodleClient,
  course: { id: number; idnumber: string },
): Promise<string[]> {
  const groups = new Map(
    (await getCourseGroups(client, course.id)).map(({ id, idnumber }) => [
      id,
      `${idnumber}@${course.idnumber}`,
    ]),
  );
  const people = await getEnrolledUsers(client, course.id, { userfields: ['id', 'idnumber', 'groups'] });
  return [
    course.idnumber,
    ...groups.values(),
    ...people.flatMap((person) => [
      `${person.idnumber}@${course.idnumber}`,
      ...(person.groups ?? []).map(({ id }) => `${person.idnumber}@${groups.get(id)}`),
    ]),
  ];
}

function chunks<Item>(items: Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / chunkSize) }, (_, index) =>
    items.slice(index * chunkSize, (index + 1) * chunkSize),
  );
}
